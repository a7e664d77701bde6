"""Models that are written are Python, hold values to the contract and carry its words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from gateway.scaffold.contract.description import DescribedOperation, ListOf, OneOf, RestCall, Scalar, Structure, Type, TypedField
from gateway.scaffold.models import Models, Side, output_fields

_WIRE = RestCall(operation_id="x", method="POST", path="/x", statuses=(200,))


def operation(*fields: TypedField, reply: Type | None = None, reply_name: str = "") -> DescribedOperation:
    return DescribedOperation(
        name="file_case", wire=_WIRE, request=Structure(name="x", fields=list(fields)), reply=reply, reply_name=reply_name
    )


def field(wire: str, kind: Type, name: str = "", **more: Any) -> TypedField:
    return TypedField(wire=wire, name=name or wire, type=kind, **more)


def written(side: Side, one: DescribedOperation, *, soap: bool = False) -> tuple[str, dict[str, Any]]:
    models = Models(side, soap=soap)
    models.add(one)
    source = models.source("Title.")
    namespace: dict[str, Any] = {"__name__": "written"}
    exec(compile(source, "written", "exec"), namespace)  # noqa: S102  # what was just written
    for value in list(namespace.values()):
        if isinstance(value, type) and issubclass(value, BaseModel):
            value.model_rebuild(_types_namespace=namespace)
    return source, namespace


def test_a_request_holds_values_to_the_contract_and_is_sent_under_its_names() -> None:
    person = Structure(
        name="person", doc="Somebody.", fields=[field("idNumber", Scalar(kind="text", limits={"max_length": 3}), "id_number")]
    )
    source, names = written(
        "requests",
        operation(
            field("who", person, doc="About whom.\nAnd why."),
            field("codes", ListOf(item=Scalar(kind="integer", limits={"ge": 1}), least=1)),
            field("date", Scalar(kind="date"), required=False),
        ),
    )
    assert '"""About whom. And why."""' in source
    made = names["FileCase"].model_validate({"who": {"id_number": "abc"}, "codes": [1]})
    assert made.model_dump(by_alias=True)["who"] == {"idNumber": "abc"}
    for wrong in (
        {"who": {"id_number": "abcd"}, "codes": [1]},
        {"who": {"id_number": "a"}, "codes": []},
        {"who": {"id_number": "a"}, "codes": [0]},
    ):
        with pytest.raises(ValidationError):
            names["FileCase"].model_validate(wrong)


def test_a_text_of_a_question_is_bounded_also_where_the_contract_says_nothing() -> None:
    """A structure that a question shares with an act is bounded for both, whichever comes first."""
    person = Structure(
        name="person", fields=[field("name", Scalar(kind="text")), field("code", Scalar(kind="text", limits={"max_length": 500}))]
    )
    person.fields.append(field("parent", person, required=False))
    about = operation(field("who", ListOf(item=person)), field("note", Scalar(kind="text", limits={"min_length": 2}), required=False))
    act = operation(field("who", person), field("reason", Scalar(kind="text")))
    question = replace(about, name="ask", read_only=True)
    models = Models("requests", soap=False, questions=[question.request])
    models.add(act)
    models.add(question)
    source = models.source("Title.")
    assert "from gateway.sdk.fields import Line as _Line" in source
    assert "    name: _Line\n" in source
    assert "    code: Annotated[str, Field(max_length=500)]\n" in source
    assert "    note: Annotated[_Line, Field(min_length=2)] | None = None\n" in source
    assert "    reason: str\n" in source


def test_a_reply_is_read_under_the_contracts_names_and_not_held_to_lengths() -> None:
    reply = Structure(name="Reply", fields=[field("caseNumber", Scalar(kind="text", limits={"max_length": 2}), "case_number")])
    _, names = written("replies", operation(reply=reply))
    assert names["FileCaseReply"].model_validate({"caseNumber": "longer", "more": 1}).case_number == "longer"


def test_an_empty_element_of_soap_is_an_empty_text_and_no_list_an_empty_one() -> None:
    reply = Structure(name="R", fields=[field("a", Scalar(kind="text")), field("b", ListOf(item=Scalar(kind="text")))])
    _, names = written("replies", operation(reply=reply), soap=True)
    read = names["FileCaseReply"].model_validate({"a": None})
    assert (read.a, read.b) == ("", [])


def test_what_is_no_structure_has_a_name_of_its_own() -> None:
    tree = Structure(name="Tree")
    tree.fields = [field("trees", ListOf(item=tree))]
    _, names = written("replies", operation(reply=OneOf(options=(ListOf(item=tree), Scalar(kind="nothing")))))
    assert TypeAdapter(names["FileCaseReply"], config=None).validate_python([{"trees": [{"trees": []}]}])
    assert TypeAdapter(names["FileCaseReply"]).validate_python(None) is None


def test_long_enumerations_get_a_name_and_are_written_once() -> None:
    letters = Scalar(kind="text", values=("a", "b", "c", "d"))
    source, names = written("requests", operation(field("first", letters), field("second", letters)))
    assert source.count("Literal[") == 1
    with pytest.raises(ValidationError):
        names["FileCase"].model_validate({"first": "a", "second": "e"})


def test_a_pattern_that_pydantic_cannot_use_is_left_out() -> None:
    _, names = written("requests", operation(field("a", Scalar(kind="text", limits={"pattern": "^(?=x)"}))))
    assert names["FileCase"].model_validate({"a": "y"})


def test_two_types_of_one_name_stay_two() -> None:
    one = Structure(name="Person", fields=[field("a", Scalar(kind="text"))])
    two = Structure(name="Person", fields=[field("b", Scalar(kind="text"))])
    _, names = written("requests", operation(field("x", one), field("y", two)))
    assert {"Person", "FileCasePerson"} <= names.keys()


def test_an_output_holds_the_plain_values_of_the_reply() -> None:
    inner = Structure(name="I", fields=[field("number", Scalar(kind="text")), field("many", ListOf(item=Scalar(kind="text")))])
    outer = Structure(name="O", fields=[field("case", inner)])
    fields, path = output_fields(operation(reply=outer))
    assert ([one.name for one in fields], path) == (["number"], ".case")
    _, names = written("outputs", operation(reply=outer))
    assert list(names["FileCaseOutput"].model_fields) == ["number"]


def test_the_output_of_a_single_value_is_named_by_its_element() -> None:
    _, names = written("outputs", operation(reply=OneOf(options=(Scalar(kind="text"), Scalar(kind="nothing"))), reply_name="case_id"))
    assert names["FileCaseOutput"].model_validate({"case_id": None}).case_id is None


@pytest.mark.parametrize("doc", ['ends with "quotes"', 'has """three""" of them', "a \\ backslash"])
def test_any_words_can_be_a_docstring(doc: str) -> None:
    written("requests", operation(field("a", Scalar(kind="text"), doc=doc)))

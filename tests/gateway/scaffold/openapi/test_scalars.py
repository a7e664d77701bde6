"""What comes back to itself is described with an end, and where no type can say it, that is told by line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.scaffold.contract.contract_files import UnreadableContractError
from gateway.scaffold.contract.description import DescribedContract, ListOf, MapOf, OneOf, Scalar, Structure, Type
from gateway.scaffold.openapi import document as openapi
from gateway.scaffold.openapi.scalars import closed, reaches

TEXT = {"type": "string"}


def to(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def read(folder: Path, **schemas: Any) -> DescribedContract:
    """A contract whose only request is an ``It``."""
    body = {"content": {"application/json": {"schema": {"type": "object", "required": ["it"], "properties": {"it": to("It")}}}}}
    operation = {"operationId": "act", "requestBody": body, "responses": {"204": {"description": "done"}}}
    document = {"openapi": "3.1.0", "paths": {"/act": {"post": operation}}, "components": {"schemas": schemas}}
    file = folder / "a.yaml"
    file.write_text(yaml.safe_dump(document), "utf-8")
    return openapi.read(file)


def it(contract: DescribedContract) -> Type:
    (field,) = contract.operations[0].request.fields
    return field.type


def fields(kind: Type) -> dict[str, Type]:
    assert isinstance(kind, Structure)
    return {one.wire: one.type for one in kind.fields}


def test_a_base_that_is_one_of_what_is_all_of_it(tmp_path: Path) -> None:
    base = {"type": "object", "required": ["kind"], "properties": {"kind": TEXT}, "oneOf": [to("Key")]}
    key = {"allOf": [to("It"), {"type": "object", "properties": {"key": TEXT}}]}
    contract = read(tmp_path, It=base, Key=key)
    assert fields(it(contract)).keys() == {"kind", "key"}
    assert contract.gaps == []


def test_a_union_within_what_it_is_one_of_is_whole_wherever_it_stands(tmp_path: Path) -> None:
    sum_ = {"type": "object", "required": ["left"], "properties": {"left": to("It"), "more": {"type": "array", "items": to("It")}}}
    kind = it(read(tmp_path, It={"oneOf": [to("Sum"), to("Value")]}, Sum=sum_, Value={"type": "object", "properties": {"value": TEXT}}))
    assert isinstance(kind, OneOf)
    whole = kind.options[0]
    assert fields(whole)["left"] == kind
    assert fields(whole)["more"] == ListOf(item=kind)


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "array", "items": to("It")}, ListOf(item=Scalar(kind="anything"))),
        ({"type": "object", "additionalProperties": to("It")}, MapOf(value=Scalar(kind="anything"))),
        (
            {"anyOf": [TEXT, {"type": "array", "items": to("It")}]},
            OneOf(options=(Scalar(kind="text"), ListOf(item=Scalar(kind="anything")))),
        ),
    ],
)
def test_what_holds_itself_with_no_object_between_lets_any_value_through_and_says_so(schema: Any, kind: Type, tmp_path: Path) -> None:
    contract = read(tmp_path, It=schema)
    assert it(contract) == kind
    (gap,) = contract.gaps
    line = int(gap.where.removeprefix("a.yaml:"))
    assert (tmp_path / "a.yaml").read_text("utf-8").splitlines()[line - 1].strip() == "It:"
    assert "holds itself with no object between" in gap.what


@pytest.mark.parametrize(
    "schemas",
    [
        {"It": {"allOf": [to("It"), {"properties": {"a": TEXT}}]}},
        {"It": {"allOf": [to("B")], "properties": {"a": TEXT}}, "B": {"allOf": [to("It")], "properties": {"b": TEXT}}},
        {"It": {"anyOf": [to("It"), {"type": "object", "properties": {"a": TEXT}}]}},
        {"It": {"type": "object", "properties": {"a": {"allOf": [to("It"), {"properties": {"b": TEXT}}]}}}},
        {"It": {"oneOf": [{"allOf": [to("B"), {"oneOf": [to("It"), to("B")]}]}]}, "B": {"oneOf": [to("It")], "properties": {"a": TEXT}}},
    ],
)
def test_no_circle_goes_round_for_ever(schemas: dict[str, Any], tmp_path: Path) -> None:
    assert [one.name for one in read(tmp_path, **schemas).operations] == ["act"]


def test_what_needs_itself_without_end_is_left_out_by_line(tmp_path: Path) -> None:
    schema = {"type": "object", "required": ["next"], "properties": {"next": to("It")}}
    with pytest.raises(
        UnreadableContractError, match=r"^a\.yaml:\d+: .*act is left out: Act needs another of itself without end"
    ) as raised:
        read(tmp_path, It=schema)
    assert len(str(raised.value).splitlines()) == 1


def test_subtypes_are_found_by_what_they_are_all_of(tmp_path: Path) -> None:
    base = {"type": "object", "discriminator": {"propertyName": "kind"}, "required": ["kind"], "properties": {"kind": TEXT}}
    kind = it(read(tmp_path, It=base, Cat={"allOf": [to("It"), {"required": ["claws"], "properties": {"claws": {"type": "integer"}}}]}))
    assert isinstance(kind, OneOf)
    assert [fields(one)["kind"] for one in kind.options] == [Scalar(kind="text", values=("Cat",)), Scalar(kind="text", values=("It",))]


def test_of_a_union_with_a_discriminator_each_has_its_value(tmp_path: Path) -> None:
    part = {"type": "object", "required": ["kind"], "properties": {"kind": TEXT}}
    mapping = {"c": "#/components/schemas/Cat", "gone": "#/components/schemas/Gone"}
    union = {"oneOf": [to("Cat"), to("Dog")], "discriminator": {"propertyName": "kind", "mapping": mapping}}
    contract = read(tmp_path, It=union, Cat=part, Dog=part)
    kind = it(contract)
    assert isinstance(kind, OneOf)
    assert [fields(one)["kind"] for one in kind.options] == [Scalar(kind="text", values=("c",)), Scalar(kind="text", values=("Dog",))]
    assert any("gone is #/components/schemas/Gone by the discriminator, which is not there" in gap.what for gap in contract.gaps)


def test_a_reference_is_reached_in_place_alone() -> None:
    document = {"a": {"anyOf": [{"$ref": "#/b"}]}, "b": {"properties": {"c": {"$ref": "#/c"}}}, "c": {}}
    assert reaches(document, {"$ref": "#/a"}, ["#/b"])
    assert not reaches(document, {"$ref": "#/a"}, ["#/c"])
    assert not reaches({"a": {"allOf": [{"$ref": "#/a"}]}}, {"$ref": "#/a"}, ["#/b"])


def test_what_was_kept_a_place_for_stands_wherever_it_was_used() -> None:
    place = Structure(name="It")
    text = Scalar(kind="text")
    known: dict[str, Type] = {"#/list": ListOf(item=place, least=1)}
    assert closed(place, text, known) == (text, False)
    assert known == {"#/list": ListOf(item=text, least=1)}

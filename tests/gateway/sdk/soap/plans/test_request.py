"""Requests by plan are zeep's, for every contract there is; what a plan does not cover goes zeep's way."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.model.errors import Invalid
from gateway.sdk.soap.plans.content import NotCoveredError
from tests.gateway.sdk.soap.contracts import COVERED, PLUGINS, REALS, WITH_CHOICES, Case, cases, full, operations_of, with_two_parts
from tests.gateway.sdk.soap.generated import values


def canonical(body: bytes) -> bytes:
    return etree.tostring(etree.fromstring(body), method="c14n")


def outcome(contract: Any, operation: str, arguments: dict[str, Any]) -> bytes | str:
    """The canonical request, or what is said against it."""
    try:
        return canonical(contract.build(operation, arguments)[0])
    except Invalid as invalid:
        return f"{invalid.code} {invalid}"


def same_as_zeep(case: Case, arguments: dict[str, Any]) -> None:
    assert case.bound.request is not None
    message = case.bound.request.write(arguments)  # raises when the plan does not cover them
    assert canonical(case.bound.envelope.around(message)) == canonical(case.zeeps.build(case.operation, arguments)[0])


@pytest.mark.parametrize("case", cases())
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_request_is_zeeps_by_plan(case: Case, data: st.DataObject) -> None:
    same_as_zeep(case, data.draw(values(case.by_zeep.input.body.type)))


@pytest.mark.parametrize("case", cases())
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_whatever_is_given_ends_as_it_does_with_zeep(case: Case, data: st.DataObject) -> None:
    arguments = data.draw(values(case.by_zeep.input.body.type, wrong=10))
    assert outcome(case.contract, case.operation, arguments) == outcome(case.zeeps, case.operation, arguments)


@pytest.mark.parametrize("name", [name for name in COVERED if name != "odd"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_so_are_those_with_all_that_contracts_may_hold(ours: Path, name: str, data: st.DataObject) -> None:
    case = Case(ours, name)
    same_as_zeep(case, data.draw(values(case.by_zeep.input.body.type)))


#: Of choices zeep leaves out what Python takes for false: ``test_content_writer.py`` holds those to what was given.
ALIKE = [name for name in (*COVERED, *WITH_CHOICES) if name not in ("odd", "either")]


@pytest.mark.parametrize("name", ALIKE)
@settings(max_examples=60, deadline=None)
@given(data=st.data(), wrong=st.sampled_from([0, 5, 30]))
def test_and_whatever_these_are_given(ours: Path, name: str, data: st.DataObject, wrong: int) -> None:
    case = Case(ours, name)
    arguments = data.draw(values(case.by_zeep.input.body.type, wrong=wrong))
    assert outcome(case.contract, name, arguments) == outcome(case.zeeps, name, arguments)


@pytest.mark.parametrize("text", ["a]]>b", "a\r\nb\tc", " a ", "&amp;<b/>", "\"'", "𬱖\u2028\x7f", "{0}%s\\", ""])
def test_a_text_is_escaped_as_zeep_does_it(ours: Path, text: str) -> None:
    same_as_zeep(Case(ours, "all"), {"a": text})
    tree = {"name": "x", "id": 1, "from": {"_value_1": "1", "currency": text}}
    same_as_zeep(
        Case(ours, "person"),
        {"name": text, "late": None, "born": "2026-11-26", "town": "x", "well": True, "more": ["x"], "tree": tree, "kind": text},
    )


@pytest.mark.parametrize(
    "given",
    [
        {"well": "yes"},
        {"well": "0"},
        {"age": "8"},
        {"age": None},
        {"tall": 1},
        {"tall": Decimal("1E+3")},
        {"share": "1e3"},
        {"photo": b"x"},
        {"photo": "eA=="},
        {"born": datetime(2026, 11, 26, tzinfo=UTC)},
        {"name": 7},
        {"name": b"x"},
        {"mixed": "2026-11-26"},
        {"kind": None},
        {"nothing": {}},
    ],
)
def test_a_value_of_another_class_is_written_as_zeep_does_it(ours: Path, given: dict[str, Any]) -> None:
    case = Case(ours, "person")
    person = {"name": "x", "late": None, "born": "2026-11-26", "town": "x", "well": True, "more": ["x"], **given}
    assert outcome(case.contract, "person", person) == outcome(case.zeeps, "person", person)


def test_every_operation_has_a_plan_but_those_that_cannot(ours: Path) -> None:
    assert len(PLUGINS) == 2
    found = {case.operation: case.bound.request is not None for file in (*PLUGINS, *REALS) for case in operations_of(file)}
    assert len(found) == 9 + (6 if REALS else 0)  # ping is in two of the real ones
    assert all(found.values())
    assert not {name for name in (*COVERED, *WITH_CHOICES) if Case(ours, name).bound.request is None}


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": "x", "either": {"one": "y", "two": 1}},
        {"name": "x", "either": {}},
        {"name": "x", "codes": "1 2"},
        {"name": "x", "any": "y"},
        {"name": "x", "_soapheaders": {}},
        {"name": "x\x00"},
        {"name": None},
        {},
    ],
)
def test_a_call_beyond_the_plan_goes_zeeps_way(ours: Path, arguments: dict[str, Any]) -> None:
    case = Case(ours, "odd")
    assert case.bound.request is not None
    assert case.bound.request.write({"name": "x"}).endswith("<ns0:name>x</ns0:name></ns0:odd>")
    with pytest.raises(NotCoveredError):
        case.bound.request.write(arguments)
    assert outcome(case.contract, "odd", arguments) == outcome(case.zeeps, "odd", arguments)


def test_an_operation_with_addressing_is_left_to_zeep(tmp_path: Path) -> None:
    (tmp_path / "t.wsdl").write_text(
        full().replace(
            '<input message="t:all"/>', '<input message="t:all" xmlns:w="http://www.w3.org/2006/05/addressing/wsdl" w:Action="urn:a"/>'
        )
    )
    case = Case(tmp_path / "t.wsdl", "all")
    assert case.bound.request is None
    assert b"MessageID" in case.contract.build("all", {"a": "x"})[0]


def test_a_body_of_several_parts_is_left_to_zeep(tmp_path: Path) -> None:
    (tmp_path / "t.wsdl").write_text(with_two_parts(full(), "all"))
    case = Case(tmp_path / "t.wsdl", "all")
    assert case.bound.request is None
    assert b"soap-env:Body" in case.contract.build("all", {"p": {"a": "x"}, "q": {"a": "y"}})[0]


def test_a_namespace_that_lxml_has_a_prefix_for_is_left_to_zeep(tmp_path: Path) -> None:
    (tmp_path / "t.wsdl").write_text(full().replace("urn:p", "http://purl.org/dc/elements/1.1/"))
    case = Case(tmp_path / "t.wsdl", "person")
    person = {"name": "x", "late": None, "born": "2026-11-26", "town": "x", "well": True, "more": ["x"]}
    same_as_zeep(case, person)
    deep = {**person, "tree": {"name": "x", "id": 1, "deep": {"depth": [1]}}}
    assert outcome(case.contract, "person", deep) == outcome(case.zeeps, "person", deep)
    assert b"dc:depth" in case.contract.build("person", deep)[0]

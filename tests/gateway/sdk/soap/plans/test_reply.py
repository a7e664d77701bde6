"""Replies read by plan have zeep's values, for every contract there is; what a plan does not cover is read by zeep."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.model.errors import InDoubt
from gateway.sdk.soap.document import parse
from tests.gateway.sdk.soap.conftest import SOAP_11, SOAP_12
from tests.gateway.sdk.soap.contracts import COVERED, PLUGINS, REALS, WITH_CHOICES, Case, cases, full, opened, operations_of, with_two_parts
from tests.gateway.sdk.soap.generated import values

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


def rendered(case: Case, reply: dict[str, Any]) -> etree._Element:
    """An envelope as zeep would send it, read as it comes in."""
    output = case.by_zeep.output
    space = output.nsmap["soap-env"]
    envelope = etree.Element(f"{{{space}}}Envelope")
    body = etree.SubElement(envelope, f"{{{space}}}Body")
    output.body.render(body, output.body(**reply))
    return parse(etree.tostring(envelope, encoding="unicode"))


def outcome(case: Case, contract: Any, envelope: etree._Element) -> str:
    """The values with their types, or what is said against the reply."""
    try:
        return repr(contract.read(case.operation, envelope))
    except InDoubt as doubt:
        return f"{doubt.code} {doubt}"


def same_as_zeep(case: Case, reply: dict[str, Any]) -> None:
    envelope = rendered(case, reply)
    assert case.bound.reply is not None
    by_plan = case.bound.reply.read(envelope, envelope[0])  # raises when the plan does not cover it
    assert repr(by_plan) == repr(case.zeeps.read(case.operation, envelope))


@pytest.mark.parametrize("case", cases())
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_reply_has_zeeps_values_by_plan(case: Case, data: st.DataObject) -> None:
    same_as_zeep(case, data.draw(values(case.by_zeep.output.body.type)))


@pytest.mark.parametrize("name", COVERED)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_so_have_those_with_all_that_contracts_may_hold(ours: Path, name: str, data: st.DataObject) -> None:
    case = Case(ours, name)
    same_as_zeep(case, data.draw(values(case.by_zeep.output.body.type)))


def _drop(node: etree._Element) -> None:
    parent = node.getparent()
    assert parent is not None
    parent.remove(node)


def _double(node: etree._Element) -> None:
    node.addnext(etree.fromstring(etree.tostring(node, with_tail=False)))


def _move(node: etree._Element) -> None:
    parent = node.getparent()
    assert parent is not None
    parent.insert(0, node)


def _unqualify(node: etree._Element) -> None:
    node.tag = etree.QName(node).localname


def _empty(node: etree._Element) -> None:
    for child in node:
        node.remove(child)
    node.text = None


#: What departments are seen to do to a reply.
_HABITS: list[Callable[[etree._Element], object]] = [
    _drop,
    _double,
    _move,
    _unqualify,
    _empty,
    lambda node: etree.SubElement(node, "unheard-of"),
    lambda node: etree.SubElement(node, node.tag),
    lambda node: node.attrib.clear(),
    lambda node: node.set("unheard-of", "1"),
    lambda node: node.set("id", "1"),
    lambda node: node.set(f"{XSI}nil", "true"),
    lambda node: node.set(f"{XSI}type", "string"),
    lambda node: node.set(f"{XSI}type", "x:nowhere"),
    lambda node: setattr(node, "text", " 1 "),
    lambda node: setattr(node, "text", "\n"),
    lambda node: setattr(node, "text", "nonsense"),
]


def misshapen(case: Case, data: st.DataObject) -> etree._Element:
    """A reply that one or two of these habits have been at."""
    envelope = rendered(case, data.draw(values(case.by_zeep.output.body.type)))
    for habit in data.draw(st.lists(st.sampled_from(_HABITS), min_size=1, max_size=2)):
        inside = [node for node in envelope.iter() if node is not envelope and node.tag != envelope[0].tag]
        assume(inside)
        habit(data.draw(st.sampled_from(inside)))
    return parse(etree.tostring(envelope, encoding="unicode"))


@pytest.mark.parametrize("case", cases())
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_misshapen_reply_ends_as_it_does_with_zeep(case: Case, data: st.DataObject) -> None:
    envelope = misshapen(case, data)
    assert outcome(case, case.contract, envelope) == outcome(case, case.zeeps, envelope)


@pytest.mark.parametrize("name", [*COVERED, *WITH_CHOICES])
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_so_does_one_with_all_that_contracts_may_hold(ours: Path, name: str, data: st.DataObject) -> None:
    case = Case(ours, name)
    envelope = misshapen(case, data)
    assert outcome(case, case.contract, envelope) == outcome(case, case.zeeps, envelope)


def test_a_list_that_goes_on_after_another_is_judged_by_zeep(ours: Path) -> None:
    case = Case(ours, "person")
    person = {"name": "x", "late": None, "born": "2026-11-26", "town": "x", "well": True, "pay": [{"_value_1": "1"}] * 2, "shared": ["x"]}
    same_as_zeep(case, person)
    envelope = rendered(case, person)
    root = envelope[0][0]
    root.append(next(child for child in root if etree.QName(child).localname == "pay"))
    with pytest.raises(InDoubt):
        case.contract.read("person", envelope)


def test_attributes_that_are_left_out_have_their_default(ours: Path) -> None:
    case = Case(ours, "person")
    trees = [{"name": "x", "id": 1, "state": None, "from": {"_value_1": "1", "currency": None}}]
    person = {"name": "x", "late": None, "born": "2026-11-26", "town": "x", "well": True, "tree": {"name": "y", "id": 2, "branch": trees}}
    same_as_zeep(case, person)
    read: Any = case.contract.read("person", rendered(case, person))
    [tree] = read["tree"]["branch"]
    assert (tree["state"], tree["from"]["currency"]) == ("new", "CNY")


@pytest.mark.parametrize(("outer", "inner"), [(SOAP_11, SOAP_12), (SOAP_12, SOAP_11), (SOAP_12, SOAP_12)])
def test_an_envelope_of_another_version_is_judged_by_zeep(folder: Path, outer: str, inner: str) -> None:
    answer = '<t:askResponse xmlns:t="urn:t"><t:text>x</t:text></t:askResponse>'
    reply = f'<e:Envelope xmlns:e="{outer}"><b:Body xmlns:b="{inner}">{answer}</b:Body></e:Envelope>'
    with pytest.raises(InDoubt):
        opened(folder / "document.wsdl", by_plan=True).read("ask", parse(reply))


def test_one_thing_more_than_the_contract_allows_is_judged_by_zeep(ours: Path) -> None:
    case = Case(ours, "wrapped")
    same_as_zeep(case, {"in": {"value": [*range(9)]}})
    envelope = rendered(case, {"in": {"value": [*range(9)]}})
    _double(envelope[0][0][0][0])
    with pytest.raises(InDoubt):
        case.contract.read("wrapped", envelope)


def test_every_operation_has_a_plan_but_those_that_cannot(ours: Path) -> None:
    found = {case.operation: case.bound.reply is not None for file in (*PLUGINS, *REALS) for case in operations_of(file)}
    assert len(found) == 9 + (6 if REALS else 0)  # ping is in two of the real ones
    assert all(found.values())
    assert not {name for name in (*COVERED, *WITH_CHOICES) if Case(ours, name).bound.reply is None}


def test_a_body_of_several_parts_is_left_to_zeep(tmp_path: Path) -> None:
    (tmp_path / "t.wsdl").write_text(with_two_parts(full(), "allResponse"))
    assert Case(tmp_path / "t.wsdl", "all").bound.reply is None

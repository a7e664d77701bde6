"""Every reply that is valid by its XSD is read as what was put into it, whatever groups within groups its content is.

``SOAP_REPLIES=2000 .venv/bin/python -m pytest -n 0 tests/gateway/sdk/soap/plans/test_content_reader.py`` reads as many.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import zeep
from lxml import etree

from gateway.model.errors import InDoubt
from gateway.sdk.contracts.wsdl_schema import schema_of
from gateway.sdk.soap.contract import SoapContract, _silence_zeep
from gateway.sdk.soap.document import parse
from gateway.sdk.soap.plans import content_reader
from tests.gateway.scaffold.wsdl.test_document import ZOO
from tests.gateway.sdk.soap.conftest import enveloped as answered
from tests.gateway.sdk.soap.contents import contract, enveloped, plain, reply

#: How many replies are read; a contract is made for every five of them.
REPLIES = int(os.environ.get("SOAP_REPLIES", "600"))
_OF_EACH = 5
#: No text of any type but a text's own.
_GARBAGE = ("yes", "１", "x y", "--", "1,5")


@dataclass
class Seen:
    """What became of the replies of some contracts."""

    replies: int = 0
    misread: int = 0
    in_doubt: int = 0
    refused: int = 0
    by_zeep_too: int = 0


def read(seeds: range, folder: Path) -> Seen:
    """Read replies of the contracts with these seeds, with their schema before and without, and some with a wrong text."""
    seen = Seen()
    for seed in seeds:
        made = contract(seed, folder)
        assert made is not None, f"seed {seed}: libxml2 says that this schema is none"
        file, whole, flat = made
        held = SoapContract(file, schema=file, service=None, port=None, security=None)
        unheld = SoapContract(file, schema=None, service=None, port=None, security=None)
        schema = schema_of(file)[0]
        assert schema is not None
        for number in range(_OF_EACH):
            node, values, texts = reply(seed * 100 + number, whole)
            assert schema.validate(node), f"seed {seed}, reply {number}: {schema.error_log[0]}"  # type: ignore[index]  # lxml-stubs do not know what a log holds
            seen.replies += 1
            for one in (held, unheld):
                try:
                    seen.misread += plain(one.read("ask", parse(enveloped(node)))) != plain(values)
                except InDoubt:
                    seen.in_doubt += 1
            if flat:
                seen.by_zeep_too += plain(_by_zeep(file, node)) == plain(values)
            for text in texts[:1]:
                text.text = _GARBAGE[number]
                seen.refused += _refuses(held, node) + _refuses(unheld, node) - 2
    return seen


def _by_zeep(file: Path, node: etree._Element) -> Any:
    """What zeep reads that nobody has taught; None where it cannot."""
    _silence_zeep()
    try:
        client = zeep.Client(str(file))  # type: ignore[no-untyped-call]  # zeep does not annotate it
        read = client.service._binding.get("ask").process_reply(parse(enveloped(node)))
    except Exception:  # noqa: BLE001  # zeep raises many kinds
        return None
    return zeep.helpers.serialize_object(read, dict)  # type: ignore[no-untyped-call]  # as above


def _refuses(one: SoapContract, node: etree._Element) -> bool:
    try:
        one.read("ask", parse(enveloped(node)))
    except InDoubt as doubt:
        return doubt.code == "reply_contract"
    return False


def test_replies_are_read_as_what_was_put_into_them(tmp_path: Path) -> None:
    seen = read(range(12), tmp_path)
    assert (seen.replies, seen.misread, seen.in_doubt, seen.refused) == (60, 0, 0, 0)


@pytest.mark.slow("contracts and replies by the hundred; sixty replies stay")
def test_so_are_many(tmp_path: Path) -> None:
    seen = read(range(1000, 1000 + -(-REPLIES // _OF_EACH)), tmp_path)
    assert (seen.misread, seen.in_doubt, seen.refused) == (0, 0, 0)
    assert seen.replies >= REPLIES
    assert seen.by_zeep_too > seen.replies // 50  # where there are no groups within groups zeep reads the same


def test_a_choice_that_always_takes_its_first_branch_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: these tests can fail."""
    whole = content_reader._choice
    monkeypatch.setattr(content_reader, "_choice", lambda steps, *, optional: whole(steps[:1], optional=optional))
    assert read(range(12), tmp_path).in_doubt > 20


def test_a_group_that_loses_its_items_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another: values that are left out are no values read."""
    blank = content_reader._blank
    monkeypatch.setattr(content_reader, "_blank", lambda group: blank(group) if not group.name else lambda: blank(group)() and {})
    lost = content_reader._Compiler._repeated

    def losing(self: Any, part: Any, follow: Any) -> Any:
        step = lost(self, part, follow)

        def read_and_lose(children: Any, values: dict[str, Any]) -> None:
            step.read(children, values)
            values[part.name] = values.get(part.name, [])[:1]

        return content_reader._Step(read_and_lose, step.first, step.takes_any, step.stops, step.empty)

    monkeypatch.setattr(content_reader._Compiler, "_repeated", losing)
    assert read(range(12), tmp_path).misread > 5


CHOICES = ZOO / "choices.wsdl"
HEAD = "<number>1</number><built>2026</built>"


def values_of(inside: str, *, schema: bool = True) -> dict[str, Any]:
    opened = SoapContract(CHOICES, schema=CHOICES if schema else None, service=None, port=None, security=None)
    answer = f'<registerResponse xmlns="urn:choices">{inside}</registerResponse>'
    values = opened.read("register", etree.fromstring(answered(answer)))
    assert isinstance(values, dict)
    return {name: value for name, value in values.items() if value is not None and value != []}


@pytest.mark.parametrize("schema", [True, False])
def test_each_branch_of_a_choice_is_read(schema: bool) -> None:  # noqa: FBT001  # two cases of one test
    assert values_of(f"{HEAD}<refusal>x</refusal>", schema=schema)["refusal"] == "x"
    both = values_of(f"{HEAD}<certificate>c</certificate><issued>2026-03-02</issued>", schema=schema)
    assert (both["certificate"], str(both["issued"])) == ("c", "2026-03-02")
    for wrong in ("", "<refusal>x</refusal><certificate>c</certificate>", "<issued>2026-03-02</issued>"):
        with pytest.raises(InDoubt):
            values_of(HEAD + wrong, schema=schema)


@pytest.mark.parametrize("schema", [True, False])
def test_choices_that_repeat_are_lists_each(schema: bool) -> None:  # noqa: FBT001  # two cases of one test
    fees = "<fee>0</fee><fine>2</fine><fee>3</fee><owed>4</owed><paid>5</paid>"
    values = values_of(f"{HEAD}<refusal>x</refusal>{fees}", schema=schema)
    assert values["_value_1"] == [{"fee": 0}, {"fine": 2}, {"fee": 3}]
    assert values["_value_2"] == [{"owed": 4}, {"paid": 5}]


@pytest.mark.parametrize("schema", [True, False])
def test_an_empty_element_in_a_list_is_one_with_nothing_in_it(schema: bool) -> None:  # noqa: FBT001  # two cases of one test
    notes = values_of(f"{HEAD}<refusal>x</refusal><note/><note><line>a</line></note><note></note>", schema=schema)["note"]
    assert notes == [{"line": None}, {"line": "a"}, {"line": None}]


def test_a_choice_that_extends_a_choice_comes_after_it() -> None:
    owner = "<owner><firm>f</firm><whole>1</whole></owner>"
    assert values_of(f"{HEAD}<refusal>x</refusal>{owner}")["owner"] == {"person": None, "firm": "f", "share": None, "whole": True}


def test_namespaces_may_be_left_out() -> None:
    inside = f"{HEAD}<refusal>x</refusal><fine>2</fine>".replace("<number", '<number xmlns=""', 1)
    assert values_of(inside, schema=False)["number"] == "1"

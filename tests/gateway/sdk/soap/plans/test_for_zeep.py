"""A contract as it is given to zeep means what it meant, and zeep loses nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from gateway.model.errors import InDoubt
from gateway.sdk.soap.plans.for_zeep import for_zeep
from tests.gateway.scaffold.wsdl.test_document import ZOO
from tests.gateway.sdk.soap.contracts import PLUGINS
from tests.gateway.sdk.soap.one_reply import OneReply, sequence

AN_A, A_B, A_C = (f'<x:element name="{name}" type="x:int"/>' for name in "abc")
BOTH = sequence('<x:element name="end" type="x:int"/><x:element name="in" type="t:More"/>')


def extended(base: str, more: str) -> str:
    extension = f'<x:complexContent><x:extension base="t:Base">{more}</x:extension></x:complexContent>'
    group = f'<x:group name="G"><x:choice>{AN_A}{A_B}</x:choice></x:group>'
    return f'{group}<x:complexType name="Base">{base}</x:complexType><x:complexType name="More">{extension}</x:complexType>'


@pytest.mark.parametrize(
    ("base", "more", "inside", "values"),
    [
        (f"<x:choice>{AN_A}{A_B}</x:choice>", f"<x:choice>{A_C}</x:choice>", "<b>1</b><c>2</c>", {"a": None, "b": 1, "c": 2}),
        ('<x:group ref="t:G"/>', f"<x:sequence>{A_C}</x:sequence>", "<a>1</a><c>2</c>", {"a": 1, "b": None, "c": 2}),
        (
            f'<x:sequence minOccurs="0">{AN_A}{A_B}</x:sequence>',
            f"<x:sequence>{A_C}</x:sequence>",
            "<c>2</c>",
            {"a": None, "b": None, "c": 2},
        ),
        (
            f'<x:sequence maxOccurs="9">{AN_A}{A_B}</x:sequence>',
            f'<x:sequence minOccurs="0" maxOccurs="9">{A_C}</x:sequence>',
            "<a>1</a><b>2</b><a>3</a><b>4</b><c>5</c>",
            {"_value_1": [{"a": 1, "b": 2}, {"a": 3, "b": 4}], "_value_2": [{"c": 5}]},
        ),
    ],
)
@pytest.mark.parametrize("schema", [True, False])
def test_what_extends_comes_after_all_that_its_base_may_hold(
    tmp_path: Path, base: str, more: str, inside: str, values: object, *, schema: bool
) -> None:
    one = OneReply(tmp_path, BOTH, types=extended(base, more), schema=schema)
    assert one.read(f"<end>1</end><in>{inside}</in>") == {"end": 1, "in": values}


def test_an_empty_element_has_its_default_or_its_fixed_value(tmp_path: Path) -> None:
    elements = '<x:element name="a" type="x:int" default="7"/><x:element name="b" type="x:boolean" fixed="true"/>'
    elements += '<x:element name="c" type="x:string" default="new" minOccurs="0"/>'
    for header in (False, True):
        assert OneReply(tmp_path, sequence(elements), header=header).read("<a/><b/><c/>") == {"a": 7, "b": True, "c": "new"}
        assert OneReply(tmp_path, sequence(elements), header=header).read("<a>8</a><b>true</b><c>x</c>") == {"a": 8, "b": True, "c": "x"}


def test_white_space_is_what_the_contract_makes_of_it(tmp_path: Path) -> None:
    types = "".join(
        f'<x:simpleType name="{rule}"><x:restriction base="x:string"><x:whiteSpace value="{rule}"/></x:restriction></x:simpleType>'
        for rule in ("collapse", "replace", "preserve")
    )
    elements = "".join(f'<x:element name="{rule}" type="t:{rule}"/>' for rule in ("collapse", "replace", "preserve"))
    inside = "".join(f"<{rule}> a \n b </{rule}>" for rule in ("collapse", "replace", "preserve"))
    read = OneReply(tmp_path, sequence(elements), types=types).read(inside)
    assert read == {"collapse": "a b", "replace": " a   b ", "preserve": " a \n b "}


def test_a_choice_that_may_be_empty_may_be_missing(tmp_path: Path) -> None:
    within = f'<x:choice><x:element name="a" type="x:int" minOccurs="0"/>{A_B}</x:choice>{A_C}'
    assert OneReply(tmp_path, sequence(within)).read("<c>1</c>")["c"] == 1
    with pytest.raises(InDoubt):
        OneReply(tmp_path, sequence(within.replace(' minOccurs="0"', "")), schema=False).read("<c>1</c>")


def test_an_ordinary_contract_stays_as_it_is() -> None:
    for file in PLUGINS:
        assert for_zeep(file.read_bytes()) == file.read_bytes()
    assert for_zeep((ZOO / "choices.wsdl").read_bytes()) != (ZOO / "choices.wsdl").read_bytes()


@pytest.mark.parametrize(
    "other", [b"", b"no xml", b"<a><choice/></a>", b'<!DOCTYPE a><x:schema xmlns:x="http://www.w3.org/2001/XMLSchema"/>']
)
def test_what_is_no_contract_is_zeeps_to_judge(other: bytes) -> None:
    assert for_zeep(other) == other


def test_prefixes_go_on_to_mean_what_they_meant() -> None:
    text = f'<x:schema xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t">{extended("<x:choice/>", "<x:choice/>")}</x:schema>'
    [extension] = etree.fromstring(for_zeep(text.encode())).iter("{*}extension")
    assert (extension.nsmap["t"], [child.tag.rpartition("}")[2] for child in extension.iter()][1:]) == ("urn:t", ["sequence", "choice"])

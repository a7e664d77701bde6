"""What zeep itself reads of a contract, where no plan does, is read as strictly and as wholly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import zeep
from lxml import etree

from gateway.model.errors import InDoubt
from gateway.sdk.soap.plans.teaching import for_zeep
from tests.gateway.scaffold.wsdl.test_document import ZOO
from tests.gateway.sdk.soap.conftest import enveloped
from tests.gateway.sdk.soap.contracts import PLUGINS
from tests.gateway.sdk.soap.one_reply import OneReply, sequence

RESPONSE = sequence(
    '<x:element name="ok" type="x:boolean" minOccurs="0"/><x:element name="on" type="x:date" nillable="true" minOccurs="0"/>'
    '<x:element name="codes" type="t:Codes" minOccurs="0"/><x:element name="either" type="t:Either" minOccurs="0"/>'
    '<x:element name="union" type="t:Union" minOccurs="0"/><x:element name="base" type="t:Base" minOccurs="0" maxOccurs="9"/>'
)
TYPES = (
    '<x:simpleType name="Codes"><x:list itemType="x:int"/></x:simpleType>'
    '<x:simpleType name="Union"><x:union memberTypes="x:date x:int"/></x:simpleType>'
    '<x:complexType name="Base"><x:attribute name="mark" type="x:int"/></x:complexType>'
    '<x:complexType name="Paid"><x:complexContent><x:extension base="t:Base"><x:choice><x:sequence>'
    '<x:element name="fee" type="x:int"/><x:element name="till" type="x:int"/></x:sequence><x:element name="free" type="x:boolean"/>'
    "</x:choice></x:extension></x:complexContent></x:complexType>"
    '<x:complexType name="Either"><x:sequence><x:choice><x:sequence><x:element name="a" type="x:int"/><x:element name="b" type="x:int"/>'
    '</x:sequence><x:element name="c" type="x:boolean"/></x:choice></x:sequence></x:complexType>'
)
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@pytest.fixture(params=[False, True], ids=["plan", "zeep"])
def one(tmp_path: Path, request: pytest.FixtureRequest) -> OneReply:
    """The reply without its schema, read by plan, or by zeep since the WSDL declares a header of it."""
    return OneReply(tmp_path, RESPONSE, types=TYPES, schema=False, header=request.param)


@pytest.mark.parametrize(
    ("inside", "name", "value"),
    [
        ("<ok>1</ok>", "ok", True),
        ("<ok> false </ok>", "ok", False),
        (f'<on {XSI} xsi:nil="true"/>', "on", None),
        ("<codes>1 2\n3</codes>", "codes", [1, 2, 3]),
        ("<codes/>", "codes", []),
        ("<union> x </union>", "union", "x"),
        ("<union/>", "union", None),
        ("<either><c>0</c></either>", "either", {"a": None, "b": None, "c": False}),
        ("<either><a>0</a><b>1</b></either>", "either", {"a": 0, "b": 1, "c": None}),
        (
            f'<base {XSI} xmlns:t="urn:t" xsi:type="t:Paid" mark="5"><free>1</free></base>',
            "base",
            [{"fee": None, "till": None, "free": True, "mark": 5}],
        ),
    ],
)
def test_what_is_valid_is_read(one: OneReply, inside: str, name: str, value: Any) -> None:
    assert one.read(inside)[name] == value


@pytest.mark.parametrize(
    "inside",
    [
        "<ok>True</ok>",
        "<ok>yes</ok>",
        "<ok/>",
        "<ok>true<b/></ok>",
        "<on>2026-02-30</on>",
        "<on>26.11.2026</on>",
        "<codes>1 x</codes>",
        "<either><c>False</c></either>",
        "<either><a>1</a></either>",
        "<either><a>1</a><b>2</b><c>1</c></either>",
        "<either><b>1</b></either>",
        '<base mark="five"/>',
        f'<base {XSI} xmlns:t="urn:t" xsi:type="t:Paid"><fee>1</fee></base>',
    ],
)
def test_what_is_not_is_in_doubt_and_no_value(one: OneReply, inside: str) -> None:
    with pytest.raises(InDoubt) as raised:
        one.read(inside)
    assert raised.value.code == "reply_contract"


def test_zeep_used_elsewhere_stays_what_it_is(tmp_path: Path) -> None:
    one = OneReply(tmp_path, RESPONSE, types=TYPES)
    with pytest.raises(InDoubt):
        one.read("<ok>yes</ok>")
    client = zeep.Client(str(tmp_path / "one.wsdl"))  # type: ignore[no-untyped-call]  # zeep does not annotate it
    envelope = etree.fromstring(enveloped('<askResponse xmlns="urn:t"><ok>yes</ok></askResponse>'))
    assert client.service._binding.get("ask").process_reply(envelope)["ok"] is False


@pytest.mark.parametrize("attributes", [f'{XSI} xsi:schemaLocation="urn:t t.xsd"', ""])
def test_where_a_reply_says_that_its_schema_lies_is_passed_over(tmp_path: Path, attributes: str) -> None:
    one = OneReply(tmp_path, RESPONSE, types=TYPES)
    assert one.contract._operations["ask"].reply is not None
    assert one.read("<ok>1</ok>", attributes)["ok"] is True


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

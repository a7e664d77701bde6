"""What zeep itself reads of a contract, where no plan does, is read as strictly and as wholly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import zeep
from lxml import etree

from gateway.model.errors import InDoubt
from tests.gateway.sdk.soap.conftest import enveloped
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

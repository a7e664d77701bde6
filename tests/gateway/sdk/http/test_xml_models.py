"""Requests as XML: each field where its hint has it, and nothing written that XML cannot hold."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import pytest
from pydantic import Field

from gateway.model.errors import Invalid
from gateway.sdk import Request
from gateway.sdk.http.xml_models import Xml, write_xml


class Address(Request):
    """An element with one in a namespace of its own."""

    city: Annotated[str, Xml(namespace="urn:city", prefix="c")]
    floor: int | None = None


class Application(Request):
    """A field for each hint."""

    number: Annotated[str, Xml(attribute=True)]
    kind: Annotated[str | None, Xml(name="k", attribute=True, namespace="urn:k", prefix="k")] = None
    person: Annotated[str, Field(max_length=9), Xml(name="name", namespace="urn:p", prefix="p")] = Field(serialization_alias="personName")
    born: dt.date
    phones: Annotated[list[Annotated[str, Xml(name="phone")]], Xml(name="numbers", wrapped=True)]
    codes: Annotated[list[int], Xml(wrapped=True)] = Field(default_factory=list)
    notes: list[Annotated[str, Xml(name="note")]]
    sure: Annotated[bool, Xml(name="SURE")] | None = None
    gone: int | None
    address: Address
    others: list[Address] | None = None
    more: dict[str, int] = Field(default_factory=dict)


APPLICATION = Application(
    number="1",
    kind="x",
    person="张三",
    born=dt.date(2000, 1, 2),
    phones=["1", "2"],
    codes=[7, 8],
    notes=["<&", ""],
    sure=True,
    gone=None,
    address=Address(city="北京", floor=3),
    others=[Address(city="a"), Address(city="b")],
    more={"b": 2, "a": 1},
)


def test_each_field_is_where_its_hint_has_it() -> None:
    body = write_xml(APPLICATION, Xml(name="application", namespace="urn:x"))
    assert body.content_type == "application/xml; charset=utf-8"
    assert body.content.decode() == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<application xmlns="urn:x" xmlns:ns0="urn:k" number="1" ns0:k="x"><p:name xmlns:p="urn:p">张三</p:name><born>2000-01-02</born>'
        "<numbers><phone>1</phone><phone>2</phone></numbers><codes><codes>7</codes><codes>8</codes></codes><note>&lt;&amp;</note><note></note>"
        '<SURE>true</SURE><gone xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'
        '<address><c:city xmlns:c="urn:city">北京</c:city><floor>3</floor></address>'
        '<others><c:city xmlns:c="urn:city">a</c:city></others><others><c:city xmlns:c="urn:city">b</c:city></others>'
        "<more><b>2</b><a>1</a></more></application>"
    )


def test_a_prefixed_namespace_is_one_elements_own_and_can_be_named_again() -> None:
    class Person(Request):
        name: Annotated[str, Xml(prefix="s")]
        age: int

    body = write_xml(Person(name="a", age=1), Xml(name="person", namespace="urn:s", prefix="s"))
    assert body.content.decode().partition("\n")[2] == '<s:person xmlns:s="urn:s"><s:name>a</s:name><age>1</age></s:person>'


def test_a_charset_is_obeyed_and_what_it_lacks_is_referred_to() -> None:
    body = write_xml(Address(city="张\U0001f600"), Xml(name="a"), media="text/xml; charset=GBK")
    assert body.content_type == "text/xml; charset=GBK"
    assert body.content.startswith(b"<?xml version='1.0' encoding='GBK'?>")
    assert "张".encode("gbk") + b"&#128512;" in body.content


def test_a_list_can_be_the_whole_and_what_is_no_field_comes_last() -> None:
    whole = write_xml(["1", "2"], Xml(name="numbers"), kind=list[Annotated[str, Xml(name="number")]], values=["1", "2"])
    assert whole.content.decode().partition("\n")[2] == "<numbers><number>1</number><number>2</number></numbers>"
    keyed = write_xml(Address(city="a"), Xml(name="a"), values={"key": "k", "city": "a"})
    assert keyed.content.decode().endswith("a</c:city><key>k</key></a>")


@pytest.mark.parametrize("value", ["\0", "\x1b", "王\ud800"])
def test_what_xml_cannot_hold_is_invalid_and_says_nothing_of_it(value: str) -> None:
    with pytest.raises(Invalid, match="request_xml") as refused:
        write_xml(Address(city=value), Xml(name="a"), values={"city": value})
    assert refused.value.__context__ is None
    member: Any = {f"a{value}": 1}
    with pytest.raises(Invalid, match="request_xml"):
        write_xml(APPLICATION.model_copy(update={"more": member}), Xml(name="a"), values={"more": member})

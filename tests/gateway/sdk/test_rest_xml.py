"""XML replies: what fits is read, what two may be is not chosen from, what is dangerous is not opened."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy
from pydantic import AliasPath, Field

from gateway.model.errors import InDoubt
from gateway.sdk import Base64
from gateway.sdk.http.xml_models import write_xml
from gateway.sdk.rest import Reply, ReplyModel
from gateway.sdk.rest_xml import Xml, read_xml


class Item(ReplyModel):
    """An element within others."""

    name: str
    amount: Decimal | None = None


class Other(ReplyModel):
    """What may stand in place of an item."""

    code: int


class Receipt(ReplyModel):
    """A field for each way."""

    number: Annotated[str, Xml(attribute=True)]
    state: Literal["done", "refused"] = Field(validation_alias="State")
    on: dt.date | None = None
    sure: bool = False
    scan: Base64 | None = None
    phones: Annotated[list[Annotated[str, Xml(name="phone")]], Xml(wrapped=True)] = Field(default_factory=list)
    items: list[Annotated[Item, Xml(name="item", namespace="urn:i")]]
    what: Item | Other | None = None
    free: dict[str, str] = Field(default_factory=dict)
    rest: Any = None


WHOLE = """<?xml version="1.0"?>
<receipt number="1" xmlns:i="urn:i"><!-- a comment --><State> done </State><on>
 2026-01-02 </on><sure>1</sure><scan>AAEC
Aw==</scan><phones><phone> 1 </phone><phone/></phones><i:item><name><![CDATA[<甲>]]></name><amount/></i:item>
<i:item><name/><amount> 1.50 </amount></i:item><item>another namespace's</item><what><code>7</code></what><free><a>1</a><b/></free>
<rest><x><y>z</y></x></rest><unknown/></receipt>"""


def reply(body: str | bytes, content_type: str = "application/xml") -> Reply:
    content = body.encode() if isinstance(body, str) else body
    return Reply(200, CIMultiDictProxy(CIMultiDict({"Content-Type": content_type} if content_type else {})), content)


def test_every_field_is_read_by_its_hint() -> None:
    assert read_xml(Receipt, reply(WHOLE), Xml(name="receipt")) == Receipt(
        number="1",
        State="done",
        on=dt.date(2026, 1, 2),
        sure=True,
        scan=b"\0\1\2\3",
        phones=[" 1 ", ""],
        items=[Item(name="<甲>"), Item(name="", amount=Decimal("1.50"))],
        what=Other(code=7),
        free={"a": "1", "b": ""},
        rest={"x": {"y": "z"}},
    )


NIL = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"'


@pytest.mark.parametrize("kind", ["text/xml", "application/vnd.x+xml", "", "text/xml; charset=GBK"])
def test_xml_under_any_of_its_names_and_in_the_charset_said(kind: str) -> None:
    text = f"<Item><name>张</name><amount {NIL}/></Item>"
    assert read_xml(Item, reply(text.encode("gbk" if "GBK" in kind else "utf-8"), kind)) == Item(name="张")


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        ("<Item><name>a</name></Item>", "text/html", "reply_type"),
        ("<Item><name>a</name></Item>", "application/json", "reply_type"),
        ("<Item><name>a</name>", "text/xml", "reply_xml"),
        ("", "text/xml", "reply_xml"),
        ('<!DOCTYPE a [<!ENTITY e "x">]><Item><name>&e;</name></Item>', "text/xml", "reply_dtd"),
        ("<Item><name>&e;</name></Item>", "text/xml", "reply_xml"),
        (b"<Item><name>\xff</name></Item>", "text/xml", "reply_charset"),
        ("<Item><name>a</name><name>b</name></Item>", "text/xml", "reply_contract: name: 2 elements where one may be"),
        ('<Item xmlns:o="urn:o"><name>a</name><o:name>b</o:name></Item>', "text/xml", "reply_contract"),
        ("<Item><name><b>a</b></name></Item>", "text/xml", "reply_contract: name: elements where a text may be"),
        ("<Item><amount>1</amount></Item>", "text/xml", "reply_contract: name: missing"),
        ("<Item><name>a</name><amount>ten</amount></Item>", "text/xml", "reply_contract: amount: decimal_parsing"),
        (f"<Item><name {NIL}/></Item>", "text/xml", "reply_contract: name: string_type"),
        ("<Other><name>a</name></Other>", "text/xml", "reply_contract: the root element is not Item"),
        ("<Item>" + "<x/>" * 25_000 + "<name>a</name></Item>", "text/xml", "reply_too_large"),
    ],
)
def test_what_does_not_fit_is_in_doubt(body: str | bytes, kind: str, code: str) -> None:
    with pytest.raises(InDoubt, match=code) as raised:
        read_xml(Item, reply(body, kind), Xml(name="Item"))
    assert raised.value.__cause__ is None


def test_a_name_of_several_parts_is_the_authors_mistake() -> None:
    class Deep(ReplyModel):
        name: str = Field("", validation_alias=AliasPath("a", "b"))  # type: ignore[pydantic-alias]  # the mistake that is meant

    with pytest.raises(TypeError, match="name: in XML"):
        read_xml(Deep, reply("<a/>"))


AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False) | st.none()
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


@given(text=TEXTS, several=st.lists(TEXTS), sure=st.booleans(), amount=AMOUNTS, attribute=TEXTS)
def test_what_is_written_is_what_is_read(text: str, several: list[str], *, sure: bool, amount: Decimal | None, attribute: str) -> None:
    class Both(ReplyModel):
        text: str
        bare: list[Annotated[str, Xml(name="b")]]
        held: Annotated[list[Annotated[str, Xml(name="h")]], Xml(wrapped=True, namespace="urn:h", prefix="h")]
        sure: Annotated[bool, Xml(attribute=True)]
        item: Annotated[Item, Xml(namespace="urn:i")]
        attribute: Annotated[str, Xml(attribute=True, namespace="urn:a")]

    whole = Both(text=text, bare=several, held=several, sure=sure, item=Item(name=text, amount=amount), attribute=attribute)
    written = write_xml(whole, Xml(name="both"))
    assert read_xml(Both, reply(written.content, written.content_type)) == whole

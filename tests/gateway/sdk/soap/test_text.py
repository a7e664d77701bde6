"""XML documents within strings."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from gateway.model.errors import InDoubt, Invalid
from gateway.sdk.soap import ReplyModel, XmlText

XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType><xs:sequence>
  <xs:element name="name" type="xs:string"/><xs:element name="age" type="xs:int"/>
  <xs:element name="part" minOccurs="0" maxOccurs="9"><xs:complexType><xs:sequence>
    <xs:element name="x" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""


class Part(ReplyModel):
    """One of a list."""

    x: str


class Person(ReplyModel):
    """A document."""

    name: str
    age: int
    part: list[Part]


@pytest.fixture
def documents(tmp_path: Path) -> XmlText:
    (tmp_path / "r.xsd").write_text(XSD)
    return XmlText(tmp_path / "r.xsd", declared_encoding="GBK")


def person(name: str, age: str) -> etree._Element:
    document = etree.Element("r")
    etree.SubElement(document, "name").text = name
    etree.SubElement(document, "age").text = age
    return document


def test_written_and_read(documents: XmlText) -> None:
    text = documents.write(person("测试甲 <&>", "7"))
    assert text.startswith('<?xml version="1.0" encoding="GBK"?><r>')
    one = text.replace("</r>", "<part><x>a</x></part></r>")
    assert documents.read(one, Person, lists=("part",)) == Person(name="测试甲 <&>", age=7, part=[Part(x="a")])
    two = one.replace("</r>", "<part><x>b</x></part></r>")
    assert [part.x for part in documents.read("\n" + two, Person, lists=("part",)).part] == ["a", "b"]


def test_what_does_not_fit_is_not_written(documents: XmlText) -> None:
    with pytest.raises(Invalid, match="age"):
        documents.write(person("x", "many"))
    with pytest.raises(Invalid, match="name") as raised:
        documents.write(person("𬱖", "7"))
    assert raised.value.code == "request_charset"
    assert "𬱖" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "reply_xml"),
        ("<r>", "reply_xml"),
        ('<!DOCTYPE r [<!ENTITY a "b">]><r><name>&a;</name><age>1</age></r>', "reply_dtd"),
        ("<other/>", "reply_contract"),
        ("<r><name>x</name><age>many</age></r>", "reply_contract"),
        ("<r><name>x</name><age>1</age></r>", "reply_contract"),  # fits the schema, not the model
    ],
)
def test_what_cannot_be_read_is_a_doubt(documents: XmlText, text: str, code: str) -> None:
    with pytest.raises(InDoubt) as raised:
        documents.read(text, Person, lists=("part",))
    assert raised.value.code == code

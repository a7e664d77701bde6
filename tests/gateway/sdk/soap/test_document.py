"""Strangers' XML: encodings, DTDs, depth, size."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from gateway.model.errors import InDoubt
from gateway.sdk.soap.document import ContractError, Schema, decode, parse
from tests.gateway.sdk.soap.conftest import XSD

TEXT = "<a>婚姻登记处：测试甲</a>"


def declared(encoding: str, text: str = TEXT) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{text}'


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (TEXT.encode(), None),
        (TEXT.encode(), "utf-8"),
        (TEXT.encode(), "UTF-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), None),
        (b"\xef\xbb\xbf" + TEXT.encode(), "gbk"),
        (declared("UTF-8").encode(), None),
        (declared("GBK").encode("gbk"), None),
        (declared("gb2312").encode("gbk"), None),
        (TEXT.encode("gbk"), "gbk"),
        (TEXT.encode("gb18030"), "gb18030"),
        (declared("GBK").encode("gbk"), "GBK"),
        # They contradict each other, and the bytes tell:
        (declared("GBK").encode("gbk"), "utf-8"),
        (declared("GBK").encode(), "utf-8"),
        (declared("UTF-8").encode("gbk"), "gbk"),
        (declared("UTF-8").encode(), "gbk"),
        (declared("UTF-8").encode(), "iso-8859-1"),
        (TEXT.encode("utf-16"), None),
        (TEXT.encode("utf-16"), "utf-16"),
    ],
)
def test_every_honest_encoding_is_read_right(body: bytes, charset: str | None) -> None:
    assert parse(decode(body, charset)).text == "婚姻登记处：测试甲"


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (TEXT.encode("gbk"), None),
        (TEXT.encode("gbk"), "utf-8"),
        (declared("UTF-8").encode("gbk"), "utf-8"),
        (declared("UTF-8").encode("gbk"), None),
        (TEXT.encode(), "gbk"),
        (declared("GBK").encode(), "gbk"),
        (declared("GBK").encode(), None),
        (TEXT.encode("utf-16"), "utf-8"),
        (TEXT.encode(), "x-unheard-of"),
        (declared("big5").encode("big5", "replace"), None),
        (TEXT.encode("latin-1", "replace"), "iso-8859-1"),
        (declared("utf-16").encode("gbk"), "gbk"),
        (TEXT.encode(), "ascii"),
    ],
)
def test_what_is_not_what_it_says_is_a_doubt_and_never_nonsense(body: bytes, charset: str | None) -> None:
    with pytest.raises(InDoubt) as raised:
        decode(body, charset)
    assert raised.value.code == "reply_charset"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<!DOCTYPE a><a/>", "reply_dtd"),
        ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "reply_dtd"),
        ('<!DOCTYPE a SYSTEM "http://attacker.invalid/x.dtd"><a/>', "reply_dtd"),
        ("", "reply_xml"),
        ("<a>", "reply_xml"),
        ("<a/><b/>", "reply_xml"),
        ("<a>&unheard-of;</a>", "reply_xml"),
        ("<a>" * 300 + "</a>" * 300, "reply_xml"),
        ("<a>\x00</a>", "reply_xml"),
        ("<a>\ud800</a>", "reply_xml"),
        ("not xml", "reply_xml"),
        ("<a>" + "<b/>" * 25_000 + "</a>", "reply_too_large"),
    ],
)
def test_what_is_not_to_be_read_is_a_doubt(text: str, code: str) -> None:
    with pytest.raises(InDoubt) as raised:
        parse(text)
    assert raised.value.code == code
    assert raised.value.__cause__ is None  # libxml2's own text may repeat the reply


def test_a_mismatch_names_the_place_and_not_the_value(tmp_path: Path) -> None:
    (tmp_path / "t.xsd").write_text(XSD)
    schema = Schema(tmp_path / "t.xsd")
    assert schema.mismatch(parse('<ask xmlns="urn:t"><name>x</name><number>1</number></ask>')) is None
    where = schema.mismatch(parse('<ask xmlns="urn:t"><name>x</name><number>500152199001010018x</number></ask>'))
    assert where is not None
    assert where.startswith("number: ")
    assert "5001" not in where
    assert schema.mismatch(etree.Element("other")) is not None


def test_a_schema_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"none\.xsd"):
        Schema(tmp_path / "none.xsd")
    (tmp_path / "bad.xsd").write_text("<a/>")
    with pytest.raises(ContractError, match=r"bad\.xsd"):
        Schema(tmp_path / "bad.xsd")


@pytest.mark.parametrize("text", ['<e:a xmlns:e="urn:e"><b xsi:nil="true"/></e:a>', '<?xml version="1.0"?>\n<a xsi:nil="true"/>'])
def test_xsi_is_what_everybody_calls_it_when_nobody_says(text: str) -> None:
    nil = "{http://www.w3.org/2001/XMLSchema-instance}nil"
    assert [one.get(nil) for one in parse(text).iter() if one.get(nil)] == ["true"]


def test_xsi_means_what_a_reply_says_that_it_means() -> None:
    assert parse('<a xmlns:xsi="urn:x" xsi:b="1"/>').get("{urn:x}b") == "1"


def test_no_other_prefix_is_made_up() -> None:
    with pytest.raises(InDoubt):
        parse('<a x:nil="true"/>')

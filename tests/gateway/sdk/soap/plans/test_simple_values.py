"""A text is a value of a simple type exactly when libxml2 says so; what Python has no room for is an error too, and never a value."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pydantic import TypeAdapter
from zeep.xsd.types.builtins import default_types

from gateway.sdk.soap import Text
from gateway.sdk.soap.plans.simple_values import DatePart, UnreadableError, collapsed, of_node, outline, reader, writer

XSD = "http://www.w3.org/2001/XMLSchema"
TEXTS = {"string", "normalizedString", "token", "anyURI"}
#: Of these libxml2 checks more than that they are names, which changes no value.
NAMES = {
    "QName",
    "NOTATION",
    "Name",
    "NCName",
    "ID",
    "IDREF",
    "ENTITY",
    "IDREFS",
    "ENTITIES",
    "NMTOKEN",
    "NMTOKENS",
    "anyType",
    "anySimpleType",
}
#: libxml2 passes over what is no base64 (RFC 2045), where XML Schema does not.
LENIENT = {"base64Binary"}
TYPES = sorted(name.localname for name in default_types if name.localname not in TEXTS | NAMES | LENIENT)


def kind(name: str) -> Any:
    return default_types[etree.QName(XSD, name)]


@cache
def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(f'<x:schema xmlns:x="{XSD}"><x:element name="a" type="x:{name}"/></x:schema>'))


def element(text: str | None) -> etree._Element:
    made = etree.Element("a")
    made.text = text
    return made


PIECES = [
    "0",
    "1",
    "05",
    "12",
    "24",
    "30",
    "60",
    "2026",
    "-",
    "+",
    ":",
    ".",
    "T",
    "Z",
    "P",
    "D",
    "Y",
    "M",
    "S",
    "H",
    "--",
    " ",
    "\n",
    "INF",
    "NaN",
]
PIECES += [
    "true",
    "false",
    "e",
    "E",
    "a",
    "=",
    "A",
    "１",
    "\u3000",
    "_",
    "2026-11-26",
    "09:30:00",
    "+08:00",
    "--02",
    "zh",
    "127",
    "255",
    "65536",
]
WHOLE = {
    "gYear": ["2026", "0044", "0000", "-0000", "0000Z", "00000", "-0044", "12026", "26", "2026+14:00", "2026+14:01", "2026+0800"],
    "gYearMonth": ["2026-11", "0000-11", "2026-13", "2026-00"],
    "gMonthDay": ["--02-29", "--02-30", "--13-01", "--04-31"],
    "gDay": ["---01", "---31", "---32", "---00"],
    "gMonth": ["--12", "--13", "--5"],
    "duration": ["P1Y2M3DT4H5M6.5S", "-P1M", "P", "PT", "P1YT", "PT-1S", "P1.5D", "P1D "],
    "date": ["0000-01-01", "-0000-01-01"],
    "dateTime": [
        "0000-01-01T00:00:00",
        "2026-02-29T00:00:00",
        "2028-02-29T24:00:00Z",
        "2026-11-26T24:00:01",
        "2026-11-26 09:30:00",
        "2026-11-26",
        "2026-11-26T9:30:00",
    ],
    "time": ["24:00:00", "23:59:60", "09:30", "09:30:00.1234567Z"],
    "hexBinary": ["0aFF", "0aF", "zz", ""],
    "boolean": ["True", "TRUE", "yes", "1", "0", " true\n", "on", ""],
}
#: Before the year 1 or after 9999.
LONG_YEAR = re.compile(r"-|[0-9]{5}")
NO_EXPONENT = re.compile(r"[eE][+-]?$")
SAID = [(name, text) for name, texts in WHOLE.items() for text in texts]


def agrees(name: str, text: str) -> None:
    read = reader(kind(name))
    assert read is not None
    try:
        read(text)
    except (ValueError, ArithmeticError):
        accepted = False
    else:
        accepted = True
    # Of durations libxml2 does not collapse white space; an exponent without digits it takes for a number; the years that Python has no
    # room for are said in a test of their own.
    tidy = collapsed(text)
    valid = schema(name).validate(element(tidy)) and not (name in ("float", "double") and NO_EXPONENT.search(tidy))
    roomy = name in ("date", "dateTime") and LONG_YEAR.match(tidy) is not None
    assert accepted == (valid and not roomy), (name, text)


@pytest.mark.parametrize(("name", "text"), SAID)
def test_texts_that_are_said(name: str, text: str) -> None:
    agrees(name, text)


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(TYPES), st.lists(st.sampled_from(PIECES), max_size=6))
def test_libxml2_says_what_is_a_value(name: str, pieces: list[str]) -> None:
    text = "".join(pieces)
    agrees(name, text)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("boolean", "1", True),
        ("int", " +05 ", 5),
        ("decimal", "-.50", Decimal("-0.50")),
        ("double", "-INF", float("-inf")),
        ("date", "2026-03-02+08:00", dt.date(2026, 3, 2)),
        ("dateTime", "2028-02-29T24:00:00Z", dt.datetime(2028, 3, 1, tzinfo=dt.UTC)),
        ("dateTime", "2026-03-02T09:30:00.1234567+08:00", dt.datetime(2026, 3, 2, 9, 30, 0, 123456, dt.timezone(dt.timedelta(hours=8)))),
        ("time", "24:00:00", dt.time(0)),
        ("duration", "-P1DT2H", dt.timedelta(days=-1, hours=-2)),
        ("gYear", "2026+08:00", (2026, dt.timezone(dt.timedelta(hours=8)))),
        ("gMonthDay", "--02-29", (2, 29, None)),
        ("base64Binary", " YW\nJj ", b"abc"),
        ("token", "　a \t b　", "　a b　"),  # a Chinese space is none of XML's
        ("normalizedString", " a\tb", " a b"),
    ],
)
def test_what_texts_mean(name: str, text: str, value: object) -> None:
    read = reader(kind(name))
    assert read is not None
    assert read(text) == value


@pytest.mark.parametrize("text", ["YWI", "Y===", "@@@@", "YWJj!", "YWJj=", "-"])
def test_base64_is_not_read_past_what_is_none(text: str) -> None:
    with pytest.raises(UnreadableError):
        of_node(kind("base64Binary"))(element(text))


@pytest.mark.parametrize(
    ("name", "text"), [("date", "12026-01-01"), ("date", "255602026-11-26"), ("dateTime", "-0044-03-15T00:00:00"), ("integer", "9" * 5000)]
)
def test_what_python_has_no_room_for_is_no_value(name: str, text: str) -> None:
    assert schema(name).validate(element(text))
    with pytest.raises(UnreadableError) as raised:
        of_node(kind(name))(element(text))
    assert raised.value.__context__ is None
    assert text not in str(raised.value)


def test_nothing_is_none_only_where_nothing_can_be_meant() -> None:
    assert of_node(kind("string"))(element(None)) is None
    assert of_node(kind("base64Binary"))(element(None)) == b""
    assert of_node(kind("int"), "7")(element(None)) == 7
    nil = element(None)
    nil.set("{http://www.w3.org/2001/XMLSchema-instance}nil", "true")
    assert of_node(kind("int"), "7")(nil) is None
    for name in ("int", "boolean", "date", "gYear", "duration"):
        with pytest.raises(UnreadableError, match=f"a: no {name}"):
            of_node(kind(name))(element(None))
    inside = element("true")
    etree.SubElement(inside, "b")
    for name in ("boolean", "string"):
        with pytest.raises(UnreadableError):
            of_node(kind(name))(inside)


@pytest.mark.parametrize("name", ["gYear", "gYearMonth", "gMonthDay", "gDay", "gMonth", "duration"])
def test_parts_of_dates_and_durations_are_texts_and_values(name: str) -> None:
    write, read, said = writer(kind(name)), reader(kind(name)), outline(kind(name))
    assert write is not None
    assert read is not None
    assert said is not None
    for text in WHOLE[name]:
        if not schema(name).validate(element(text.strip())):
            with pytest.raises(ValueError, match=r"not as XML Schema writes it|no day of any year"):
                write(text)
            continue
        assert write(text) == text.strip()
        assert TypeAdapter(Text).validate_python(read(text)) in (text.strip(), "P1Y2M3DT4H5M6.5S")
        value = read(text)
        assert write(value) == text.strip()
        if isinstance(value, DatePart):
            assert write(tuple(value)) == text.strip()  # zeep's own form


def test_what_has_no_end_is_written_as_xml_schema_does() -> None:
    write = writer(kind("double"))
    assert write is not None
    assert [write(value) for value in (float("inf"), float("-inf"), float("nan"), 1.5)] == ["INF", "-INF", "NaN", "1.5"]


def test_a_year_is_written_with_four_digits() -> None:
    write = writer(kind("date"))
    assert write is not None
    assert [write(dt.date(1, 1, 1)), write("2026-03-02")] == ["0001-01-01", "2026-03-02"]

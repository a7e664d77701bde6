"""Forms and multipart bodies: as OpenAPI writes them, the same each time, and never half of what was meant."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from gateway.model.errors import Invalid
from gateway.sdk import Base64, Request, our_names, wire_values
from gateway.sdk.contracts.parsed_bodies import BodyPart, parsed_form, parsed_parts
from gateway.sdk.http.request_bodies import Encoding, File, charset_of, form, json_body, media_kind, multipart, plain_body


@pytest.mark.parametrize(
    ("value", "how", "written"),
    [
        ("测 试&=", Encoding(), "a=%E6%B5%8B+%E8%AF%95%26%3D"),
        ("", Encoding(), "a="),
        (None, Encoding(), "a="),
        (True, Encoding(), "a=true"),
        (1.5, Encoding(), "a=1.5"),
        ([], Encoding(), ""),
        (["x", 2], Encoding(), "a=x&a=2"),
        (["x,y", "z"], Encoding(explode=False), "a=x%2Cy,z"),
        (["x", "y"], Encoding(style="spaceDelimited"), "a=x%20y"),
        (["x", "y"], Encoding(style="pipeDelimited", explode=False), "a=x%7Cy"),
        (["x", "y"], Encoding(style="pipeDelimited", explode=True), "a=x&a=y"),
        ({"b": 1}, Encoding(), "a=%7B%22b%22%3A1%7D"),
        ([{"b": 1}, {"b": 2}], Encoding(), "a=%7B%22b%22%3A1%7D&a=%7B%22b%22%3A2%7D"),
        ({"b": 1, "c": "x"}, Encoding(style="form"), "b=1&c=x"),
        ({"b": 1, "c": "x"}, Encoding(explode=False), "a=b,1,c,x"),
        ({"b": {"c": [1, 2]}, "d": True}, Encoding(style="deepObject"), "a%5Bb%5D%5Bc%5D=1&a%5Bb%5D%5Bc%5D=2&a%5Bd%5D=true"),
    ],
)
def test_a_field_goes_into_a_form_as_its_encoding_says(value: Any, how: Encoding, written: str) -> None:
    assert form({"a": value}, {"a": how}).content.decode() == written


def test_a_form_is_in_the_charset_that_its_media_type_names() -> None:
    media = "application/x-www-form-urlencoded; charset=GBK"
    body = form({"姓名": "张"}, media=media)
    assert (body.content, body.content_type) == (b"%D0%D5%C3%FB=%D5%C5", media)
    with pytest.raises(Invalid, match="request_form") as refused:
        form({"a": "\U0001f600"}, media=media)
    assert refused.value.__context__ is None  # which would hold the value


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_what_a_form_holds_is_what_is_read(values: dict[str, str]) -> None:
    body = form(values)
    assert dict(parsed_form(body.content_type, body.content)) == values
    assert {name: [text] for name, text in values.items()} == parse_qs(body.content.decode(), keep_blank_values=True)


NAMES = st.text(st.characters(exclude_characters="\\%", exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda name: name.strip() == name
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(NAMES, TEXTS | st.binary() | st.integers()), st.text())
def test_what_a_multipart_holds_is_what_is_read(values: dict[str, Any], key: str) -> None:
    body = multipart(values, key=key)
    parts = parsed_parts(body.content_type, body.content)
    assert [part.name for part in parts] == list(values)
    assert [part.content for part in parts] == [one if isinstance(one, bytes) else str(one).encode() for one in values.values()]
    assert [part.file_name is not None for part in parts] == [isinstance(one, bytes) for one in values.values()]


def test_parts_have_their_names_and_types() -> None:
    scan = File(name='身份证 "正面".png', content_type="image/png", content=b"\x89PNG\r\n--x")
    values = {"name": "张", "number": "7", "who": {"a": 1}, "photo": b"\xff\xd8", "scans": [scan, scan], "tags": ["a", "b"]}
    body = multipart(values, {"photo": Encoding(content_type="image/jpeg"), "number": Encoding(content_type="text/x-number")}, key="k")
    assert parsed_parts(body.content_type, body.content) == [
        BodyPart(name="name", file_name=None, content_type="text/plain; charset=utf-8", content="张".encode()),
        BodyPart(name="number", file_name=None, content_type="text/x-number", content=b"7"),
        BodyPart(name="who", file_name=None, content_type="application/json", content=b'{"a":1}'),
        BodyPart(name="photo", file_name="photo.jpg", content_type="image/jpeg", content=b"\xff\xd8"),
        *[BodyPart(name="scans", file_name='身份证 "正面".png', content_type="image/png", content=b"\x89PNG\r\n--x")] * 2,
        BodyPart(name="tags", file_name=None, content_type="text/plain", content=b"a"),
        BodyPart(name="tags", file_name=None, content_type="text/plain", content=b"b"),
    ]


def test_what_is_sent_again_under_a_key_is_the_same_and_its_boundary_is_nowhere_within() -> None:
    first = multipart({"a": b"x"}, key="k")
    assert first == multipart({"a": b"x"}, key="k")
    assert first.content_type != multipart({"a": b"x"}, key="l").content_type
    boundary = first.content_type.partition("boundary=")[2]
    other = multipart({"a": f"--{boundary}\r\n".encode()}, key="k")
    assert [part.content for part in parsed_parts(other.content_type, other.content)] == [f"--{boundary}\r\n".encode()]


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a\\b", "a\r\nX: y", "x" * 256])
def test_a_file_has_a_plain_name_and_type(name: str) -> None:
    with pytest.raises(ValidationError):
        File(name=name, content=b"")
    with pytest.raises(ValidationError):
        File(name="a", content_type=f"text/{name}", content=b"")


def test_what_cannot_be_written_is_invalid_and_says_nothing_of_it() -> None:
    with pytest.raises(Invalid, match="request_form") as refused:
        multipart({"a": "王\ud800"}, key="k")
    assert refused.value.__context__ is None
    with pytest.raises(Invalid, match="request_json") as refused:
        json_body("王\ud800")
    assert refused.value.__context__ is None
    with pytest.raises(Invalid, match="request_text"):
        plain_body("王", media="text/plain; charset=us-ascii")


def test_media_types_are_told_apart() -> None:
    kinds = {
        "application/json": "json",
        "application/vnd.x+json; v=1": "json",
        "Text/XML; charset=utf-8": "xml",
        "application/soap+xml": "xml",
        "application/x-www-form-urlencoded": "form",
        "multipart/form-data": "multipart",
        "image/png": "plain",
    }
    assert {media: media_kind(media) for media in kinds} == kinds
    assert (charset_of('text/xml; Charset="GBK"'), charset_of("text/xml")) == ("GBK", "utf-8")
    assert plain_body("张", media="text/plain; charset=gbk").content == "张".encode("gbk")
    assert plain_body(b"\xff", media="image/png").content == b"\xff"


class Person(Request):
    """Somebody."""

    id_number: str = Field(serialization_alias="idNumber")
    mobile: str | None = Field(None, serialization_alias="MOBILE")


class Case(Request):
    """A case."""

    on: date
    amount: Decimal
    people: list[Person] = Field(serialization_alias="Persons")
    by_role: dict[str, Person] = Field(default_factory=dict)
    photo: Base64 | None = None
    ended: date | None = Field(serialization_alias="END")


CASE = Case.model_validate(
    {
        "on": "2026-03-02",
        "amount": "1.50",
        "people": [{"id_number": "1"}],
        "by_role": {"agent": {"id_number": "2"}},
        "photo": "aGk=",
        "ended": None,
    }
)


def test_what_a_contract_complains_about_is_found_by_its_name_there() -> None:
    assert our_names(Case) == {"on": "on", "amount": "amount", "Persons": "people", "by_role": "by_role", "photo": "photo", "END": "ended"}


def test_values_of_python_are_what_zeep_takes() -> None:
    assert wire_values(CASE, "python") == {
        "on": date(2026, 3, 2),
        "amount": Decimal("1.50"),
        "Persons": [{"idNumber": "1"}],
        "by_role": {"agent": {"idNumber": "2"}},
        "photo": b"hi",
        "END": None,
    }


def test_values_of_json_are_what_json_takes() -> None:
    values = wire_values(CASE, "json")
    assert (values["on"], values["photo"], values["END"]) == ("2026-03-02", "aGk=", None)


def test_what_is_no_base64_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValidationError) as refused:
        Case.model_validate({"on": "2026-03-02", "amount": 1, "people": [], "photo": "500152199001010018!", "ended": None})
    assert "500152199001010018" not in str(refused.value)

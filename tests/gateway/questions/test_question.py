"""A question is checked against the schema that front ends are shown, then against the operation's model."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

import orjson
import pytest
from jsonschema_rs import Draft202012Validator
from pydantic import AnyUrl, Field, field_validator

from gateway.catalogue.form import FORMATS
from gateway.questions.question import LONGEST_TEXT, read_question, request_schema
from gateway.sdk import Operation, Output, Request, Safe
from gateway.sdk.fields import IdNumber, Line
from gateway.texts.refusals import Language, Refused


class Home(Request):
    """A model that may hold another."""

    address: str
    also: Home | None = None


class About(Request):
    """A question of every kind of text."""

    id_number: IdNumber
    line: Annotated[Line, Field(title="一行", json_schema_extra={"x-title-en": "A line"})]
    plain: str
    long: Annotated[str, Field(max_length=2000)] = "x"
    kind: Literal["a", "b"] = "a"
    spouse: IdNumber | None = None
    site: AnyUrl | None = None
    homes: list[Home] = []
    notes: dict[str, str] = {}

    @field_validator("plain")
    @classmethod
    def _known(cls, value: str) -> str:
        if value == "unknown":
            raise ValueError(value)
        return value


OPERATION = Operation(
    name="about",
    title_zh="查询",
    title_en="Question",
    request=About,
    output=Output,
    resend=Safe(remembered=timedelta(days=1)),
    read_only=True,
)
GOOD: dict[str, Any] = {"id_number": "500152199001010018", "line": "一行", "plain": "x"}
HOME: dict[str, Any] = {"address": "x", "also": {"address": "y"}}


def places(request: object, purpose: object = "x", language: Language = "en", **more: object) -> set[str]:
    """Give the places of errors, or none for a good question, after checking that the schema agrees."""
    body = {"request": request, "purpose": purpose, **more}
    try:
        read_question(OPERATION, orjson.dumps(body), language)
    except Refused as refused:
        return {error.pointer for error in refused.errors if refused.status == 422 and error.detail}
    return set()


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, []),
        ({"id_number": "500152199001010017"}, ["/request/id_number"]),
        ({"id_number": None, "line": 5}, ["/request/id_number", "/request/line"]),
        ({"line": " x"}, ["/request/line"]),
        *(({"plain": text}, ["/request/plain"]) for text in ("", " ", "\u3000", "x" * (LONGEST_TEXT + 1))),
        ({"long": "x" * 2000}, []),
        ({"long": "x" * 2001}, ["/request/long"]),
        ({"long": ""}, ["/request/long"]),
        ({"kind": "c"}, ["/request/kind"]),
        ({"spouse": "500152198512310026"}, []),
        ({"spouse": None}, []),
        ({"spouse": "500152198512310025"}, ["/request/spouse"]),
        ({"site": "https://example.org", "homes": [HOME], "notes": {"a": "b"}}, []),
        (
            {"homes": [{"address": ""}, {"address": "x", "also": {"address": " "}}]},
            ["/request/homes/0/address", "/request/homes/1/also/address"],
        ),
        ({"notes": {"a": ""}}, ["/request/notes/a"]),
        ({"nick": 1, "500152199001010018": 1}, ["/request/nick", "/request"]),
    ],
    ids=str,
)
def test_what_the_schema_says_is_what_is_taken(change: dict[str, Any], wrong: list[str]) -> None:
    request = {**GOOD, **change}
    assert places(request) == places(request, language="zh-CN") == set(wrong)
    validator = Draft202012Validator(request_schema(OPERATION), formats=dict(FORMATS), validate_formats=True)
    assert validator.is_valid(request) == (not wrong)


def test_what_the_model_alone_knows_is_told_too_without_the_value() -> None:
    with pytest.raises(Refused) as refused:
        read_question(OPERATION, orjson.dumps({"request": {**GOOD, "plain": "unknown"}, "purpose": "x"}), "en")
    assert [(error.pointer, error.detail) for error in refused.value.errors] == [
        ("/request/plain", "does not fit what “Question” asks for")
    ]
    assert refused.value.__context__ is None


def test_what_may_be_left_out_is_told_as_precisely_as_what_may_not() -> None:
    with pytest.raises(Refused) as refused:
        read_question(OPERATION, orjson.dumps({"request": {**GOOD, "spouse": "500152198512310025"}, "purpose": "x"}), "zh-CN")
    assert [error.detail for error in refused.value.errors] == ["公民身份号码的校验码不正确，请核对"]


def test_the_parts_of_a_question() -> None:
    assert places(GOOD, purpose="") == places(GOOD, purpose=" ") == places(GOOD, purpose="x" * 501) == {"/purpose"}
    assert places([], purpose=7, more=1) == {"/request", "/purpose", "/more"}
    with pytest.raises(Refused) as refused:
        read_question(OPERATION, b"{}", "en")
    assert {error.pointer for error in refused.value.errors} == {"/request", "/purpose"}
    with pytest.raises(Refused, match="malformed"):
        read_question(OPERATION, b"{", "zh-CN")


def test_titles_of_its_own_do_not_take_away_what_a_line_says() -> None:
    line = request_schema(OPERATION)["properties"]["line"]
    assert (line["x-title-en"], line["x-hint-en"]) == ("A line", "one line, without space around it")

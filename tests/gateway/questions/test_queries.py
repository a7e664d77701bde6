"""Questions are checked against the schema that front ends are shown, answered at once, and audited by names of fields, never by value."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

import orjson
import pytest
from jsonschema_rs import Draft202012Validator
from pydantic import AnyUrl, Field, field_validator
from sqlalchemy import select

from gateway.catalogue.form import FORMATS
from gateway.journal.store import schema
from gateway.model.errors import AuthFailed, Busy, InDoubt, Invalid, Unavailable
from gateway.model.outcome import Accepted, FieldProblem, Rejected, Returned
from gateway.questions.queries import LONGEST_TEXT, read_question, request_schema
from gateway.sdk import Operation, Output, Request, Safe
from gateway.sdk.fields import IdNumber, Line
from gateway.texts.refusals import Language, Refused
from tests.gateway.worlds.offices import MAN
from tests.gateway.worlds.world import FRONT, World

ASKED = {"name": MAN["name"], "id_number": MAN["id_number"]}


async def ask(world: World, query: str = "look", department: str = "office", **body: Any) -> Any:
    document = {"request": ASKED, "purpose": f"a loan of {MAN['id_number']}", **body}
    return await world.queries.ask(department, query, orjson.dumps(document), caller=FRONT, language="en")


async def test_the_answer_and_its_entry(world: World) -> None:
    seen: list[Any] = []

    def look(call: Any, request: Any) -> Any:
        seen.extend(world.events())
        return Rejected(code="R", reason="none")

    world.offices["office"].says("query", look)
    assert await ask(world) == {"kind": "rejected", "code": "R", "reason": "none", "errors": []}
    assert await ask(world) == {"kind": "approved", "output": {"number": "N-1"}}
    assert seen == ["query_asked"]
    details = world.details("query_asked")
    assert details["disclosed"] == ["id_number", "name"]
    text = world.rows(select(schema.audit.c.details))[0][0]
    assert MAN["name"] not in text
    assert "loan" not in text


@pytest.mark.parametrize(
    ("answer", "status", "kind", "after"),
    [
        (InDoubt("timeout"), 504, "department-timeout", None),
        (Unavailable("connect_timeout"), 504, "department-timeout", None),
        (InDoubt("http_504"), 504, "department-timeout", None),
        (InDoubt("reply_unreadable"), 502, "department-answer", None),
        (ValueError(MAN["id_number"]), 502, "department-answer", None),
        (SystemExit(1), 502, "department-answer", None),
        pytest.param(lambda *_: None, 502, "department-answer", None, id="nothing"),
        (Accepted(reference="R1"), 502, "department-answer", None),
        (Invalid("http_400"), 422, "validation", None),
        (Unavailable("refused"), 503, "department-unavailable", 10),
        (AuthFailed("http_401"), 503, "department-unavailable", 10),
        (Busy("quota", retry_after=7), 503, "department-unavailable", 7),
        (Busy("quota", retry_after=100_000), 503, "department-unavailable", 3600),
    ],
)
async def test_what_the_department_does_not_answer_says_what_to_do_and_frees_its_permit(
    world: World, answer: Any, status: int, kind: str, after: float | None
) -> None:
    world.offices["office"].says("query", answer)
    with pytest.raises(Refused) as refused:
        await ask(world)
    assert (refused.value.status, refused.value.kind, refused.value.retry_after) == (status, kind, after)
    assert MAN["id_number"] not in str(refused.value)
    assert world.permits.free("office") == 32


async def test_what_is_sent_back_points_into_the_question(world: World) -> None:
    fields = (FieldProblem("id_number", "does not exist"), FieldProblem("", "see the notice"))
    world.offices["office"].says("query", Returned(code="2001", reason="not found", fields=fields))
    answer = await ask(world)
    assert answer["errors"] == [
        {"pointer": "/request/id_number", "detail": "does not exist"},
        {"pointer": "/request", "detail": "see the notice"},
    ]


async def test_mistakes_are_told_at_once_and_nothing_is_asked(world: World) -> None:
    with pytest.raises(Refused) as refused:
        await ask(world, request={"name": 5}, purpose=" ", more=1)
    assert {error.pointer for error in refused.value.errors} == {"/more", "/purpose", "/request/name", "/request/id_number"}
    assert all(error.detail for error in refused.value.errors)
    with pytest.raises(Refused) as refused:
        await ask(world, request={"name": "a", "id_number": MAN["id_number"], "~ /": 1, MAN["id_number"]: 2}, **dict[str, Any]({"a b": 1}))
    assert {error.pointer for error in refused.value.errors} == {"", "/request"}  # no pointer repeats a name that may be anybody's number
    with pytest.raises(Refused, match="malformed"):
        await world.queries.ask("office", "look", b"{", caller=FRONT, language="zh-CN")
    assert not world.offices["office"].calls
    assert not world.events()


@pytest.mark.parametrize("text", ["", " ", "\u3000", "x" * 501], ids=["empty", "space", "wide space", "too long"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_text_that_its_model_lets_pass_as_any_is_not_asked_about(world: World, text: str, language: Language) -> None:
    """Refuse such texts although the office is written for SDK 1.0 and its models say nothing of their texts."""
    document = {"request": {**ASKED, "name": text}, "purpose": text}
    with pytest.raises(Refused) as refused:
        await world.queries.ask("office", "look", orjson.dumps(document), caller=FRONT, language=language)
    assert refused.value.status == 422
    assert {error.pointer for error in refused.value.errors} == {"/request/name", "/purpose"}
    assert not world.offices["office"].calls


@pytest.mark.parametrize("body", [{}, {"request": None}, {"request": []}, {"request": "x", "purpose": 7}], ids=str)
async def test_a_question_without_its_parts(world: World, body: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        await world.queries.ask("office", "look", orjson.dumps(body), caller=FRONT, language="en")
    assert {error.pointer for error in refused.value.errors} == {"/request", "/purpose"}


async def test_the_name_of_an_unknown_field_is_told_only_when_it_can_be_no_number(world: World) -> None:
    with pytest.raises(Refused) as refused:
        await ask(world, request={**ASKED, "nick": 1, MAN["id_number"]: 1})
    assert [error.pointer for error in refused.value.errors] == ["/request/nick", "/request"]


async def test_texts_keep_the_rule_that_an_applications_do(world: World) -> None:
    with pytest.raises(Refused) as refused:
        await ask(world, request={**ASKED, "name": "张\u200b伟", "note": " x"}, purpose="a\nb")
    assert {error.pointer for error in refused.value.errors} == {"/request/name", "/request/note", "/purpose"}
    assert not world.offices["office"].calls


@pytest.mark.parametrize(("department", "query"), [("office", "safe"), ("office", "what"), ("nobody", "look")])
async def test_what_acts_is_no_question(world: World, department: str, query: str) -> None:
    with pytest.raises(Refused) as refused:
        await ask(world, query, department)
    assert refused.value.status == 404


async def test_a_department_without_a_free_permit_is_busy(world: World) -> None:
    world.permits.allow("office", 0)
    with pytest.raises(Refused) as refused:
        await ask(world)
    assert refused.value.status == 429


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

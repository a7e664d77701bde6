"""Questions are answered at once and audited by the names of what was disclosed, never by value."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import select

from gateway.journal import schema
from gateway.model.errors import Busy, InDoubt
from gateway.model.outcome import Rejected
from gateway.routing.refusals import Refused
from tests.gateway.routing.offices import MAN
from tests.gateway.routing.world import FRONT, World

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
    assert await ask(world) == {"kind": "rejected", "code": "R", "reason": "none"}
    assert await ask(world) == {"kind": "approved", "output": {"number": "N-1"}}
    assert seen == ["query_asked"]
    details = world.details("query_asked")
    assert details["disclosed"] == ["id_number", "name"]
    text = world.rows(select(schema.audit.c.details))[0][0]
    assert MAN["name"] not in text
    assert "loan" not in text


@pytest.mark.parametrize(
    "answer", [InDoubt("timeout"), Busy("quota", retry_after=7), ValueError(MAN["id_number"]), None, SystemExit(1)], ids=str
)
async def test_what_the_department_does_not_answer_is_unavailable_and_frees_its_permit(world: World, answer: Any) -> None:
    world.offices["office"].says("query", answer if answer is not None else lambda *_: None)
    with pytest.raises(Refused) as refused:
        await ask(world)
    assert refused.value.status == 503
    assert refused.value.retry_after == (7 if isinstance(answer, Busy) else 10)
    assert MAN["id_number"] not in str(refused.value)
    assert world.permits.free("office") == 32


async def test_mistakes_are_told_at_once_and_nothing_is_asked(world: World) -> None:
    with pytest.raises(Refused) as refused:
        await ask(world, request={"name": 5}, purpose=" ", more=1)
    assert {error.pointer for error in refused.value.errors} == {"/more", "/purpose", "/request/name", "/request/id_number"}
    with pytest.raises(Refused, match="malformed"):
        await world.queries.ask("office", "look", b"{", caller=FRONT, language="zh-CN")
    assert not world.offices["office"].calls
    assert not world.events()


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

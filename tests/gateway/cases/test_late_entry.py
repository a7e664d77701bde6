"""What was handed in while systems were down is filed on a clerk's word, its days counted from then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select, update

from gateway.cases.caller import CLERK, LOCAL_CALLER, Caller
from gateway.cases.late_entry import OLDEST_DAYS
from gateway.catalogue.working_days import Calendar, Year
from gateway.journal.keys.said_by_nodes import REVISION
from gateway.journal.read.reasons import of_case
from gateway.journal.store import schema
from gateway.journal.verification.replay import replay
from gateway.journal.writer.ends import SINCE
from gateway.model import JsonObject
from gateway.model.identifiers import CHINA, new_id
from gateway.model.outcome import Returned
from gateway.texts.refusals import Refused
from tests.gateway.worlds.offices import MAN
from tests.gateway.worlds.world import FRONT, HMAC_KEY, World

HALL = replace(FRONT, group="hall")
SIGNED_IN = Caller(id="0190a000-0000-7000-8000-0000000000bb", name="李伟", role=CLERK, user="user:li.wei", group="hall")
WHY = f"power cut; {MAN['name']} waited"


def ago(**time: float) -> str:
    return (datetime.now(UTC) - timedelta(**time)).astimezone(CHINA).isoformat()


def late(**more: Any) -> JsonObject:
    given = {"handed_in_at": ago(days=9), "clerk": "li.wei", "reason": WHY, **more}
    return {name: value for name, value in given.items() if value is not ...}


def body(entry: object, **more: Any) -> bytes:
    return orjson.dumps({"service": "office-safe", "channel": "counter", "applicant": MAN, "data": {}, "late_entry": entry, **more})


async def file(world: World, entry: object, caller: Caller = HALL, key: str = "k", **more: Any) -> str:
    filed = await world.intake.file(body(entry, **more), caller=caller, idempotency_key=key, language="en", traceparent=None)
    return filed.application_id


@pytest.fixture
def counted(world: World) -> World:
    """Give it a calendar of every year there may be, without holidays."""
    years = range(datetime.now(CHINA).year - 1, datetime.now(CHINA).year + 3)
    calendar = Calendar({year: Year(year=year, source="-", holidays=[], working_days=[]) for year in years})
    world.intake = replace(world.intake, calendar=calendar)
    return world


async def test_the_days_count_from_when_it_was_handed_in_and_the_number_has_the_day_of_entry(counted: World) -> None:
    world, at = counted, ago(days=9)
    case = await file(world, late(handed_in_at=at))
    application = world.case(case).application
    assert application.handed_in_at is not None
    handed_in = datetime.fromtimestamp(application.handed_in_at / 1_000_000, CHINA)
    assert handed_in == datetime.fromisoformat(at)
    days = world.catalogue.services["office-safe"].definition.limits.promised_working_days
    assert application.due_at == round(world.intake.calendar.due(handed_in, days).timestamp() * 1_000_000)
    now = await world.file("office-safe")
    assert (world.case(now).application.due_at or 0) > (application.due_at or 0)
    assert world.case(now).application.handed_in_at is None
    received = datetime.fromtimestamp(application.received_at / 1_000_000, CHINA)
    assert f"{received:%Y%m%d}" in application.number
    await world.run()


async def test_the_audit_has_the_clerk_and_the_time_and_the_payload_why(world: World) -> None:
    case = await file(world, late())
    details = world.details("application_accepted")
    assert (details["clerk"], details["result"]) == ("li.wei", "late_entry")
    assert details["handed_in_at"] == world.case(case).application.handed_in_at
    assert MAN["name"] not in repr(world.rows(select(schema.audit)))
    with world.reader.connect() as connection:
        [act] = of_case(connection, case)
    assert (act.act, act.actor, act.name, act.reason) == ("entered_late", "user:li.wei", "li.wei", WHY)
    await world.run()
    world.prove()
    table = schema.application
    with world.writer.connect() as connection:
        connection.execute(update(table).where(table.c.id == case).values(handed_in_at=table.c.handed_in_at - 1))
        assert [one.id for one in replay(connection, [HMAC_KEY]).kept] == [case], "nobody moves it afterwards"
        connection.rollback()


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"handed_in_at": ago(minutes=-30)}, "handed_in_at"),
        ({"handed_in_at": ago(days=OLDEST_DAYS, minutes=1)}, "handed_in_at"),
        ({"handed_in_at": "2026-11-23T09:30:00"}, "handed_in_at"),
        ({"handed_in_at": "yesterday"}, "handed_in_at"),
        ({"handed_in_at": 5}, "handed_in_at"),
        ({"handed_in_at": ...}, "handed_in_at"),
        ({"clerk": "zhao"}, "clerk"),
        ({"clerk": "nobody"}, "clerk"),
        ({"clerk": 7}, "clerk"),
        ({"clerk": ...}, "clerk"),
        ({"reason": ""}, "reason"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": ...}, "reason"),
        ({"whose": "x"}, "whose"),
    ],
)
async def test_every_error_has_its_place_and_check_says_the_same(world: World, wrong: dict[str, Any], pointer: str) -> None:
    sent = body(late(**wrong), data={"note": 1})
    report = await world.intake.check(sent, caller=HALL, language="en")
    with pytest.raises(Refused) as refused:
        await world.intake.file(sent, caller=HALL, idempotency_key="k", language="en", traceparent=None)
    assert {error.pointer for error in refused.value.errors} == {f"/late_entry/{pointer}", "/data/note"}, "all at once"
    assert len({error.pointer for error in refused.value.errors}) == len(refused.value.errors), "each once"
    assert report["errors"] == [{"pointer": one.pointer, "detail": one.detail} for one in refused.value.errors]
    assert world.rows(select(schema.application)) == []


async def test_a_clock_that_is_a_little_ahead_is_no_future(world: World) -> None:
    case = await file(world, late(handed_in_at=ago(minutes=-3)))
    application = world.case(case).application
    assert application.handed_in_at is not None
    assert application.handed_in_at <= application.received_at
    await world.run()


@pytest.mark.parametrize(
    ("caller", "clerk", "error"),
    [
        (SIGNED_IN, ..., None),
        (SIGNED_IN, "li.wei", None),
        (SIGNED_IN, "zhao", "own login"),
        (FRONT, "li.wei", "same group"),  # a key of no group has no clerks
        (replace(FRONT, group="elsewhere"), "li.wei", "same group"),
        (LOCAL_CALLER, "zhao", None),
    ],
)
async def test_the_clerk_is_of_the_callers_group_or_the_caller(world: World, caller: Caller, clerk: object, error: str | None) -> None:
    report = await world.intake.check(body(late(clerk=clerk)), caller=caller, language="en")
    assert [one["pointer"] for one in report["errors"]] == (["/late_entry/clerk"] if error else [])
    assert all(error in one["detail"] for one in report["errors"] if error)


async def test_check_counts_the_days_as_filing_would(counted: World) -> None:
    entry = late()
    early = await counted.intake.check(body(entry), caller=HALL, language="en")
    now = await counted.intake.check(
        orjson.dumps({"service": "office-safe", "channel": "counter", "applicant": MAN, "data": {}}), caller=HALL, language="en"
    )
    case = await file(counted, entry)
    due = counted.case(case).application.due_at
    assert due is not None
    assert early["due_at"] == datetime.fromtimestamp(due / 1_000_000, CHINA).isoformat()
    assert early["due_at"] < now["due_at"]
    assert (early["due_provisional"], now["due_provisional"]) == (True, True)
    await counted.run()


async def test_a_repeat_gets_the_first_answer_though_the_clerk_has_left(world: World) -> None:
    entry = late()
    case = await file(world, entry)
    world.clerks.clear()
    assert await file(world, entry) == case
    with pytest.raises(Refused, match="idempotency-mismatch"):
        await file(world, {**entry, "reason": "another"})
    await world.run()


async def test_a_revision_is_not_entered_late(world: World) -> None:
    world.offices["office"].says("submit", Returned(code="B1", reason="again"))
    case = await world.file("noted", {"note": "x"})
    await world.run()
    with pytest.raises(Refused) as refused:
        await world.revise(case, {"note": "z"}, late_entry=late())
    assert [error.pointer for error in refused.value.errors] == ["/late_entry"]


class TestWithAnOlderNode:
    """A node of the revision before, which would leave the time out of a case's image."""

    @pytest.fixture
    def store(self) -> str:
        return "postgresql"

    async def test_nothing_is_entered_late_until_it_has_ended(self, world: World) -> None:
        chain = {"id": new_id(), "node": "old", "batch": 0, "seq": 0, "hash": "", "seen_at": 1}
        with world.writer.begin() as connection:
            connection.execute(schema.meta.delete().where(schema.meta.c.key == SINCE))
            connection.execute(schema.meta.insert(), {"key": f"{REVISION}old", "value": "0016"})
            connection.execute(schema.chain.insert(), chain)
        world.journal._transactions._ends.known = False
        with pytest.raises(Refused) as refused:
            await file(world, late())
        assert (refused.value.status, "old" in refused.value.said.en) == (409, True)
        assert world.rows(select(schema.application)) == []
        with world.writer.begin() as connection:
            connection.execute(schema.chain.delete().where(schema.chain.c.node == "old"))
        assert world.case(await file(world, late())).application.handed_in_at is not None
        await world.run()

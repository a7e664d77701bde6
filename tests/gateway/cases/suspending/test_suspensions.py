"""A suspended service takes nothing new, on every node and until it ends by the clock, and what is under way goes on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import delete, insert, select, update
from structlog.testing import capture_logs

from gateway.cases.caller import LOCAL_CALLER
from gateway.cases.suspending.suspensions import NewSuspension, ServiceSuspended, Suspensions
from gateway.journal.keys.said_by_nodes import REVISION
from gateway.journal.queues import following
from gateway.journal.queues.services import read_suspensions
from gateway.journal.read.reasons import of_suspensions
from gateway.journal.store import schema
from gateway.journal.store.views import Suspension
from gateway.model.identifiers import CHINA, new_id
from gateway.model.outcome import Returned
from gateway.texts.refusals import Refused
from tests.gateway.journal.conftest import STORES
from tests.gateway.worlds.offices import MAN
from tests.gateway.worlds.world import FRONT, OPERATOR, World
from tests.patience import within

REASON = f"{MAN['id_number']} called"
HOUR = 3_600_000_000
SAFE = NewSuspension(service="office-safe", notice_zh="系统升级。", notice_en="Moving.")


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def say(world: World, **said: Any) -> Suspension:
    return await world.suspensions.suspend(replace(SAFE, **said), reason=REASON, caller=OPERATOR, language="en")


async def refused(world: World, **more: Any) -> Refused:
    with pytest.raises(Refused) as error:
        await world.file("office-safe", **more)
    return error.value


async def test_nothing_new_is_taken_and_the_refusal_has_the_notice_and_the_end(world: World) -> None:
    await say(world, until=world.now + HOUR)
    error = await refused(world)
    assert isinstance(error, ServiceSuspended)
    assert (error.kind, error.status, error.retry_after) == ("service-suspended", 409, 3600)
    assert "Notice: Moving." in error.detail("en")
    assert "公告：系统升级。" in error.detail("zh-CN")
    until = datetime.fromtimestamp((world.now + HOUR) // 1_000_000, CHINA).strftime("%Y-%m-%d %H:%M")
    assert [until in error.detail(language) for language in ("zh-CN", "en")] == [True, True]
    assert world.rows(select(schema.application)) == []
    assert await world.file("annex-safe")  # another service
    world.prove()


async def test_it_is_said_before_errors_that_would_be_mended_in_vain(world: World) -> None:
    await say(world)
    error = await refused(world, applicant={"name": ""})
    assert (error.kind, error.retry_after) == ("service-suspended", None)
    assert "until further notice" in error.detail("en")


async def test_a_repeat_gets_its_first_answer_and_another_body_the_refusal_of_a_mismatch(world: World) -> None:
    first = await world.post("office-safe", key="one")
    await say(world)
    again = await world.post("office-safe", key="one")
    assert (again.application_id, again.created) == (first.application_id, False)
    error = await refused(world, key="one", applicant={**MAN, "phone": "13900000000"})
    assert error.kind == "idempotency-mismatch"


async def test_what_is_under_way_is_sent_corrected_and_withdrawn(world: World) -> None:
    world.offices["office"].says("submit", Returned(code="B1", reason="again"))
    returned = await world.file("office-safe")
    await world.run()
    world.permits.allow("office", 0)
    waiting = await world.file("office-safe")
    leaving = await world.file("office-safe")
    await say(world)
    await world.revise(returned, {})
    await world.revisions.withdraw(leaving, caller=FRONT, reason=None)
    world.permits.allow("office", None)
    await world.run()
    assert [world.states(case) for case in (returned, waiting, leaving)] == [["approved"], ["approved"], ["withdrawn"]]


async def test_a_late_entry_is_taken_where_it_was_handed_in_before(world: World) -> None:
    world.ticking = True  # the host's clock says when something was handed in
    made = await say(world)
    assert made.since > 0

    async def entered(seconds: float, clerk: str = "li.wei") -> None:
        at = datetime.fromtimestamp(made.since / 1_000_000 + seconds, CHINA).isoformat()
        late = {"handed_in_at": at, "clerk": clerk, "reason": "power cut"}
        body = orjson.dumps({"service": "office-safe", "channel": "counter", "applicant": MAN, "data": {}, "late_entry": late})
        await world.intake.file(body, caller=LOCAL_CALLER, idempotency_key=new_id(), language="en", traceparent=None)

    await entered(-60)
    for seconds, clerk, kind in ((60, "li.wei", "service-suspended"), (-60, "nobody", "validation")):
        with pytest.raises(Refused) as error:
            await entered(seconds, clerk)
        assert error.value.kind == kind
    assert len(world.rows(select(schema.application))) == 1


async def test_a_check_says_so(world: World) -> None:
    body = orjson.dumps({"service": "office-safe", "channel": "counter", "applicant": MAN, "data": {}})
    report = await world.intake.check(body, caller=FRONT, language="en")
    assert (report["errors"], report["suspended"]) == ([], None)
    made = await say(world)
    report = await world.intake.check(body, caller=FRONT, language="en")
    assert [(one["pointer"], "Moving." in one["detail"]) for one in report["errors"]] == [("/service", True)]
    assert report["suspended"] == made
    assert report["steps"]  # what is known is still said


async def test_it_begins_and_ends_by_the_clock(world: World) -> None:
    made = await say(world, since=world.now + HOUR, until=world.now + 3 * HOUR)
    assert (world.suspensions.now("office-safe"), world.suspensions.kept(), world.suspensions.holds(made)) == (None, [made], False)
    await world.file("office-safe")
    world.later(3600)
    assert world.suspensions.all() == {"office-safe": made}
    assert (await refused(world)).retry_after == 7200
    world.later(7199)
    assert (await refused(world)).retry_after == 1
    world.later(1)
    assert (world.suspensions.all(), world.suspensions.kept()) == ({}, [])
    await world.file("office-safe")


async def test_several_that_overlap_end_with_the_last_and_the_newest_gives_the_notice(world: World) -> None:
    first = await say(world, until=world.now + 2 * HOUR)
    await say(world, since=world.now + HOUR, until=world.now + 4 * HOUR, notice_zh="第二次", notice_en=None)
    await say(world, since=world.now + 4 * HOUR, until=world.now + 5 * HOUR, notice_zh="第三次")
    found = world.suspensions.now("office-safe")
    assert found == replace(first, until=world.now + 5 * HOUR)
    world.later(5400)
    found = world.suspensions.now("office-safe")
    assert found is not None
    assert (found.notice.zh, found.notice.en, found.since) == ("第二次", "第二次", first.since)
    await say(world, notice_zh="另行通知")
    found = world.suspensions.now("office-safe")
    assert found is not None
    assert (found.until, found.notice.zh) == (None, "另行通知")


async def test_a_service_is_resumed_whole_and_a_planned_one_is_called_off(world: World) -> None:
    planned = await say(world, since=world.now + HOUR)
    await say(world)
    await say(world, until=world.now + HOUR)
    ended = await world.suspensions.resume("office-safe", reason="over", caller=OPERATOR)
    assert [one.until for one in ended] == [world.now, world.now]
    assert world.suspensions.kept() == [planned]
    await world.file("office-safe")
    with pytest.raises(Refused) as error:
        await world.suspensions.resume("office-safe", reason="again", caller=OPERATOR)
    assert error.value.status == 409
    await world.suspensions.resume("office-safe", only=planned.id, reason="no", caller=OPERATOR)
    world.later(7200)
    assert world.suspensions.kept() == []
    await world.file("office-safe")
    with pytest.raises(Refused) as error:
        await world.suspensions.resume("office-safe", only=planned.id, reason="no", caller=OPERATOR)
    assert error.value.status == 404
    world.prove()


async def test_its_end_is_changed(world: World) -> None:
    made = await say(world, until=world.now + HOUR)
    longer = await world.suspensions.change_end(made.id, world.now + 2 * HOUR, reason="not done", caller=OPERATOR, language="en")
    world.later(5400)
    assert (longer.version, world.suspensions.now("office-safe")) == (2, longer)
    assert world.details("suspension_changed")["was"] == {"until": made.until}
    openly = await world.suspensions.change_end(made.id, None, reason="who knows", caller=OPERATOR, language="en")
    assert openly.until is None
    same = await world.suspensions.change_end(made.id, None, reason="twice", caller=OPERATOR, language="en")
    assert same == openly  # nothing is written
    world.prove()


async def test_times_that_cannot_be_are_refused_each_at_its_place(world: World) -> None:
    now, far = world.now, world.now + 6 * 366 * 24 * HOUR
    for since, until, places in (
        (now - 1, None, ["/since"]),
        (None, now, ["/until"]),
        (now + HOUR, now + HOUR, ["/until"]),
        (far, far + 1, ["/since", "/until"]),
        (None, far, ["/until"]),
    ):
        with pytest.raises(Refused) as error:
            await say(world, since=since, until=until)
        assert (error.value.status, [one.pointer for one in error.value.errors]) == (422, places)
    with pytest.raises(Refused) as error:
        await world.suspensions.change_end(new_id(), None, reason="r", caller=OPERATOR, language="en")
    assert error.value.status == 404
    with pytest.raises(Refused) as error:
        await say(world, service="nowhere")
    assert error.value.status == 404
    with pytest.raises(Refused) as error:
        await world.suspensions.resume("nowhere", reason="r", caller=OPERATOR)
    assert error.value.status == 404
    assert read_suspensions(world.reader) == []


async def test_the_same_said_twice_is_one(world: World) -> None:
    made = await asyncio.gather(*(say(world, until=world.now + HOUR) for _ in range(3)))
    assert len({one.id for one in made}) == 1
    assert [one.id for one in read_suspensions(world.reader)] == [made[0].id]
    assert world.events().count("service_suspended") == 1


async def test_it_holds_over_a_restart_and_is_said_there(world: World) -> None:
    made = await say(world)
    await say(world, service="annex-safe")
    await world.suspensions.resume("annex-safe", reason="r", caller=OPERATOR)
    with capture_logs() as logs:
        await world.crash()
    assert world.suspensions.all() == {"office-safe": made}
    assert [line["service"] for line in logs if line["event"] == "service_suspended"] == ["office-safe"]


async def test_another_node_takes_it_when_it_reads_and_an_older_reading_changes_nothing(world: World) -> None:
    other = Suspensions(world.journal, world.catalogue)
    await say(world)
    assert other.all() == {}
    old = read_suspensions(world.reader)
    await other.read(world.reader)
    assert other.refusal("office-safe") is not None
    await world.suspensions.resume("office-safe", reason="r", caller=OPERATOR)
    with capture_logs() as logs:
        await other.read(world.reader)
        other.refresh(old)  # read before, arrived after
    assert other.refusal("office-safe") is None
    assert [line["event"] for line in logs] == ["service_resumed"]


async def test_another_node_follows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_READ_AGAIN", 0.01)
    other = Suspensions(world.journal, world.catalogue)
    told, heard = asyncio.Event(), other.refresh

    def refresh(*given: Any) -> None:
        heard(*given)
        if other.now("office-safe") is not None:
            told.set()

    monkeypatch.setattr(other, "refresh", refresh)
    task = asyncio.create_task(other.follow(world.reader))
    await say(world)
    async with within():
        await told.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_it_is_audited_with_who_what_and_a_commitment_of_why(world: World) -> None:
    made = await say(world, until=world.now + HOUR)
    details = world.details("service_suspended")
    expected = {"service": "office-safe", "suspension": made.id, "since": world.now, "until": world.now + HOUR}
    assert {name: details[name] for name in expected} == expected
    assert list(details["commitments"]) == [f"note:service:{made.id}@1"]
    assert MAN["id_number"] not in repr(details)
    await world.suspensions.resume("office-safe", reason="over", caller=OPERATOR)
    with world.reader.connect() as connection:
        said = of_suspensions(connection, [made.id])[made.id]
    actor = f"caller:{OPERATOR.id}"
    assert [(one.act, one.reason, one.actor) for one in said] == [("resumed", "over", actor), ("suspended", REASON, actor)]
    world.prove()


async def test_a_row_that_was_changed_is_found(world: World) -> None:
    made, table = await say(world), schema.service_control
    for change in (
        update(table).values(until=1), update(table).values(notice_zh="另一个"), update(table).values(service="annex-safe"),
        delete(table),
    ):  # fmt: skip
        with world.writer.begin() as connection:
            connection.execute(change)
        with pytest.raises(AssertionError, match="service_control"):
            world.prove()
        with world.writer.begin() as connection:
            connection.execute(delete(table))
            connection.execute(insert(table), {name: getattr(made, name) for name in (column.name for column in table.columns)})
    world.prove()


async def test_nothing_is_suspended_while_a_node_lives_that_would_go_on(world: World) -> None:
    if world.journal.alone:
        await say(world)  # a file has one node
        return
    older = {"key": REVISION + world.journal.node, "value": "0019"}
    with world.writer.begin() as connection:
        connection.execute(delete(schema.meta).where(schema.meta.c.key.startswith(REVISION)))
        connection.execute(insert(schema.meta), older)
    with pytest.raises(Refused) as error:
        await say(world)
    assert (error.value.status, world.journal.node in error.value.said.en) == (409, True)
    assert read_suspensions(world.reader) == []
    with world.writer.begin() as connection:
        connection.execute(update(schema.meta).where(schema.meta.c.key == older["key"]).values(value="0020"))
    await say(world)


async def test_what_is_not_in_the_catalogue_any_more_can_be_resumed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await say(world)
    monkeypatch.setattr(world.suspensions, "_catalogue", type("Emptied", (), {"services": {}})())
    assert world.suspensions.all() == {"office-safe": made}
    await world.suspensions.resume("office-safe", reason="gone", caller=OPERATOR)
    assert world.suspensions.all() == {}

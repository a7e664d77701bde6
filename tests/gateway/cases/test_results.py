"""The result of a call is recorded by the resend rule, in the state at that time, and after a crash."""

from __future__ import annotations

from typing import Any

import pytest
from multidict import CIMultiDict, CIMultiDictProxy
from sqlalchemy import select
from structlog.testing import capture_logs

from gateway.cases.results import RecordResult
from gateway.departments.retries import BURST, SECOND
from gateway.journal.read.said import said_of
from gateway.journal.store import schema
from gateway.model.errors import AuthFailed, Busy, InDoubt, Invalid, Unavailable
from gateway.model.outcome import Absent, Accepted, Found, Outcome, Rejected, Returned, Unknown
from gateway.sdk.http.exchange import Reply, answered, leaving
from tests.gateway.worlds.offices import MAN, REMEMBERED, SETTLE, approved
from tests.gateway.worlds.world import OPERATOR, World

LOST = InDoubt("timeout")
FAULT = f"系统错误：申请人{MAN['name']}（{MAN['id_number']}）Zhang Wei 的证件已注销"


def answers(answer_of_it: Exception | Outcome | Unknown, body: str = FAULT) -> Any:
    """Make a department's method whose reply says that, however its adapter takes it."""

    def answer(*_: Any) -> Any:
        leaving()
        answered(Reply(500, CIMultiDictProxy(CIMultiDict({"Content-Type": "text/plain"})), body.encode("gbk")))
        return answer_of_it

    return answer


async def test_the_attempt_is_in_the_journal_before_the_call_goes_out(world: World) -> None:
    seen: list[Any] = []

    def look(call: Any, request: Any) -> Any:
        seen.extend(world.rows(select(schema.delivery.c.attempts, schema.delivery.c.last_sent_at, schema.delivery.c.state)))
        return approved()

    world.offices["office"].says("submit", look)
    await world.file("office-safe")
    await world.run()
    assert seen == [(1, world.now, "sending")]
    assert world.rows(select(schema.attempt.c.number, schema.attempt.c.started_at, schema.attempt.c.result)) == [(1, world.now, "approved")]


async def test_every_attempt_of_a_round_has_the_same_key(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", LOST, Unavailable("refused"))
    case = await world.file("office-safe")
    for _ in range(3):
        await world.run()
        world.later(20)
    assert world.one(case).state == "approved"
    assert len({call.key for _, call, _ in office.calls}) == 1
    assert [call.attempt for _, call, _ in office.calls] == [1, 2, 3]


async def test_safe_is_sent_again_while_the_department_remembers_and_not_after(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", LOST)
    case = await world.file("office-safe")
    await world.run()
    assert (world.one(case).state, world.one(case).doubt_since) == ("ready", world.now)
    world.later(REMEMBERED)  # the department was unreachable, say
    await world.run()
    assert (world.one(case).state, world.one(case).problem, world.one(case).due_at) == ("in_doubt", "key_forgotten", None)
    assert office.count("submit") == 1
    assert world.case(case).application.needs_attention


async def test_a_question_that_changes_nothing_is_asked_again_at_will(world: World) -> None:
    world.offices["office"].says("query", LOST)
    case = await world.file("office-look")
    await world.run()
    world.later(REMEMBERED * 1.5)
    await world.run()
    assert world.one(case).state == "approved"


async def test_doubt_stays_through_later_refusals(world: World) -> None:
    world.offices["office"].says("submit", LOST, Unavailable("refused"), Busy("quota", retry_after=5), Invalid("schema"))
    case = await world.file("office-safe")
    await world.run()
    since = world.one(case).doubt_since
    for _ in range(3):
        world.later(20)
        await world.run()
        assert world.one(case).doubt_since == since
    assert world.one(case).state == "held"


async def test_a_refusal_after_a_doubt_does_not_lead_past_what_is_remembered(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", LOST, Unavailable("refused"))
    case = await world.file("office-safe")
    await world.run()
    world.later(REMEMBERED - 0.05)
    await world.run()
    assert (world.one(case).state, world.one(case).due_at, office.count("submit")) == ("in_doubt", None, 2)


async def test_ask_believes_absent_only_after_the_settle_time_and_sends_again_then(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", LOST)
    case = await world.file("office-ask")
    await world.run()
    assert (world.one(case).state, world.one(case).action) == ("in_doubt", "find")
    world.later(SETTLE / 2)
    await world.run()
    assert (world.one(case).state, office.count("find"), office.count("submit")) == ("in_doubt", 1, 1)
    world.later(SETTLE / 2)
    await world.run()
    assert (office.count("find"), office.count("submit")) == (2, 2)
    assert world.one(case).state == "approved"


async def test_ask_takes_what_find_found_and_asks_on_while_it_is_unknown(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", LOST)
    office.says("find", Unknown(), Unavailable("down"), Found(outcome=Rejected(code="R", reason=MAN["name"])))
    case = await world.file("office-ask")
    for _ in range(4):
        await world.run()
        world.later(30)
    assert (world.one(case).state, world.one(case).doubt_since, world.one(case).outcome_code) == ("rejected", None, "R")
    assert office.count("submit") == 1


async def test_never_is_sent_once_and_waits_for_a_person(world: World) -> None:
    world.offices["office"].says("submit", LOST)
    case = await world.file("office-never")
    await world.run()
    world.later(REMEMBERED * 100)
    await world.run()
    assert (world.one(case).state, world.one(case).due_at) == ("in_doubt", None)
    assert world.offices["office"].count("submit") == 1


async def test_attempts_that_are_used_up_are_held_and_busy_does_not_count(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", *[Busy("quota", retry_after=1)] * 5, AuthFailed("401"), *[Unavailable("refused")] * 3)
    case = await world.file("office-safe")
    for _ in range(9):
        await world.run()
        world.later(20)
    assert (world.one(case).state, world.one(case).failures, office.count("submit")) == ("held", 3, 9)


@pytest.mark.parametrize(("kind", "state"), [("safe", "ready"), ("ask", "in_doubt"), ("never", "in_doubt")])
async def test_what_was_sending_at_a_crash_follows_its_rule(world: World, kind: str, state: str) -> None:
    case = await world.file(f"office-{kind}")
    if kind == "never":
        await world.claim()
    await world.crash()
    assert world.one(case).state == "sending"
    await world.recover()
    delivery = world.one(case)
    assert (delivery.state, delivery.lease_owner, delivery.problem, delivery.doubt_since) == (state, None, "crashed", world.now)
    assert world.events(case)[-1] == "recovered"
    await world.recover()
    assert world.events(case).count("recovered") == 1


async def test_a_delivery_that_takes_the_process_down_is_held_after_its_attempts(world: World) -> None:
    case = await world.file("office-safe")
    for _ in range(3):
        await world.crash()
        await world.recover()
        world.later(20)
        await world.claim()
    assert (world.one(case).state, world.one(case).failures) == ("held", 3)


async def test_polls_under_way_at_a_crash_are_asked_again(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", Accepted(reference="REF-1"))
    case = await world.file("office-safe")
    await world.run()
    world.later(30)
    await world.claim()
    await world.crash()
    await world.recover()
    world.offices["office"].says("poll", {"REF-1": approved()})
    await world.run()
    assert world.one(case).state == "approved"


async def test_what_is_sent_again_beyond_the_budget_of_its_department_waits_longer(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", *[Unavailable("refused")] * (BURST + 15))
    cases = [await world.file("office-safe") for _ in range(BURST + 15)]
    while office.count("submit") < len(cases):
        await world.run()
    waits = sorted((world.one(case).due_at or 0) - world.now for case in cases)
    assert waits[BURST - 1] <= SECOND  # as its policy says after the first failure
    assert waits[-1] > 2 * SECOND
    world.later(60)
    await world.run()
    assert {world.one(case).state for case in cases} == {"approved"}


@pytest.mark.parametrize("late", [approved(), LOST, Rejected(code="R", reason="no"), Returned(code="B", reason="again"), Absent()])
async def test_a_late_completion_moves_nothing_and_is_kept_as_evidence(world: World, late: Any) -> None:
    case = await world.file("office-ask")
    [work] = await world.crash()
    await world.recover()
    before = world.one(case)
    recorded = await world.journal.write(RecordResult(leased=work.delivery, result=late, casework=world.casework))
    assert recorded.stale
    assert world.one(case) == before
    assert world.events(case)[-1] == "late_result_kept"


async def test_what_the_department_has_stays_in_doubt_where_its_operation_is_no_longer_offered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.offices["office"].says("submit", Accepted(reference="REF-1"))
    case = await world.file("office-never")
    await world.run()
    with monkeypatch.context() as without:
        without.setattr(type(world.offices["office"]), "operations", ())
        world.later(60)
        await world.run()
        assert (world.one(case).state, world.one(case).problem) == ("held", "no_adapter")
        assert world.one(case).doubt_since is not None
    await world.repairs.retry(world.one(case).id, caller=OPERATOR)  # once it is offered again: asked about, never sent
    await world.run()
    assert (world.one(case).state, world.offices["office"].count("submit")) == ("deciding", 1)


async def test_an_operation_that_is_no_longer_offered_is_held(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await world.file("office-safe")
    monkeypatch.setattr(type(world.offices["office"]), "operations", ())
    await world.run()
    assert (world.one(case).state, world.one(case).problem) == ("held", "no_adapter")


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
async def test_a_departments_own_words_are_in_the_contents_alone(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", answers(InDoubt("http_500", "no whole reply")))
    office.says(
        "find", answers(Unknown(), "查询人数过多，请稍后"), answers(Unknown(detail="维护中")), answers(Unavailable("down", said="停机"))
    )
    case = await world.file("office-ask")
    with capture_logs() as logs:
        for _ in range(4):
            await world.run()
            world.later(30)
    with world.reader.connect() as connection:
        said = said_of(connection, world.one(case))
    assert said == {1: FAULT, 2: "查询人数过多，请稍后", 3: "维护中", 4: "停机"}
    shown = (
        repr(logs)
        + repr(world.rows(select(schema.attempt)))
        + repr(world.rows(select(schema.audit)))
        + repr(world.rows(select(schema.delivery)))
    )
    for word in ("系统错误", MAN["name"], "Zhang", "查询人数", "维护中", "停机"):
        assert word not in shown
    assert world.rows(select(schema.attempt.c.detail).where(schema.attempt.c.epoch == 1)) == [("no whole reply",)]


async def test_an_outcome_and_a_call_without_a_reply_leave_no_words(world: World) -> None:
    world.offices["office"].says("submit", answers(approved(), "办理成功，谢谢"), LOST)
    cases = [await world.file("office-safe"), await world.file("office-never")]
    await world.run()
    with world.reader.connect() as connection:
        assert [said_of(connection, world.one(case)) for case in cases] == [{}, {}]

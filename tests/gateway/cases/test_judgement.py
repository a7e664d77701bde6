"""The consequences of every result, for every rule, action and doubt: properties that no case may break."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.cases.judgement import Judge, StillOpen
from gateway.model.delivery import ENDED, NEEDS_ATTENTION, TRANSITIONS, Action, Delivery, DeliveryState
from gateway.model.errors import AuthFailed, Busy, DepartmentError, InDoubt, Invalid, Unavailable
from gateway.model.outcome import Absent, Accepted, Approved, Found, Kept, Outcome, Rejected, Returned, Unknown, Withdrawn
from gateway.sdk import Ask, Never, Safe
from tests.gateway.worlds.offices import ADAPTERS, REMEMBERED, SETTLE, approved, config

S = DeliveryState
SECOND = 1_000_000
NOW = 1_795_397_400 * SECOND

OUTCOMES: list[Outcome] = [
    approved(),
    Accepted(reference="REF-2"),
    Rejected(code="R", reason="no"),
    Returned(code="B", reason="again"),
]
ERRORS: list[DepartmentError] = [
    Unavailable("refused"),
    Busy("quota", retry_after=60),
    Busy("quota", retry_after=1e9),
    AuthFailed("401"),
    Invalid("schema"),
    InDoubt("timeout"),
]
RESULTS: dict[Action, list[Any]] = {
    Action.SUBMIT: [*OUTCOMES, *ERRORS, Invalid("no_adapter")],
    Action.FIND: [*(Found(outcome=one) for one in OUTCOMES), Absent(), Unknown(), *ERRORS, Invalid("no_word")],
    Action.POLL: [*OUTCOMES, StillOpen(), Absent(), *ERRORS, InDoubt("reply_contract")],
    Action.WITHDRAW: [Withdrawn(), Kept(code="already_decided"), *ERRORS],
}
STATES = {
    Action.SUBMIT: [S.SENDING],
    Action.FIND: [S.IN_DOUBT, S.DECIDING],
    Action.POLL: [S.DECIDING],
    Action.WITHDRAW: [S.DECIDING],
}
AGO = st.integers(0, 2 * REMEMBERED).map(lambda seconds: NOW - seconds * SECOND)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Judge, Delivery, Any]:
    name = draw(st.sampled_from(sorted(ADAPTERS)))
    operation = draw(st.sampled_from(ADAPTERS[name].operations))
    action = draw(st.sampled_from([a for a in Action if not (operation.read_only and a is not Action.SUBMIT)]))
    state = draw(st.sampled_from(STATES[action]))
    first = draw(AGO)
    last = draw(st.integers(first, NOW))
    doubted = state is S.IN_DOUBT or (state is S.SENDING and isinstance(operation.resend, Safe) and draw(st.booleans()))
    delivery = Delivery(
        id="0190a000-0000-7000-8000-000000000001",
        application_id="0190a000-0000-7000-8000-000000000002",
        position=0,
        step="do",
        department=name,
        operation=operation.name,
        required=True,
        after=(),
        state=state,
        action=action,
        attempts=draw(st.integers(1, 5)),
        failures=draw(st.integers(0, 4)),
        checks=draw(st.integers(0, 50)),
        doubt_since=last if doubted else None,
        first_sent_at=first,
        last_sent_at=last,
        reference="REF-1" if state is S.DECIDING else None,
        withdrawing=draw(st.booleans()),
        lease_owner="node",
        lease_until=NOW,
        epoch=1,
    )
    judge = Judge(config=config(name), department=ADAPTERS[name], operation=operation, now=NOW, outage=draw(st.booleans()))
    return judge, delivery, draw(st.sampled_from(RESULTS[action]))


def judged(judge: Judge, before: Delivery, result: Any) -> Delivery:
    judgement = judge.judge(before, result)
    return before.with_values({**judgement.move, **judgement.facts})


@given(situations())
def test_every_end_is_legal_free_and_never_silent(situation: tuple[Judge, Delivery, Any]) -> None:
    judge, before, result = situation
    after = judged(judge, before, result)
    assert after.state is before.state or after.state in TRANSITIONS[before.state]
    assert after.state is not S.SENDING
    assert after.lease_owner is None
    person = after.state in NEEDS_ATTENTION or after.state is S.RETURNED
    assert after.state in ENDED or person or after.due_at is not None
    assert after.due_at is None or (after.due_at >= NOW and after.state not in ENDED)
    assert after.action is Action.SUBMIT or after.due_at is not None


@given(situations())
def test_no_question_that_can_only_be_refused_again_is_asked_for_ever(situation: tuple[Judge, Delivery, Any]) -> None:
    judge, delivery, result = situation
    if delivery.action is Action.SUBMIT or isinstance(result, Busy | Unavailable | AuthFailed | Unknown | StillOpen) or judge.outage:
        return
    if isinstance(result, InDoubt) and result.code == "timeout":  # passes by itself
        return
    for _ in range(judge.config.retry.attempts + 1):
        delivery = judged(judge, delivery, result)
        if delivery.due_at is None or delivery.action is Action.SUBMIT:
            break
        delivery = replace(delivery, lease_owner="node", lease_until=NOW)
    if isinstance(result, DepartmentError):
        assert (delivery.state, delivery.due_at, delivery.problem) == (S.HELD, None, result.code)
        assert delivery.doubt_since is not None


@given(situations())
def test_doubt_is_sticky(situation: tuple[Judge, Delivery, Any]) -> None:
    judge, before, result = situation
    after = judged(judge, before, result)
    if before.doubt_since is None or after.doubt_since == before.doubt_since:
        return
    settled = isinstance(result, Approved | Accepted | Rejected | Returned | Found | Withdrawn)
    believed = isinstance(result, Absent) and (before.doubt_since or 0) + SETTLE * SECOND <= NOW
    # Accepted, but nothing follows from there on: a doubt of its own.
    assert settled or believed
    assert after.doubt_since in (None, NOW)


@given(situations())
def test_what_may_have_been_processed_is_sent_again_by_its_rule_alone(situation: tuple[Judge, Delivery, Any]) -> None:
    judge, before, result = situation
    after = judged(judge, before, result)
    in_doubt = after.doubt_since is not None
    again = after.state is S.READY and after.action is Action.SUBMIT and after.due_at is not None
    if isinstance(result, InDoubt) and before.action is Action.SUBMIT:
        assert in_doubt
    if in_doubt and again:
        assert isinstance(judge.operation.resend, Safe)
        assert judge.remembers(after, after.due_at or 0)
    if in_doubt and isinstance(judge.operation.resend, Never):
        assert not (after.action is Action.SUBMIT and after.due_at is not None)
    if again and isinstance(judge.operation.resend, Ask) and before.state is S.IN_DOUBT:
        assert isinstance(result, Absent)


@given(situations())
def test_only_failures_of_its_own_count_and_used_up_is_held(situation: tuple[Judge, Delivery, Any]) -> None:
    judge, before, result = situation
    if before.action is not Action.SUBMIT or not isinstance(result, DepartmentError):
        return
    after = judged(judge, before, result)
    counts = not judge.outage and not isinstance(result, Busy | AuthFailed)
    assert after.failures == before.failures + counts
    if isinstance(result, Busy) and after.due_at is not None:
        assert after.due_at >= NOW + min(result.retry_after, 3600) * SECOND
    if isinstance(result, Unavailable) and after.failures >= judge.config.retry.attempts and not isinstance(judge.operation.resend, Ask):
        assert after.state in (S.HELD, S.IN_DOUBT)


def test_what_is_accepted_where_nothing_follows_needs_a_person() -> None:
    judge = Judge(config=config("mute"), department=ADAPTERS["mute"], operation=ADAPTERS["mute"].operations[0], now=NOW)
    delivery = Delivery(
        id="a", application_id="b", position=0, step="do", department="mute", operation="safe", required=True, after=(), state=S.SENDING
    )
    after = judged(judge, delivery, Accepted(reference="REF-1"))
    assert (after.state, after.problem, after.doubt_since, after.reference) == (S.HELD, "nothing_follows", NOW, "REF-1")

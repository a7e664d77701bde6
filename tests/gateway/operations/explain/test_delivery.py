"""Every situation of a delivery is explained in both languages, and the explanation comes true."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gateway.departments.retries import SECOND
from gateway.journal.read.insights import Insights
from gateway.journal.store.views import DepartmentStanding
from gateway.model.delivery import Action, Delivery, DeliveryState, SkipReason
from gateway.model.errors import Busy, InDoubt, Invalid, Unavailable
from gateway.model.outcome import Accepted, Returned
from gateway.operations.explain.delivery import Explanation, explain
from gateway.operations.explain.known import Known, clock
from gateway.sdk.department import Ask, Department, Never, Operation, Resend, Safe
from gateway.texts.refusals import Refused
from tests.gateway.api.catalogue_stand_ins import AnOutput, ARequest, hosted
from tests.gateway.api.sample_cases import NOON, a_delivery, an_application
from tests.gateway.worlds.offices import SETTLE
from tests.gateway.worlds.world import FRONT, OPERATOR, World

CASE = an_application()
S = DeliveryState
LOST = InDoubt("timeout")


class Asked(Department):
    """Is polled, and never calls back."""

    can_find = can_poll = True


def _explain(delivery: Delivery, *, resend: Resend | None = None, siblings: tuple[Delivery, ...] = (), **standing: Any) -> Explanation:
    operation = Operation(
        name="register",
        title_zh="登记",
        title_en="Register",
        request=ARequest,
        output=AnOutput,
        resend=resend or Safe(remembered=timedelta(days=7)),
    )
    return explain(
        Known(
            delivery,
            siblings=(*siblings, delivery),
            standing=DepartmentStanding(name="tax", **standing),
            config=hosted("tax").config,
            department=Asked,
            operation=operation,
            now=NOON,
        )
    )


async def said(world: World, case: str, step: str = "do") -> Explanation:
    """Give the explanation of a delivery of the world, made as the interface makes it."""
    delivery = world.one(case, step)
    hosted = world.casework.departments[delivery.department]
    insights = Insights(world.reader)
    try:
        standing = (await insights.standings([delivery.department]))[delivery.department]
    finally:
        insights.close()
    return explain(
        Known(
            delivery,
            siblings=world.case(case).deliveries.values(),
            standing=standing,
            config=hosted.config,
            department=hosted.department,
            operation=world.casework.operation(delivery)[1],
            now=world.now,
            opening=world.openings.at(delivery.department, world.now, asks=delivery.action in (Action.FIND, Action.POLL)),
        )
    )


def until_due(world: World, case: str, step: str = "do") -> str:
    """Advance the clock to the delivery's due time, and give that time as told."""
    due = world.one(case, step).due_at
    assert due is not None
    world.later((due - world.now) / SECOND)
    return clock(due)


@pytest.mark.parametrize("state", S)
def test_every_state_has_its_words(state: DeliveryState) -> None:
    for due_at in (None, NOON - 1, NOON + 1_000_000):
        for resend in (Safe(remembered=timedelta(1)), Ask(settle=timedelta(seconds=10)), Never()):
            told = _explain(a_delivery(CASE, "tax", state=state, due_at=due_at), resend=resend)
            for text in (told.why.zh, told.why.en, told.next.zh, told.next.en):
                assert text
                assert "None" not in text
                assert text == text.strip()


def test_nothing_of_the_department_need_be_known() -> None:
    for state in S:
        told = explain(
            Known(
                a_delivery(CASE, state=state),
                siblings=(),
                standing=DepartmentStanding(name="x"),
                config=None,
                department=None,
                operation=None,
                now=NOON,
            )
        )
        assert "None" not in told.why.en + told.next.en + told.why.zh + told.next.zh


@pytest.mark.parametrize(
    ("changes", "resend", "why", "following"),
    [
        (
            {"state": S.READY, "problem": "http_503", "due_at": NOON + 90_000_000, "attempts": 7, "failures": 2},
            None,
            "7 made, 2/10 count",
            "31:30",
        ),
        ({"state": S.READY, "doubt_since": NOON, "problem": "timeout"}, None, "may have done it", "sent again under its key as soon as"),
        ({"state": S.DECIDING, "reference": "R-7", "due_at": None}, None, "R-7", "check --live"),
        ({"state": S.DECIDING, "action": Action.POLL}, None, "deciding", "asked about as soon as"),
        (
            {"state": S.DECIDING, "action": Action.POLL, "reference": "R-7", "checks": 4, "problem": "reply_contract"},
            None,
            "4 questions in a row have failed (reply_contract): if a person mistyped the reference, take it back (gateway unresolve)",
            "asked about",
        ),
        (
            {"state": S.IN_DOUBT, "action": Action.FIND, "due_at": None, "lease_owner": "n"},
            Ask(settle=timedelta(1)),
            "right now",
            "the answer",
        ),
        ({"state": S.DECIDING, "action": Action.WITHDRAW, "due_at": None, "lease_owner": "n"}, None, "taken back right now", "the answer"),
        ({"state": S.SENDING, "due_at": None, "lease_owner": "n"}, None, "under way", "within about"),
        ({"state": S.SENDING, "due_at": None, "lease_owner": "n", "lease_until": NOON + 1}, None, "under way", "within about"),
        ({"state": S.SENDING, "due_at": None, "lease_owner": "n", "lease_until": NOON}, None, "no node is at it", "The next start"),
        (
            {"state": S.DECIDING, "action": Action.POLL, "due_at": None, "lease_owner": "n", "lease_until": NOON},
            None,
            "no node is at it",
            "a question is repeated",
        ),
        ({"state": S.HELD, "problem": "http_400"}, None, "http_400", "Put right"),
        ({"state": S.HELD, "doubt_since": NOON}, Never(), "held", "it may not be sent again"),
        ({"state": S.HELD, "doubt_since": NOON}, Ask(settle=timedelta(1)), "held", "have it asked about"),
        ({"state": S.HELD, "doubt_since": NOON}, None, "held", "while it remembers"),
        ({"state": S.SKIPPED, "skip_reason": SkipReason.PARENT_REJECTED}, None, "was rejected", "Nothing more"),
        ({"state": S.SKIPPED, "skip_reason": SkipReason.NOT_APPLICABLE}, None, "does not apply", "Nothing more"),
        ({"state": S.RETURNED, "outcome_code": "31"}, None, "code 31", "files a revision"),
        ({"state": S.REJECTED, "outcome_code": "9"}, None, "code 9", "Nothing more"),
    ],
)
def test_the_words_fit_where_it_stands(changes: dict[str, Any], resend: Resend | None, why: str, following: str) -> None:
    told = _explain(a_delivery(CASE, "tax", **changes), resend=resend)
    assert why in told.why.en
    assert following in told.next.en


@pytest.mark.parametrize(
    ("parent", "following"),
    [
        ({"state": S.SENDING}, "When they are done"),
        ({"state": S.HELD}, "A person has to look"),
        ({"state": S.IN_DOUBT, "due_at": None}, "A person has to look"),
        ({"state": S.IN_DOUBT, "action": Action.FIND, "due_at": NOON}, "When they are done"),
        ({"state": S.RETURNED}, "waits for the applicant"),
        ({"state": S.REJECTED}, "about to be skipped"),
    ],
)
def test_what_waits_says_for_what(parent: dict[str, Any], following: str) -> None:
    first = a_delivery(CASE, "marriage", **parent)
    told = _explain(a_delivery(CASE, "tax", state=S.WAITING, due_at=None, after=("marriage",)), siblings=(first,))
    assert f"marriage ({first.state.value})" in told.why.en
    assert following in told.next.en


async def test_what_a_node_left_is_in_doubt_once_it_is_taken_over(world: World) -> None:
    case = await world.file("office-ask")
    await world.crash()
    assert "is under way" in (await said(world, case)).why.en
    world.later(60)
    told = await said(world, case)
    assert "no node is at it" in told.why.en
    assert "is in doubt and follows its resend rule" in told.next.en
    await world.recover()
    assert "crashed" in (await said(world, case)).why.en


async def test_what_was_not_processed_is_tried_again_then_and_held_when_the_failures_that_count_are_used_up(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", Busy("quota", retry_after=1), *[Unavailable("refused")] * 3)
    case = await world.file("office-safe")
    for made in (1, 2, 3):
        await world.run()
        told = await said(world, case)
        assert f"{made} made, {made - 1}/3 count as failed" in told.why.en
        assert until_due(world, case) in told.next.en
        assert "a person has to look" in told.next.en
        await world.run()
        assert office.count("submit") == made + 1
    assert (world.one(case).state, world.one(case).doubt_since) == ("held", None)
    told = await said(world, case)
    assert "resolve" not in told.next.en
    with pytest.raises(Refused):
        await world.repairs.resolve(world.one(case).id, caller=OPERATOR, happened=False, outcome=None, reason="r")
    await world.repairs.retry(world.one(case).id, caller=OPERATOR)
    await world.run()
    assert world.one(case).state == "approved"


async def test_a_doubt_of_what_may_be_repeated_is_sent_again_under_its_key(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", LOST)
    case = await world.file("office-safe")
    await world.run()
    told = await said(world, case)
    assert "the department may have done it" in told.why.en
    assert f"sent again under its key at {until_due(world, case)}" in told.next.en
    await world.run()
    assert len({call.key for _, call, _ in office.calls}) == 1
    assert (world.one(case).state, office.count("submit")) == ("approved", 2)


async def test_a_doubt_that_can_be_asked_about_needs_nobody(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", LOST)
    case = await world.file("office-ask")
    await world.run()
    told = await said(world, case)
    assert "不需要人工" in told.next.zh
    assert f"absent {SETTLE} s after the last send is it sent again" in told.next.en
    assert f"asked at {until_due(world, case)}" in told.next.en
    await world.run()
    assert (office.count("find"), office.count("submit")) == (1, 1)
    world.later(SETTLE)
    await world.run()
    assert (world.one(case).state, office.count("submit")) == ("approved", 2)


async def test_a_doubt_that_may_not_be_repeated_waits_for_a_person(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", LOST)
    case = await world.file("office-never")
    await world.run()
    assert "Nothing is sent again by itself" in (await said(world, case)).next.en
    world.later(86400)
    await world.run()
    assert office.count("submit") == 1
    await world.repairs.resolve(world.one(case).id, caller=OPERATOR, happened=False, outcome=None, reason="r")
    await world.run()
    assert world.one(case).state == "approved"


@pytest.mark.parametrize(
    ("name", "calls_back", "following", "asked"),
    [
        ("office", True, "The department calls back; until it has, this is asked about at ", "poll"),
        ("office", False, "It is asked about at ", "poll"),
        ("caller", True, "The department calls back; until it has, this is asked about at ", "find"),
        ("silent", True, "The department calls back; until it has, this is held for a person", None),
    ],
)
async def test_who_polls_does_not_call_back(world: World, name: str, following: str, asked: str | None, *, calls_back: bool) -> None:
    office = world.offices[name]
    office.calls_back = calls_back  # type: ignore[misc]  # this one department's
    office.says("submit", Accepted(reference="REF-1"))
    case = await world.file(f"{name}-safe")
    await world.run()
    told = await said(world, case)
    assert told.next.en.startswith(following)
    assert ("回告" in told.next.zh) is calls_back
    assert until_due(world, case) in told.next.en
    await world.run()
    assert office.count(asked or "find") == (1 if asked else 0)
    assert asked is not None or world.one(case).state == "held"


async def test_what_its_applicant_takes_back_is_taken_back_then(world: World) -> None:
    world.offices["office"].says("submit", Accepted(reference="REF-1"))
    case = await world.file("office-safe")
    await world.run()
    await world.revisions.withdraw(case, caller=FRONT, reason=None)
    assert (await said(world, case)).next.en == "It is taken back as soon as there is a free place."
    await world.run()
    assert world.one(case).state == "withdrawn"


async def test_a_step_goes_on_by_itself_when_the_one_before_does_not_need_a_person(world: World) -> None:
    office = world.offices["office"]
    office.says("submit", LOST)
    case = await world.file("chain", {"note": "n", "own": "o"})
    await world.run()
    told = await said(world, case, "second")
    assert "first (in_doubt)" in told.why.en
    assert "person" not in told.next.en
    until_due(world, case, "first")
    await world.run()
    world.later(SETTLE)
    await world.run()
    assert world.states(case) == ["approved"] * 3


async def test_what_is_returned_or_held_for_its_data_is_sent_again_with_a_revision(world: World) -> None:
    world.offices["office"].says("submit", Returned(code="B", reason="again"), Invalid("schema"))
    case = await world.file("noted", {"note": "a"})
    await world.run()
    assert "files a revision" in (await said(world, case)).next.en
    await world.revise(case, {"note": "b"}, key="r1")
    await world.run()
    assert "when a revision corrects the data" in (await said(world, case)).next.en
    await world.revise(case, {"note": "c"}, key="r2")
    await world.run()
    assert world.one(case).state == "approved"


def test_what_was_accepted_and_may_not_be_asked_about_says_what_to_do() -> None:
    held = a_delivery(an_application(), state=S.HELD, reference="REF-8", doubt_since=NOON, due_at=None, problem="http_404")
    told = _explain(held)
    assert "REF-8" in told.why.en
    assert "mistyped" in told.why.en
    assert "sends nothing" in told.next.en
    assert "不会重发" in told.next.zh
    assert "mistyped" not in _explain(held.changed(problem="no_word")).why.en

"""Every place a delivery can stand is explained in both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gateway.journal.views import Standing
from gateway.model.delivery import Action, Delivery, DeliveryState, SkipReason
from gateway.routing.explain import Explanation, explain
from gateway.routing.openings import Opening, Shut
from gateway.sdk.department import Ask, Never, Operation, Resend, Safe
from tests.gateway.api.cases import NOON, a_delivery, an_application
from tests.gateway.api.catalogue_stand_ins import AnOutput, ARequest, hosted

CASE = an_application()
S = DeliveryState
LATER = NOON + 3_600_000_000


def _explain(
    delivery: Delivery,
    *,
    resend: Resend | None = None,
    siblings: tuple[Delivery, ...] = (),
    opening: Opening | None = None,
    **standing: Any,
) -> Explanation:
    operation = Operation(
        name="register",
        title_zh="登记",
        title_en="Register",
        request=ARequest,
        output=AnOutput,
        resend=resend or Safe(remembered=timedelta(days=7)),
    )
    return explain(
        delivery,
        siblings=(*siblings, delivery),
        standing=Standing(name="tax", **standing),
        config=hosted("tax").config,
        operation=operation,
        now=NOON,
        opening=opening,
    )


@pytest.mark.parametrize("state", S)
def test_every_state_has_its_words(state: DeliveryState) -> None:
    for due_at in (None, NOON - 1, NOON + 1_000_000):
        for resend in (Safe(remembered=timedelta(1)), Ask(settle=timedelta(seconds=10)), Never()):
            told = _explain(a_delivery(CASE, "tax", state=state, due_at=due_at), resend=resend)
            for text in (told.why.zh, told.why.en, told.next.zh, told.next.en):
                assert text
                assert "None" not in text


def test_nothing_of_the_department_need_be_known() -> None:
    for state in S:
        told = explain(a_delivery(CASE, state=state), siblings=(), standing=Standing(name="x"), config=None, operation=None, now=NOON)
        assert "None" not in told.why.en + told.next.en + told.why.zh + told.next.zh


@pytest.mark.parametrize(
    ("changes", "resend", "standing", "why", "following"),
    [
        (
            {"state": S.READY, "due_at": NOON + 90_000_000, "attempts": 2, "problem": "timeout"},
            None,
            {},
            "attempts so far: 2/10",
            "2026-11-23 09:31:30",
        ),
        ({"state": S.READY, "action": Action.FIND}, None, {}, "asked first", "asked as soon as"),
        (
            {"state": S.READY},
            None,
            {"breaker": "open", "since": NOON, "probe_at": NOON},
            "unavailable since 2026-11-23 09:30:00",
            "probed again",
        ),
        (
            {"state": S.READY},
            None,
            {"breaker": "stopped", "problem": "http_401"},
            "refused our credentials (http_401)",
            "corrected the credentials",
        ),
        ({"state": S.DECIDING, "reference": "R-7", "due_at": None}, None, {}, "R-7", "will call back"),
        ({"state": S.IN_DOUBT, "due_at": NOON}, Ask(settle=timedelta(seconds=10)), {}, "may have done it", "absent 10 s after"),
        ({"state": S.IN_DOUBT, "due_at": None}, Never(), {}, "may have done it", "Nothing is sent again"),
        ({"state": S.IN_DOUBT, "due_at": NOON}, Never(), {}, "may have done it", "Nothing is sent again"),
        ({"state": S.HELD, "problem": "http_400"}, None, {}, "http_400", "Put right"),
        ({"state": S.HELD, "doubt_since": NOON}, None, {}, "held", "Ask the department"),
        ({"state": S.SKIPPED, "skip_reason": SkipReason.PARENT_REJECTED}, None, {}, "was rejected", "Nothing more"),
        ({"state": S.SKIPPED, "skip_reason": SkipReason.NOT_APPLICABLE}, None, {}, "does not apply", "Nothing more"),
        ({"state": S.RETURNED, "outcome_code": "31"}, None, {}, "code 31", "files a revision"),
        ({"state": S.REJECTED, "outcome_code": "9"}, None, {}, "code 9", "Nothing more"),
    ],
)
def test_the_words_fit_where_it_stands(
    changes: dict[str, Any], resend: Resend | None, standing: dict[str, Any], why: str, following: str
) -> None:
    told = _explain(a_delivery(CASE, "tax", **changes), resend=resend, **standing)
    assert why in told.why.en
    assert following in told.next.en


@pytest.mark.parametrize(
    ("parent", "following"),
    [
        (S.SENDING, "when they are approved"),
        (S.HELD, "A person has to look"),
        (S.RETURNED, "waits for the applicant"),
        (S.REJECTED, "about to be skipped"),
    ],
)
def test_what_waits_says_for_what(parent: DeliveryState, following: str) -> None:
    first = a_delivery(CASE, "marriage", state=parent)
    told = _explain(a_delivery(CASE, "tax", state=S.WAITING, after=("marriage",)), siblings=(first,))
    assert f"marriage ({parent.value})" in told.why.en
    assert following in told.next.en


@pytest.mark.parametrize(
    ("changes", "why", "following"),
    [
        ({"state": S.READY, "due_at": NOON - 1}, "paused by an operator since 2026-11-23 09:30:00", "resumed, its queue goes out"),
        ({"state": S.DECIDING, "due_at": NOON + 1}, "has it and is deciding. Office has been paused", "A callback is taken"),
        ({"state": S.IN_DOUBT, "due_at": NOON, "problem": "timeout"}, "No reply proves what became of it (timeout)", "the resend rule"),
        ({"state": S.HELD, "due_at": None, "problem": "schema"}, "held for a person", "(retry)"),
        ({"state": S.SENDING, "due_at": None}, "Attempt", "It ends within"),
    ],
)
def test_a_pause_is_why_only_for_what_would_be_called(changes: dict[str, Any], why: str, following: str) -> None:
    delivery = a_delivery(CASE, "tax", **changes)
    told = explain(
        delivery, siblings=(), standing=Standing(name="tax"), config=hosted("tax").config, operation=None, now=NOON, paused_since=NOON
    )
    assert why in told.why.en
    assert following in told.next.en
    assert ("暂停" in told.why.zh) == (delivery.due_at is not None)


@pytest.mark.parametrize(
    ("changes", "opening", "why", "following"),
    [
        ({"state": S.READY}, Opening(shut=Shut.CLOSED, until=LATER), "outside its hours: closed until 2026-11-23 10:30:00", "sent at"),
        ({"state": S.READY, "doubt_since": NOON}, Opening(shut=Shut.CLOSED, until=LATER), "No reply proves", "sent at"),
        (
            {"state": S.READY, "due_at": LATER + 7_200_000_000},
            Opening(shut=Shut.MAINTENANCE, until=LATER),
            "planned maintenance: closed until 2026-11-23 10:30:00",
            "sent at 2026-11-23 12:30:00",
        ),
        (
            {"state": S.READY},
            Opening(shut=Shut.UNKNOWN, until=LATER, missing=2027),
            "no official calendar for 2027",
            "uses up no attempt",
        ),
        (
            {"state": S.DECIDING, "action": Action.POLL},
            Opening(shut=Shut.MAINTENANCE, until=LATER),
            "has it and is deciding",
            "asked about again at 2026-11-23 10:30:00",
        ),
        (
            {"state": S.IN_DOUBT, "action": Action.FIND},
            Opening(shut=Shut.MAINTENANCE, until=LATER),
            "No reply proves",
            "asked at 2026-11-23 10:30:00",
        ),
        (
            {"state": S.DECIDING, "action": Action.WITHDRAW},
            Opening(shut=Shut.CLOSED, until=LATER),
            "outside its hours",
            "taken back at 2026-11-23 10:30:00",
        ),
        ({"state": S.READY}, Opening(until=LATER), "waits for its turn", "as soon as"),
    ],
)
def test_what_waits_for_a_department_to_open_says_until_when(changes: dict[str, Any], opening: Opening, why: str, following: str) -> None:
    told = _explain(a_delivery(CASE, "tax", **changes), opening=opening)
    assert why in told.why.en
    assert following in told.next.en
    assert told.why.zh
    assert told.next.zh


def test_what_was_accepted_and_may_not_be_asked_about_says_what_to_do() -> None:
    held = a_delivery(an_application(), state=S.HELD, reference="REF-8", doubt_since=NOON, due_at=None, problem="http_404")
    said = _explain(held)
    assert "REF-8" in said.why.en
    assert "mistyped" in said.why.en
    assert "sends nothing" in said.next.en
    assert "不会重发" in said.next.zh
    assert "mistyped" not in _explain(held.changed(problem="no_word")).why.en

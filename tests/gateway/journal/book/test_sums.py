"""The book's sums: every case of the span once, by where it stands, within a reach or as far as a department was handed it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from gateway.journal.book.sums import BookCut, BookStanding, standing_of, tallies
from gateway.journal.read.insights import Insights
from gateway.journal.read.lists import id_at
from gateway.model.application import Application, ApplicationState, EndReason, Reach
from gateway.model.delivery import DeliveryState
from gateway.model.identifiers import new_id
from tests.gateway.api.sample_cases import NOON, Journal, a_delivery, an_application

DAY = 86_400_000_000
MORNING = NOON - 34_200_000_000  # midnight in China
S = ApplicationState


def received(at: int = NOON, **more: Any) -> Application:
    """Make a case that was received then, as its id says as well."""
    return an_application(id=id_at(at) + new_id()[13:], received_at=at, **more)


async def counted(insights: Insights, now: int = NOON, **cut: Any) -> Counter[tuple[BookStanding, bool]]:
    """Count by where they stand, and whether they are late."""
    wanted = BookCut(**{"reach": None, "department": None, "begins": MORNING, "ends": MORNING + DAY} | cut)
    found: Counter[tuple[BookStanding, bool]] = Counter()
    for one in await insights.read(lambda c: tallies(c, wanted, now)):
        found[one.standing, True] += one.late
        found[one.standing, False] += one.count - one.late
    return +found


async def test_every_case_of_the_day_counts_once_by_where_it_stands(journal: Journal, insights: Insights) -> None:
    ended: dict[str, Any] = {"ended_at": NOON + 1, "due_at": None}
    for case in (
        received(),
        received(due_at=NOON - 1),
        received(due_at=None),
        received(state=S.RETURNED, due_at=NOON - 1),
        received(state=S.APPROVED, ended_at=NOON + 1, due_at=NOON - 1),
        received(state=S.REJECTED, end_reason=EndReason.DECIDED, **ended),
        received(state=S.WITHDRAWN, end_reason=EndReason.WITHDRAWN, **ended),
        received(state=S.WITHDRAWN, **ended),
        received(state=S.WITHDRAWN, end_reason=EndReason.VOIDED, **ended),
        received(MORNING - 1),
        received(MORNING),
        received(MORNING + DAY - 1),
        received(MORNING + DAY),
    ):
        journal.add(case, [])
    assert await counted(insights) == {
        (BookStanding.OPEN, False): 4,
        (BookStanding.OPEN, True): 1,
        (BookStanding.RETURNED, True): 1,
        (BookStanding.APPROVED, False): 1,
        (BookStanding.REJECTED, False): 1,
        (BookStanding.WITHDRAWN, False): 2,
        (BookStanding.VOIDED, False): 1,
    }
    assert (await counted(insights, begins=MORNING - DAY, ends=MORNING)).total() == 1
    assert (await counted(insights, begins=MORNING - DAY, ends=MORNING + 2 * DAY)).total() == 13


async def test_a_reach_has_its_own_cases_alone(journal: Journal, insights: Insights) -> None:
    alone = new_id()
    for case in (
        received(owner_group="hall"),
        received(owner_group="other"),
        received(caller=alone),
        received(caller=alone, owner_group="x"),
    ):
        journal.add(case, [])
    for reach, number in (
        (Reach(group="hall", callers=frozenset({alone})), 2),
        (Reach(callers=frozenset({alone})), 1),
        (Reach(callers=frozenset()), 0),
        (None, 4),
    ):
        assert (await counted(insights, reach=reach)).total() == number


async def test_a_department_has_the_steps_that_it_was_handed(journal: Journal, insights: Insights) -> None:
    case = received(due_at=NOON - 1)
    handed = {"first_sent_at": NOON}
    journal.add(
        case,
        [
            a_delivery(case, "tax", state=DeliveryState.DECIDING, **handed),
            a_delivery(case, "again", department="tax", state=DeliveryState.WAITING, round=2),
            a_delivery(case, "later", department="tax", state=DeliveryState.WAITING),
            a_delivery(case, "skipped", department="tax", state=DeliveryState.SKIPPED, **handed),
            a_delivery(case, "marriage", state=DeliveryState.REJECTED, **handed),
        ],
    )
    voided = received(state=S.WITHDRAWN, end_reason=EndReason.VOIDED, ended_at=NOON)
    journal.add(voided, [a_delivery(voided, "tax", state=DeliveryState.WITHDRAWN, **handed)])
    assert await counted(insights, department="tax") == {(BookStanding.OPEN, True): 2, (BookStanding.WITHDRAWN, False): 2}
    assert await counted(insights, department="marriage") == {(BookStanding.REJECTED, False): 1}
    assert await counted(insights, department="water") == {}


@pytest.mark.parametrize("state", [*DeliveryState, *ApplicationState])
def test_every_state_stands_somewhere(state: DeliveryState | ApplicationState) -> None:
    ends = {"returned", "approved", "rejected", "withdrawn"}
    wanted = {"skipped": BookStanding.WITHDRAWN, **{end: BookStanding(end) for end in ends}}
    assert standing_of(state.value, voided=False) is wanted.get(state.value, BookStanding.OPEN)

"""Cases as rows of a list: what each is, where it stands, how far it is, and how long it has."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.model.application import ApplicationState, marks
from gateway.model.delivery import ENDED, DeliveryState
from gateway.texts.sentences import listed
from gateway.web.console import ages
from gateway.web.console.words import Tag, case_tags, delivery_tag, department_title, service_title, short_number
from gateway.web.times import moment

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.model.application import Application
    from gateway.model.delivery import Delivery
    from gateway.model.service import Text
    from gateway.web.console.ages import Deadline

S = DeliveryState

#: Open states by what a reader wants to know first.
_FIRST = (S.HELD, S.IN_DOUBT, S.RETURNED, S.SENDING, S.DECIDING, S.READY, S.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One case in a list. ``at`` names the departments at which it stands. It and ``due`` are none once the case has ended.

    ``over`` counts the steps that are done, ``pursued`` is false where it was taken back or voided.
    """

    id: str
    title: Text
    number: str
    short: str
    tags: list[Tag]
    at: Text | None
    over: int
    pursued: bool
    steps: int
    received: Text
    due: Deadline | None
    due_at: Text | None


async def rows(asked: Asked, cases: Sequence[Application]) -> list[CaseRow]:
    """Make the rows of these cases."""
    deliveries = await asked.parts.insights.siblings({one.id for one in cases}) if cases else {}
    now = time.time_ns() // 1000
    return [_row(asked, one, deliveries.get(one.id, ()), now) for one in cases]


def done_of(deliveries: Iterable[Delivery]) -> int:
    """Count the deliveries that are done: what was taken back or voided is not."""
    return sum(one.state in ENDED and one.state is not S.WITHDRAWN for one in deliveries)


def _row(asked: Asked, case: Application, deliveries: Sequence[Delivery], now: int) -> CaseRow:
    state = next((state for state in _FIRST if any(one.state is state for one in deliveries)), None)
    tags = case_tags(case, told_otherwise=marks(deliveries).told_otherwise)
    return CaseRow(
        id=case.id,
        title=service_title(asked, case.service),
        number=case.number,
        short=short_number(case.number),
        tags=tags if state is None else [delivery_tag(state), *(tag for tag in tags[1:] if tag.shape != "held")],
        at=None if state is None else listed(department_title(asked, one.department) for one in deliveries if one.state is state),
        over=done_of(deliveries),
        pursued=case.state is not ApplicationState.WITHDRAWN,
        steps=len(deliveries),
        received=moment(case.received_at),
        due=None if case.ended_at is not None else ages.due(case.due_at, now, asked.parts.intake.calendar),
        due_at=None if case.due_at is None else moment(case.due_at),
    )

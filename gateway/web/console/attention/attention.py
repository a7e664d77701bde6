"""The first page of the console: everything that needs attention, with the finding in its headline."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from gateway.api.operating import departments
from gateway.cases.rights import Act, may, reach
from gateway.journal.read import attention
from gateway.model.application import ApplicationState
from gateway.model.delivery import DeliveryState
from gateway.web.console.attention import standings, texts
from gateway.web.console.attention.findings import Issue, of_deliveries, of_readiness, of_stuck
from gateway.web.console.cases.rows import rows
from gateway.web.console.screens import View, screen

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.api.operating.department_models import DepartmentShape
    from gateway.journal.read.attention import Awaited
    from gateway.model.service import Text

S = DeliveryState

#: Things that are shown of one kind, the oldest: what is mended makes room for the next.
_MOST: Final = 20
_DUE: Final = 8
_OPEN: Final = (ApplicationState.IN_PROGRESS, ApplicationState.RETURNED)


async def show(asked: Asked) -> View:
    """Show all that a person has to mend, the oldest first, then what somebody paused, then what recovers by itself."""
    now = time.time_ns() // 1000
    own = reach(asked.caller)
    # A window calls its applicants back, and nobody else can.
    states = (S.HELD, S.IN_DOUBT) if own is None else (S.HELD, S.IN_DOUBT, S.RETURNED)
    waiting = await asked.parts.insights.waiting(states, own, _MOST)
    of_departments = await departments.every(asked) if may(asked.caller, Act.SEE_DEPARTMENTS) is not None else []
    house = await _house(asked, of_departments, now)
    mine = sorted([*house, *await of_deliveries(asked, waiting, now)], key=lambda one: one.since)
    recovering = [*standings.by_itself(of_departments, now), *_asked_about(waiting, now)]
    count = len(house) + waiting.count
    due = await asked.parts.insights.read(lambda c: attention.due_next(c, own, _DUE))
    values = {
        "headline": _headline(count, len(recovering)),
        "below": await _below(asked) if own is None else None,
        "count": count,
        "mine": mine,
        "more": waiting.count - len(waiting.first),
        "paused": standings.paused(of_departments, now),
        "recovering": recovering,
        "tiles": standings.tiles(of_departments),
        "due": await rows(asked, due),
        "whole": own is None,
        "open": "&".join(f"state={state.value}" for state in _OPEN),
    }
    return View(template="attention.html", values=values)


async def _house(asked: Asked, found: list[DepartmentShape], now: int) -> list[Issue]:
    """Give what is the matter with the gateway itself and with departments, to those who see to it."""
    if may(asked.caller, Act.SEE_STUCK) is None:
        return []
    stuck = of_stuck(asked, asked.parts.watchdog.found, now)
    return [*standings.for_people(found, now), *stuck, *of_readiness(asked, asked.parts.readiness(), now)]


def _asked_about(waiting: Awaited, now: int) -> list[Issue]:
    if not waiting.asked:
        return []
    return [
        Issue(
            row="asked-about",
            since=now,
            shape="doubt",
            colour="run",
            title=texts.asked_about(waiting.asked),
            href=None,
            why=texts.ASKED_WHY,
            next=texts.ASKED_NEXT,
            deed=None,
        )
    ]


async def _below(asked: Asked) -> Text:
    """Say how many cases are under way, and how many of them are late."""
    totals = await asked.parts.insights.totals(list(asked.parts.departments))
    under_way = sum(totals.applications.get(state.value, 0) for state in _OPEN)
    late = sum(totals.past_due.values())
    return texts.open_and_overdue(under_way, late) if late else texts.open_in_time(under_way)


def _headline(count: int, recovering: int) -> Text:
    if count and recovering:
        return texts.both_kinds(count, recovering)
    if recovering:
        return texts.by_itself_alone(recovering)
    return texts.for_you_alone(count) if count else texts.NOTHING_AT_ALL


PAGES: Final = (screen("/console", show, act=Act.LIST, named="attentionPage", summary="What needs attention"),)

"""One screen in the hall: anybody may look at it, so it tells of no case by which a person could be found out.

A service is listed case by case in fives (:func:`gateway.journal.read.totals.today`), by the last digits of their numbers, and a decision
is "done" whatever it was. Services that concern private life are not listed unless the screen names them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from gateway.api.http.problems import not_found
from gateway.api.http.route import EVENT_STREAM, OPEN, Asked, Route, path_name
from gateway.departments.openings import Shut
from gateway.journal.read.totals import FIVE, today
from gateway.model.application import ApplicationState
from gateway.model.identifiers import CHINA
from gateway.texts.sentences import listed, name
from gateway.web.board import texts
from gateway.web.citizen.guides import suspended_notice
from gateway.web.live import Watcher, watch
from gateway.web.qr import qr_code
from gateway.web.rendering import SITE
from gateway.web.times import local, moment, weekday

if TYPE_CHECKING:
    from aiohttp import web

    from gateway.catalogue.compiled import CompiledService
    from gateway.journal.read.totals import TodaysCase
    from gateway.journal.store.views import DepartmentStanding
    from gateway.model.centre import Board
    from gateway.model.service import Text
    from gateway.web.rendering import Pages

#: Departments whose services concern private life: a screen lists those that it names alone.
PRIVATE: Final = frozenset({"marriage"})
#: Rows that one look shows, looks that follow each other, and seconds for which one is shown.
ROWS: Final = 10
_LOOKS: Final = 8
_SECONDS: Final = 10
_DIGITS: Final = 4
S = ApplicationState
_STATES: Final[Mapping[ApplicationState, tuple[str, Text]]] = {
    S.IN_PROGRESS: ("run", texts.SHOWN_UNDER_WAY),
    S.RETURNED: ("back", texts.SHOWN_RETURNED),
    S.APPROVED: ("ok", texts.SHOWN_DONE),
    S.REJECTED: ("ok", texts.SHOWN_DONE),  # which of the two is between the person and the centre
    S.WITHDRAWN: ("skip", texts.SHOWN_WITHDRAWN),
}
_SHUT: Final[Mapping[Shut, tuple[str, Text]]] = {
    Shut.CLOSED: ("d-ok", texts.CLOSED_NOW),
    Shut.UNKNOWN: ("d-ok", texts.CLOSED_NOW),
    Shut.MAINTENANCE: ("pause", texts.IN_MAINTENANCE_NOW),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One line of a screen: a case by its last digits, or a department, where it stands and its glyph."""

    what: str
    title: Text
    glyph: str
    word: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPicture:
    """All that a screen shows at a moment. ``look`` of ``looks`` are the rows that are shown now."""

    title: Text
    day: Text
    clock: str
    sums: Text
    rows: list[Shown]
    look: int
    looks: int
    departments: list[Shown]
    all_open: bool
    notices: list[Text]


async def one(asked: Asked) -> web.StreamResponse:
    """The screen, or its changing part as it changes. Raises Refused (404)."""
    site = asked.request.app[SITE]
    board = site.centre.boards.get(asked.path["screen"])
    if board is None or asked.request.query_string:  # a rendering for each query that somebody invents would cost one each
        raise not_found()
    site = replace(site, language=board.language)
    if EVENT_STREAM in asked.request.headers.get("Accept", ""):
        return await _watch(asked, site, board)
    origin = site.centre.site or str(asked.request.url.origin())
    # The code stands outside the part that all who watch share: the address is of this request alone.
    qr = qr_code(f"{origin}/guide")
    return site.page(asked.request, "board/board.html", picture=await picture(asked, board), qr=qr)


async def _watch(asked: Asked, site: Pages, board: Board) -> web.StreamResponse:
    async def render() -> str:
        return site.block(asked.request, "board/board.html", "live", picture=await picture(asked, board))

    async def still() -> bool:
        return True

    return await watch(asked, Watcher(place="board", sees=(), still=still), render)


async def picture(asked: Asked, board: Board) -> BoardPicture:
    """Make what a screen shows now."""
    parts, now = asked.parts, _now()
    services = parts.catalogue.services
    titles = shown_by(board, services)
    wanted = (tuple(services), tuple(titles), _midnight(now), ROWS * _LOOKS)
    came = await parts.insights.counted(("board", *wanted), lambda connection: today(connection, *wanted))
    rows = [_case(case, titles) for case in came.cases]
    looks = max(1, -(-len(rows) // ROWS))
    look = now // (_SECONDS * 1_000_000) % looks
    standings = await parts.insights.standings(parts.departments)
    departments = [_department(asked, standing, now) for standing in standings.values()]
    return BoardPicture(
        title=board.title or texts.BOARD,
        day=weekday(now),
        clock=f"{local(now):%H:%M}",
        sums=texts.board_sums(_number(came.received), _number(came.done)),
        rows=rows[look * ROWS :][:ROWS],
        look=look + 1,
        looks=looks,
        departments=departments,
        all_open=all(one.glyph == "ok" for one in departments),
        notices=list(_notices(asked, services)),
    )


def shown_by(board: Board, services: Mapping[str, CompiledService]) -> Mapping[str, Text]:
    """Give the titles of the services whose cases a screen lists. One that it names and that is none is left out."""
    named = board.services
    return {code: service.definition.title for code, service in services.items() if (_is_open(service) if named is None else code in named)}


def _is_open(service: CompiledService) -> bool:
    return PRIVATE.isdisjoint(step.department for step in service.definition.steps)


def _case(case: TodaysCase, titles: Mapping[str, Text]) -> Shown:
    glyph, word = _STATES[case.state]
    return Shown(what=case.number[-_DIGITS:], title=titles[case.service], glyph=glyph, word=word)


def _number(count: int) -> Text:
    return name(str(count)) if count >= FIVE else texts.FEW


def _department(asked: Asked, standing: DepartmentStanding, now: int) -> Shown:
    """Say whether a department takes work now, as far as it concerns whoever waits in the hall."""
    hosted, opening = asked.parts.departments[standing.name], asked.parts.openings.at(standing.name, now)
    if hosted.problem is not None or standing.breaker != "closed":
        glyph, word = "no", texts.IS_AWAY
    elif standing.paused_since is not None:
        glyph, word = "pause", texts.IS_PAUSED
    elif opening.shut is not None:
        glyph, word = _SHUT[opening.shut]
        word = word if opening.until is None else texts.opens_at(word, moment(opening.until))
    else:
        glyph, word = "ok", texts.TAKES_WORK
    return Shown(what=standing.name, title=hosted.config.title, glyph=glyph, word=word)


def _notices(asked: Asked, services: Mapping[str, CompiledService]) -> Iterator[Text]:
    """Give what whoever came for one of the services has to know first."""
    for code, service in services.items():
        suspended = suspended_notice(asked.parts.suspensions.now(code))
        if suspended is not None:
            yield texts.service_suspended(service.definition.title, suspended.until, suspended.notice)
            continue
        lacking: Sequence[Text] = [
            asked.parts.departments[step.department].config.title
            for step in service.definition.steps
            if step.name in service.unavailable and step.department in asked.parts.departments
        ]
        if lacking:
            yield texts.service_down(service.definition.title, listed(dict.fromkeys(lacking)))


def _now() -> int:
    return time.time_ns() // 1000


def _midnight(now: int) -> int:
    day = local(now)
    return int(datetime(day.year, day.month, day.day, tzinfo=CHINA).timestamp()) * 1_000_000


PAGES: Final = (
    Route(
        method="GET",
        path="/board/{screen}",
        handler=one,
        id="boardPage",
        tag="citizen",
        summary="A screen in the hall",
        act=OPEN,
        parameters=(path_name("screen", "screen"),),
    ),
)

"""The auditor's filters as the address has them, and the entries that fit them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from gateway.api.http.paging import uuid_of
from gateway.journal.store.views import AuditEntry, AuditFilter
from gateway.model.code_names import EVENTS
from gateway.model.identifiers import CHINA
from gateway.web.console.audit import texts
from gateway.web.console.cases.finding import by_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.api.http.route import Asked
    from gateway.model.application import Application
    from gateway.model.service import Text

#: The filters, and the further place where a page begins.
FILTERS: Final = ("event", "actor", "case", "department", "from", "to")
_CURSOR: Final = "cursor"
_CASE: Final = "case"
_PLACE: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9]{1,18}")
_LONGEST: Final = 100
_EPOCH: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The filters as they were typed, what is asked for with them, and what is wrong with them by name.

    ``meant`` are the numbers of several cases that the one typed may mean, of which one is to be chosen.
    """

    typed: Mapping[str, str]
    wanted: AuditFilter
    cursor: str | None
    wrong: Mapping[str, Text]
    meant: Sequence[str] = ()

    def address(self, cursor: str | None = None) -> str:
        """Give the query that asks for the same, from that place on."""
        given = {name: value for name, value in self.typed.items() if value} | ({_CURSOR: cursor} if cursor else {})
        return f"?{urlencode(given)}" if given else ""

    def of_case(self, number: str) -> str:
        """Give the query that asks for the same of one case."""
        return f"?{urlencode({name: value for name, value in self.typed.items() if value} | {_CASE: number})}"


async def looked_for(asked: Asked) -> Looked:
    """Read the filters of the address. A field that was left empty asks for nothing."""
    query = asked.request.query
    typed = {name: query.get(name, "").strip()[:_LONGEST] for name in FILTERS}
    cursor, wrong = query.get(_CURSOR), dict[str, "Text"]()
    if typed["event"] and typed["event"] not in EVENTS:
        wrong["event"] = texts.UNKNOWN_EVENT
    if typed["department"] and typed["department"] not in asked.parts.departments:
        wrong["department"] = texts.NO_SUCH_DEPARTMENT
    cases = await _cases(asked, typed[_CASE]) if typed[_CASE] else []
    if typed[_CASE] and len(cases) != 1:
        wrong[_CASE] = texts.SEVERAL_CASES if cases else texts.NO_SUCH_CASE
    days = {name: _day(typed[name]) for name in ("from", "to")}
    wrong |= {name: texts.NOT_A_DATE for name, day in days.items() if day is None and typed[name]}
    since, last = days["from"], days["to"]
    if since and last and last < since:
        wrong["to"] = texts.DAYS_TURNED
    if cursor and not _PLACE.fullmatch(cursor):
        wrong[_CURSOR] = texts.BAD_PLACE
    wanted = AuditFilter(
        application_id=cases[0].id if cases else None,
        event=typed["event"] or None,
        actor=_actor(typed["actor"]),
        department=typed["department"] or None,
        since=None if since is None else _begin(since),
        before=None if last is None else _begin(last) + 86_400_000_000,
    )
    meant = [one.number for one in cases] if len(cases) > 1 else []
    return Looked(typed=typed, wanted=wanted, cursor=cursor or None, wrong=wrong, meant=meant)


async def entries(asked: Asked, looked: Looked, most: int, *, looks: int) -> tuple[list[AuditEntry], str | None]:
    """Give up to so many entries that fit, and where to go on, if anywhere: there may be more there, or nothing that fits.

    One look goes through a bounded part of the audit, so there are several.
    """
    found: list[AuditEntry] = []
    cursor = looked.cursor
    for _ in range(looks):
        page = await asked.parts.insights.audit(looked.wanted, cursor, most - len(found))
        found += page.items
        cursor = page.next
        if cursor is None or len(found) >= most:
            break
    return found, cursor


async def _cases(asked: Asked, text: str) -> list[Application]:
    """Give the cases that an id names, or a number as the console's search takes it."""
    known = uuid_of("".join(text.split()))
    if known is None:
        return await by_number(asked, text)
    found = await asked.parts.insights.application(known)
    return [] if found is None else [found.application]


def _actor(text: str) -> str | None:
    """Give an actor as entries have it: a word alone is a person's login, but for the gateway itself."""
    return None if not text else text if ":" in text or text == "gateway" else f"user:{text}"


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(1970, 1, 2) <= day < date(9999, 1, 1) else None


def _begin(day: date) -> int:
    """Give the first microsecond of a day in China."""
    return (datetime(day.year, day.month, day.day, tzinfo=CHINA) - _EPOCH) // timedelta(microseconds=1)

"""Lists by the page: what is asked for in the query, checked all at once, and how the next page is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from gateway.api.problems import WrongParameters
from gateway.api.route import Parameter

if TYPE_CHECKING:
    from multidict import MultiMapping

    from gateway.routing.refusals import Language

T = TypeVar("T")
S = TypeVar("S", bound=StrEnum)

LONGEST_PAGE = 200
_PAGE = 50

_CURSOR = re.compile(r"[0-9a-f-]{36}")
_CHAIN_CURSOR = re.compile(r"[0-9a-f-]{36}:[0-9]{1,18}")
_DAY_CURSOR = re.compile(r"[0-9]{1,18}:[0-9a-f-]{36}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_EPOCH = datetime.fromtimestamp(0, UTC)

LIMIT = Parameter(
    name="limit",
    place="query",
    description="Items on a page.",
    schema={"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": _PAGE},
)
CURSOR = Parameter(name="cursor", place="query", description="`next` of the page before; opaque. Ask with the same filters.")
PAGING = (LIMIT, CURSOR)


def is_id(text: str) -> bool:
    """Whether it has the form of an id of ours."""
    return _ID.fullmatch(text) is not None


class Query:
    """The query of one request: take each parameter, then ``done``; every wrong one is told at once."""

    def __init__(self, given: MultiMapping[str], language: Language) -> None:
        self._given = given
        self._language = language
        self._taken: set[str] = set()
        self._wrong: list[tuple[str, str]] = []

    def word(self, name: str) -> str | None:
        """A plain word (a name, a code)."""
        return self._take(name, lambda text: text if _WORD.fullmatch(text) else None, "应为名称或代码", "must be a name or a code")

    def id(self, name: str) -> str | None:
        """An id of ours."""
        return self._take(name, lambda text: text.lower() if is_id(text.lower()) else None, "应为 UUID", "must be a UUID")

    def one_of(self, name: str, kind: type[S]) -> S | None:
        """One word of an enumeration."""
        options = ", ".join(kind)
        members: Mapping[str, S] = {member.value: member for member in kind}
        return self._take(name, members.get, f"只能取:{options}", f"must be one of: {options}")

    def flag(self, name: str) -> bool | None:
        """``true`` or ``false``."""
        return self._take(name, {"true": True, "false": False}.get, "应为 true 或 false", "must be true or false")

    def time(self, name: str) -> int | None:
        """A time (RFC 3339 with offset), in microseconds since the epoch."""
        return self._take(name, microseconds, "应为带时区的时间(RFC 3339)", "must be a time with an offset (RFC 3339)")

    def day(self, name: str) -> date | None:
        """A day of the calendar that we keep (from 1970 on)."""
        return self._take(name, _day, "应为日期,如 2026-11-23", "must be a date such as 2026-11-23")

    def number(self, name: str, most: int) -> int | None:
        """A whole number from 0."""
        zh, en = f"应为 0 到 {most} 的整数", f"must be a whole number from 0 to {most}"
        return self._take(name, lambda text: int(text) if re.fullmatch(r"[0-9]{1,18}", text) and int(text) <= most else None, zh, en)

    def limit(self) -> int:
        """How many items a page shall have."""
        zh, en = f"应为 1 到 {LONGEST_PAGE} 的整数", f"must be a whole number from 1 to {LONGEST_PAGE}"
        wanted = self._take(
            "limit", lambda text: int(text) if re.fullmatch(r"[1-9][0-9]{0,2}", text) and int(text) <= LONGEST_PAGE else None, zh, en
        )
        return wanted or _PAGE

    def cursor(self, *, of_chain: bool = False, of_day: bool = False) -> str | None:
        """Where the page before ended: an id, or a place in a chain of the audit or in a day."""
        form = _CHAIN_CURSOR if of_chain else _DAY_CURSOR if of_day else _CURSOR
        zh, en = "应为上一页的 next", "must be the `next` of a page"
        return self._take("cursor", lambda text: text if form.fullmatch(text) else None, zh, en)

    def done(self) -> None:
        """Raises WrongParameters when anything was wrong, or asked for that does not exist."""
        unknown = "没有这个参数" if self._language == "zh-CN" else "is not a parameter of this call"
        for name in self._given:
            if name not in self._taken:
                # An unknown name is the caller's own text: repeated only when it is a plain word.
                self._wrong.append((name if re.fullmatch(r"[a-z_]{1,30}", name) else "?", unknown))
        if self._wrong:
            raise WrongParameters(self._wrong)

    def _take(self, name: str, read: Callable[[str], T | None], zh: str, en: str) -> T | None:
        self._taken.add(name)
        texts = self._given.getall(name, [])
        if not texts:
            return None
        value = read(texts[0]) if len(texts) == 1 else None
        if value is None:
            self._wrong.append((name, zh if self._language == "zh-CN" else en))
        return value


def page(items: list[dict[str, Any]], following: str | None) -> dict[str, Any]:
    """A page as it is answered."""
    return {"items": items, "next": following}


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
    return found if found is not None and 1970 <= found.year < 9999 else None  # the first and last that times reach


def microseconds(text: str) -> int | None:
    """A time (RFC 3339 with offset) in microseconds since the epoch; none when it is no such time."""
    if re.search(r" \d\d:\d\d$", text):
        text = "+".join(text.rsplit(" ", 1))  # a plus that was not escaped arrives as a space
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return (moment - _EPOCH) // timedelta(microseconds=1)

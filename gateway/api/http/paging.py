"""Lists by the page: the query, checked all at once, and the cursor of the next page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from gateway.api.http import texts
from gateway.api.http.problems import WrongParameters
from gateway.api.http.route import Parameter
from gateway.model import JsonSchema, JsonView
from gateway.texts.instants import microseconds
from gateway.texts.refusals import in_language

if TYPE_CHECKING:
    from multidict import MultiMapping

    from gateway.api.shapes.shape import Shape
    from gateway.model.service import Text
    from gateway.texts.refusals import Language

T = TypeVar("T")
S = TypeVar("S", bound=StrEnum)

LONGEST_PAGE = 200
_PAGE = 50

_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PLACE = r"[0-9]{1,18}"
_CURSOR = _ID
_CHAIN_CURSOR = re.compile(f"{_ID.pattern}:{_PLACE}")
_DAY_CURSOR = re.compile(f"{_PLACE}:{_ID.pattern}")
#: The first and the last year that times reach whole.
_DAY = re.compile(r"(?:19[7-9][0-9]|[2-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])-[0-9]{2}-[0-9]{2}")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
#: A whole number has one form: without sign, leading zeros, underscores or the digits of other scripts.
_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}")
#: A plus that was not escaped arrives as a space.
_PLUS = re.compile(r" (?=[0-9]{2}:[0-9]{2}$)")

#: The forms of values as the document shows them. The method of Query of the same name reads each.
WORD: JsonView = {"type": "string", "pattern": f"^{_WORD.pattern}$"}
ID: JsonView = {"type": "string", "format": "uuid"}
DAY: JsonView = {"type": "string", "format": "date", "pattern": f"^{_DAY.pattern}$"}
INSTANT: JsonView = {"type": "string", "format": "date-time"}


def whole(most: int, least: int = 0) -> JsonSchema:
    """The form of a whole number."""
    return {"type": "integer", "minimum": least, "maximum": most}


def _opaque(form: re.Pattern[str]) -> Parameter:
    description = "`next` of the page before; opaque. Ask with the same filters."
    return Parameter(name="cursor", place="query", description=description, schema={"type": "string", "pattern": f"^{form.pattern}$"})


LIMIT = Parameter(
    name="limit",
    place="query",
    description="Items on a page.",
    schema={"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": _PAGE},
)
PAGING = (LIMIT, _opaque(_CURSOR))
PAGING_OF_CHAIN = (LIMIT, _opaque(_CHAIN_CURSOR))
PAGING_OF_DAY = (LIMIT, _opaque(_DAY_CURSOR))


def uuid_of(text: str) -> str | None:
    """Give an id in the one form that the journal has it in, none when it is no id. Upper case is taken (RFC 9562, section 4)."""
    return text.lower() if _ID.fullmatch(text) else None


def unknown(names: Iterable[str], language: Language) -> list[tuple[str, str]]:
    """Give the errors of parameters that a call does not have."""
    detail = in_language(texts.NO_PARAMETER, language)
    # An unknown name is the caller's own text, so it is repeated only when it is a plain word.
    return [(name if re.fullmatch(r"[a-z_]{1,30}", name) else "?", detail) for name in dict.fromkeys(names)]


class Query:
    """The query of one request. Take each parameter, then call ``done``, which tells every wrong one at once."""

    def __init__(self, given: MultiMapping[str], language: Language) -> None:
        self._given = given
        self._language = language
        self._taken: set[str] = set()
        self._wrong: list[tuple[str, str]] = []

    def word(self, name: str) -> str | None:
        """A plain word (a name, a code)."""
        return self._take(name, lambda text: text if _WORD.fullmatch(text) else None, texts.A_WORD)

    def id(self, name: str) -> str | None:
        """An id of ours."""
        return self._take(name, uuid_of, texts.AN_ID)

    def one_of(self, name: str, kind: type[S]) -> S | None:
        """One word of an enumeration."""
        members: Mapping[str, S] = {member.value: member for member in kind}
        return self._take(name, members.get, texts.one_of(kind))

    def flag(self, name: str) -> bool | None:
        """``true`` or ``false``."""
        return self._take(name, {"true": True, "false": False}.get, texts.A_FLAG)

    def time(self, name: str) -> int | None:
        """A time (RFC 3339 with offset), in microseconds since the epoch."""
        return self._take(name, lambda text: microseconds(_PLUS.sub("+", text)), texts.AN_INSTANT)

    def day(self, name: str) -> date | None:
        """A day of the calendar that we keep (from 1970 on)."""
        return self._take(name, _day, texts.A_DAY)

    def number(self, name: str, most: int) -> int | None:
        """A whole number from 0."""
        return self._whole(name, self._given_for(name), 0, most)

    def header(self, name: str, given: Sequence[str], most: int) -> int | None:
        """A header that is a whole number from 0."""
        return self._whole(name, given, 0, most)

    def point(self, name: str, form: str, given: Sequence[str] | None = None) -> str | None:
        """A point of a feed, in the query or in a header, of that form."""
        given = self._given_for(name) if given is None else given
        return self._read(name, given, lambda text: text if re.fullmatch(form, text) else None, texts.A_CURSOR)

    def limit(self) -> int:
        """Read the number of items on a page."""
        return self._whole("limit", self._given_for("limit"), 1, LONGEST_PAGE) or _PAGE

    def cursor(self, *, of_chain: bool = False, of_day: bool = False) -> str | None:
        """Read the end of the page before: an id, or a place in a chain of the audit or in a day."""
        form = _CHAIN_CURSOR if of_chain else _DAY_CURSOR if of_day else _CURSOR
        return self._take("cursor", lambda text: text.lower() if form.fullmatch(text) else None, texts.A_CURSOR)

    def done(self) -> None:
        """End the reading. Raises WrongParameters when a parameter was wrong or does not exist."""
        self._wrong += unknown((name for name in self._given if name not in self._taken), self._language)
        if self._wrong:
            raise WrongParameters(self._wrong)

    def _take(self, name: str, read: Callable[[str], T | None], expected: Text) -> T | None:
        return self._read(name, self._given_for(name), read, expected)

    def _given_for(self, name: str) -> Sequence[str]:
        self._taken.add(name)
        return self._given.getall(name, ())

    def _whole(self, name: str, given: Sequence[str], least: int, most: int) -> int | None:
        def read(text: str) -> int | None:
            return int(text) if _WHOLE.fullmatch(text) and least <= int(text) <= most else None

        return self._read(name, given, read, texts.a_whole_number(least, most))

    def _read(self, name: str, given: Sequence[str], read: Callable[[str], T | None], expected: Text) -> T | None:
        if not given:
            return None
        value = read(given[0]) if len(given) == 1 else None
        if value is None:
            self._wrong.append((name, in_language(expected, self._language)))
        return value


def page(items: Sequence[Shape], following: str | None) -> Mapping[str, object]:
    """A page as it is answered."""
    return {"items": items, "next": following}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None

"""Late entries (补录): what was handed in while systems were down is filed afterwards, and a clerk says when that was."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from gateway.cases.caller import CLERK, LOCAL, Caller
from gateway.model import JsonView
from gateway.model.errors import Located
from gateway.texts.instants import microseconds
from gateway.texts.messages import say
from gateway.texts.refusals import Language

#: The member of an application as submitted.
MEMBER: Final = "late_entry"
#: Days after which nothing is entered late any more.
OLDEST_DAYS: Final = 30
_DAY: Final = 24 * 60 * 60 * 1_000_000
#: Microseconds that a front end's clock may be ahead.
_AHEAD: Final = 5 * 60 * 1_000_000
_USER: Final = "user:"

#: Gives the group of the active clerk with that login, None where there is none.
ClerkGroup = Callable[[str], Awaitable[str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LateEntry:
    """The time at which an application was handed in (microseconds), the login of the clerk who says so, and why it is filed only now."""

    handed_in_at: int
    clerk: str
    reason: str = field(repr=False)


async def late_entry(
    document: JsonView, caller: Caller, *, clerk_group: ClerkGroup, now: int, language: Language
) -> tuple[LateEntry | None, list[Located]]:
    """Read the late entry of an application as submitted, None where it has none or a wrong one, and give every error that its form leaves.

    The clerk is one of the caller's group. Whoever is signed in as a clerk says it in person.
    """
    given = document.get(MEMBER)
    if not isinstance(given, dict):
        return None, []
    at, wrong_time = _time(given.get("handed_in_at"), now, language)
    clerk, wrong_clerk = await _clerk(given.get("clerk"), caller, clerk_group, language)
    errors = [*wrong_time, *wrong_clerk]
    if errors or at is None or clerk is None:
        return None, errors
    return LateEntry(handed_in_at=at, clerk=clerk, reason=str(given.get("reason"))), []


def _time(said: object, now: int, language: Language) -> tuple[int | None, list[Located]]:
    def wrong(name: str, **values: object) -> tuple[None, list[Located]]:
        return None, [Located(f"/{MEMBER}/handed_in_at", say(name, language, **values))]

    if not isinstance(said, str):
        return None, []  # the form says so
    at = microseconds(said)
    if at is None:
        return wrong("date-time")
    if at > now + _AHEAD:
        return wrong("late_future")
    return (min(at, now), []) if at >= now - OLDEST_DAYS * _DAY else wrong("late_old", days=OLDEST_DAYS)


async def _clerk(said: object, caller: Caller, clerk_group: ClerkGroup, language: Language) -> tuple[str | None, list[Located]]:
    def wrong(name: str) -> tuple[None, list[Located]]:
        return None, [Located(f"/{MEMBER}/clerk", say(name, language))]

    if caller.kind == CLERK and caller.user is not None:
        own = caller.user.removeprefix(_USER)
        return (own, []) if said in (None, own) else wrong("late_clerk_other")
    if said is None:
        return wrong("required")
    if not isinstance(said, str):
        return None, []  # the form says so
    group = await clerk_group(said)
    return (said, []) if group is not None and (group == caller.group or caller.kind == LOCAL) else wrong("late_clerk")

"""The feed of a case: each of its events in words, the newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.model import code_names
from gateway.model.delivery import DeliveryState
from gateway.texts.sentences import listed, name
from gateway.web.console.words import SHAPES, result, word
from gateway.web.times import clock, second

if TYPE_CHECKING:
    from gateway.journal.store.views import Event
    from gateway.model.service import Text

_DAY: Final = 86_400_000_000
#: It is about every step.
_FILED: Final = "application_accepted"
#: Events that say that something did not go as it should.
_FAILED: Final = frozenset({"attempt_failed", "attempt_withheld", "recovered", "case_restored", "late_result_kept"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event. ``about`` names the steps that it is about, ``result`` says what came of it."""

    no: int
    at: Text
    shape: str
    text: Text
    about: Text | None
    result: Text | None
    failed: bool


def feed(events: Sequence[Event], steps: Mapping[str, Text]) -> list[Line]:
    """Say a case's events. ``steps``: titles by the delivery's id."""
    days = bool(events) and events[-1].at - events[0].at >= _DAY
    return [_line(one, steps, days=days) for one in reversed(events)]


def failures(lines: Iterable[Line]) -> list[Line]:
    """Give those alone that did not go as they should."""
    return [one for one in lines if one.failed]


def _line(event: Event, steps: Mapping[str, Text], *, days: bool) -> Line:
    moves: Mapping[str, Sequence[str]] = event.details.get("moves") or {}
    came: str | None = event.details.get("result")
    about = [event.delivery_id] if event.delivery_id is not None else [] if event.event == _FILED else list(moves)
    moved = moves.get(about[0]) if about else None
    return Line(
        no=event.no,
        at=second(event.at) if days else name(_clock(event.at)),
        shape="run" if moved is None else SHAPES[DeliveryState(moved[1])],
        text=word(code_names.EVENTS, event.event),
        about=listed(steps[one] for one in about if one in steps) if about else None,
        result=None if came is None else result(came),
        failed=event.event in _FAILED,
    )


def _clock(microseconds: int) -> str:
    return f"{clock(microseconds)}.{microseconds % 1_000_000 // 1000:03d}"

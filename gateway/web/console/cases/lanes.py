"""Lanes: what each department did when, drawn from a case's events, side by side on one scale.

A lane has a bar for each time in which something was under way: ``call`` (we call), ``decides`` (the department has it), ``unknown``,
``held`` (a person has to look) and ``back`` (the applicant is to correct it). Waiting is empty. The same kind has the same colour in
every lane, whatever became of the delivery afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gateway.model.delivery import DeliveryState
from gateway.web.console.cases import texts
from gateway.web.times import local

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.journal.store.views import Event
    from gateway.model.service import Text

S = DeliveryState

#: What is under way in a state: the kind of its bar.
_KINDS: Final[Mapping[DeliveryState, str]] = {
    S.SENDING: "call",
    S.DECIDING: "decides",
    S.IN_DOUBT: "unknown",
    S.HELD: "held",
    S.RETURNED: "back",
}
_SECOND, _MINUTE, _HOUR, _DAY = 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000
#: Steps of the scale, of which the first is taken that gives few enough marks.
_STEPS: Final = (
    *(_SECOND * n // 10 for n in (1, 2, 5, 10, 20, 50, 100, 200)),
    *(_MINUTE * n for n in (1, 2, 5, 10, 20)),
    *(_HOUR * n for n in (1, 2, 6, 12)),
    *(_DAY * n for n in (1, 2, 5, 10, 30, 100, 365)),
)
#: The most marks: fewer where each says hours, minutes and seconds.
_MARKS, _LONG_MARKS = 6, 3
#: Per cent of the width: what a bar takes at least, and what the scale leaves free at its end.
_LEAST, _WIDTH = 0.8, 97.0
#: Beyond it a mark's words would be cut off.
_LAST_MARK = 85.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a lane, in per cent of its width. ``goes_on``: it has not ended yet."""

    kind: str
    left: float
    width: float
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A time on the scale."""

    left: float
    text: str


@dataclass(slots=True)
class _Stretch:
    kind: str
    begin: int
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """The time that the lanes show, in microseconds."""

    begin: int
    end: int

    def left(self, at: int) -> float:
        """Give the place of a time, in per cent."""
        return round(_WIDTH * (min(max(at, self.begin), self.end) - self.begin) / max(1, self.end - self.begin), 2)

    def marks(self) -> list[Mark]:
        """Give times to read it by: days where it takes days, tenths of a second where it takes a second."""
        span = max(1, self.end - self.begin)
        step = next((one for one in _STEPS if span / one <= (_LONG_MARKS if one < _MINUTE else _MARKS)), _STEPS[-1])
        zone = 8 * _HOUR  # whole days begin at midnight in China
        first = -(-(self.begin + zone) // step) * step - zone
        places = ((self.left(at), at) for at in range(first, self.end + 1, step))
        return [Mark(left, _said(at, step)) for left, at in places if left <= _LAST_MARK]


@dataclass(slots=True)
class Lanes:
    """The bars of each delivery by its id, the time that it took in words, the scale's marks, and the kinds of bars that there are."""

    marks: list[Mark] = field(default_factory=list)
    bars: dict[str, list[Bar]] = field(default_factory=dict)
    took: dict[str, Text] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)


def lanes(events: Sequence[Event], *, received: int, ended: int | None, now: int) -> Lanes:
    """Draw the lanes of a case. While it is open they end now, in steps coarse enough that few looks find another picture."""
    stretches = _stretches(events)
    last = max([received, *(one.at for one in events)])
    end = ended or _coarse(received, max(now, last))
    scale = Scale(received, max(end, last))
    drawn = {key: [_bar(scale, one) for one in found] for key, found in stretches.items()}
    there = {bar.kind for bars in drawn.values() for bar in bars}
    took = {key: _took(found, scale.end) for key, found in stretches.items() if found}
    return Lanes(marks=scale.marks(), bars=drawn, took=took, kinds=[kind for kind in dict.fromkeys(_KINDS.values()) if kind in there])


def _stretches(events: Iterable[Event]) -> dict[str, list[_Stretch]]:
    """Give the times in which something was under way, by delivery, as the moves of the events tell them."""
    found: dict[str, list[_Stretch]] = {}
    for event in events:
        for key, (_, state, _round) in (event.details.get("moves") or {}).items():
            here = found.setdefault(key, [])
            kind = _KINDS.get(DeliveryState(state))
            if here and here[-1].end is None:
                if here[-1].kind == kind:
                    continue
                here[-1].end = event.at
            if kind is not None:
                here.append(_Stretch(kind, event.at))
    return found


def _bar(scale: Scale, one: _Stretch) -> Bar:
    left = scale.left(one.begin)
    right = scale.left(scale.end if one.end is None else one.end)
    return Bar(one.kind, left, max(_LEAST, round(right - left, 2)), one.end is None)


def _took(found: Sequence[_Stretch], end: int) -> Text:
    """Say how long it took from its first call to its end, or so far, in the largest unit that it fills."""
    last = found[-1].end
    span = (end if last is None else last) - found[0].begin
    if span < _SECOND:
        words = texts.milliseconds(span // 1000)
    elif span < _MINUTE:
        words = texts.seconds(f"{span / _SECOND:.1f}")
    elif span < _HOUR:
        words = texts.minutes(span // _MINUTE)
    else:
        words = texts.hours(span // _HOUR) if span < 2 * _DAY else texts.days(span // _DAY)
    return texts.goes_on(words) if last is None else words


def _coarse(begin: int, now: int) -> int:
    """Give a time not before now that stays the same for about a fiftieth of the whole."""
    step = max(_SECOND, (now - begin) // 50)
    unit = next((one for one in reversed(_STEPS) if one <= step), _SECOND)
    return -(-now // unit) * unit


def _said(at: int, step: int) -> str:
    moment = local(at)
    if step >= _DAY:
        return f"{moment:%m-%d}"
    if step >= _MINUTE:
        return f"{moment:%H:%M}"
    return f"{moment:%H:%M:%S}" if step >= _SECOND else f"{moment:%S}.{at % _SECOND * 10 // _SECOND}"

"""Hours in pieces of five minutes: each read is short, and what is over is not read again before its hour is counted for the last time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from gateway.journal.hours.counting import HourCounts, Span, together
from gateway.journal.hours.figures import HOUR, hour_of

if TYPE_CHECKING:
    from gateway.journal.hours.keeping import DueHours

#: Microseconds of a piece.
PIECE: Final = 300_000_000


class Pieces:
    """The pieces that one node has counted once they were over, of hours that have not settled."""

    def __init__(self) -> None:
        self._over: dict[Span, HourCounts] = {}

    def wanted(self, due: DueHours) -> list[Span]:
        """Give the pieces that have to be read, in order: all of an hour that settles, else those that were not over before."""
        return [piece for piece in _pieces(due) if piece not in self._over or _settles(piece, due)]

    def whole(self, due: DueHours, found: Mapping[Span, HourCounts]) -> HourCounts:
        """Give the figures of all that is due, with the pieces that were ``found``, and keep those that are over."""
        counted = together((self._over | dict(found))[piece] for piece in _pieces(due))
        over = {piece: part for piece, part in found.items() if piece.ends <= due.over}
        self._over = {piece: part for piece, part in (self._over | over).items() if not _settles(piece, due)}
        return counted


def _pieces(due: DueHours) -> list[Span]:
    last = min(due.span.ends, due.at + PIECE)  # of what is to come there is nothing, but clocks of nodes differ
    return [Span(begins=at, ends=at + PIECE) for at in range(due.span.begins, last, PIECE)]


def _settles(piece: Span, due: DueHours) -> bool:
    return hour_of(piece.begins) + HOUR <= due.settled

"""Figures of an hour, of cases and of a department, which can be added over hours. Times are microseconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from gateway.journal.hours.latencies import NONE, Latencies

HOUR: Final = 3_600_000_000


def hour_of(microseconds: int) -> int:
    """Give the begin of the hour in which a moment lies. China's hours begin with those of UTC."""
    return microseconds - microseconds % HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFigures:
    """Cases of the whole centre that came and ended. ``promised`` are those that ended and had a date, ``on_time`` those that met it."""

    received: int = 0
    approved: int = 0
    rejected: int = 0
    withdrawn: int = 0
    promised: int = 0
    on_time: int = 0

    def __add__(self, other: CaseFigures) -> CaseFigures:
        """Give the figures of both."""
        return CaseFigures(**{name: getattr(self, name) + getattr(other, name) for name in CASE_COUNTS})

    @property
    def ended(self) -> int:
        """The cases that ended."""
        return self.approved + self.rejected + self.withdrawn

    @property
    def on_time_share(self) -> float | None:
        """The part of the cases with a date that ended by it, None where none had one."""
        return self.on_time / self.promised if self.promised else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentFigures:
    """Calls to a department by the time they began, and its answers. ``asked`` are calls that handed nothing over.

    ``failed`` are calls that no answer ended, a technical matter. ``approved``, ``rejected`` and ``returned`` count answers by reply and
    callback, none that a person of ours has stated.
    """

    sent: int = 0
    sent_again: int = 0
    asked: int = 0
    failed: int = 0
    approved: int = 0
    rejected: int = 0
    returned: int = 0
    latencies: Latencies = NONE

    def __add__(self, other: DepartmentFigures) -> DepartmentFigures:
        """Give the figures of both."""
        counts = {name: getattr(self, name) + getattr(other, name) for name in DEPARTMENT_COUNTS}
        return DepartmentFigures(**counts, latencies=self.latencies + other.latencies)


CASE_COUNTS: Final = tuple(one.name for one in fields(CaseFigures))
DEPARTMENT_COUNTS: Final = tuple(one.name for one in fields(DepartmentFigures) if one.name != "latencies")

"""Reminders of an end that comes on a known day: at fixed times before it, and when it is over, each once."""

from __future__ import annotations

from datetime import datetime, timedelta

#: Days before the end at which a reminder is due.
DAYS = (30, 7, 1)


def days_left(until: datetime, moment: datetime) -> int:
    """Give the whole days until an end: 0 on the last one, negative afterwards."""
    return (until - moment) // timedelta(days=1)


def is_near(until: datetime, moment: datetime) -> bool:
    """Tell whether the end is close enough for reminders."""
    return until - moment <= timedelta(days=DAYS[0])


class Reminders:
    """Remembers the reminders given in the life of the process, so that each start gives them again."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[datetime, int]] = {}

    def due(self, name: str, until: datetime, moment: datetime) -> bool:
        """Tell whether a reminder is due that ``name`` ends at ``until``. A renewed name starts afresh."""
        left = until - moment
        stage = sum(left <= timedelta(days=days) for days in (*DAYS, 0))
        told, before = self._told.get(name, (until, 0))
        self._told[name] = until, stage
        return stage > (before if told == until else 0)

    def forget(self, names: set[str]) -> None:
        """Forget all other names."""
        self._told = {name: told for name, told in self._told.items() if name in names}

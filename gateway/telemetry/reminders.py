"""What ends on a day is told beforehand: so many days before, and when it is over, each once."""

from __future__ import annotations

from datetime import datetime, timedelta

#: Days before the end at which it is told.
DAYS = (30, 7, 1)


def days_left(until: datetime, moment: datetime) -> int:
    """Whole days until something ends; 0 on its last, negative when it is over."""
    return (until - moment) // timedelta(days=1)


def is_near(until: datetime, moment: datetime) -> bool:
    """Tell whether it is told of by now."""
    return until - moment <= timedelta(days=DAYS[0])


class Reminders:
    """Remembers what was told of what, for as long as the process lives: a start tells again."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[datetime, int]] = {}

    def due(self, name: str, until: datetime, moment: datetime) -> bool:
        """Tell whether it is to be told now that ``name`` ends ``until`` then; one that was renewed begins anew."""
        left = until - moment
        stage = sum(left <= timedelta(days=days) for days in (*DAYS, 0))
        told, before = self._told.get(name, (until, 0))
        self._told[name] = until, stage
        return stage > (before if told == until else 0)

    def forget(self, names: set[str]) -> None:
        """Remember nothing but of these."""
        self._told = {name: told for name, told in self._told.items() if name in names}

"""A sandbox's present settings: those that it started with, as changed by its control paths."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from typing import Annotated, Literal

from pydantic import Field, field_validator

from gateway.model.department import SandboxSettings
from gateway.sdk.sandbox.ledger import Decision

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Wait:
    """A reason why the department takes nothing now, and the seconds that are left of it."""

    why: Literal["office_hours", "daily_quota"]
    seconds: float


class LiveSettings(SandboxSettings):
    """The configured settings, and those that only the control paths set.

    ``recognise_keys`` off makes a department forget the keys that its style remembers: the control on which a check for doubled effects
    must fail. ``decision`` is the default for every case.
    """

    port_offset: Annotated[int | None, Field(exclude=True)] = None  # of the process, not of the department
    recognise_keys: bool = True
    decision: Annotated[Decision, Field(exclude=True)] = Decision()

    @field_validator("office_hours")
    @classmethod
    def _real_times(cls, value: str | None) -> str | None:
        if value is not None:
            _hours(value)
        return value

    def wait_for_office(self, now: datetime) -> Wait | None:
        """Say how long it is until the office opens, or give None while it is open."""
        if self.office_hours is None:
            return None
        opens, closes = _hours(self.office_hours)
        local = now.astimezone(CHINA)
        at = local.time()
        is_open = opens <= at < closes if opens < closes else at >= opens or at < closes
        if is_open:
            return None
        next_opening = local.replace(hour=opens.hour, minute=opens.minute, second=0, microsecond=0)
        if next_opening <= local:
            next_opening += timedelta(days=1)
        return Wait("office_hours", (next_opening - local).total_seconds())


def next_day(now: datetime) -> float:
    """Give the seconds until the next day begins in China."""
    local = now.astimezone(CHINA)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - local).total_seconds()


def _hours(text: str) -> tuple[time, time]:
    opens, _, closes = text.partition("-")
    return time.fromisoformat(opens), time.fromisoformat(closes)

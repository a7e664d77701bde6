"""Office hours and days are those of China."""

from __future__ import annotations

from datetime import datetime

import pytest
from pydantic import ValidationError

from gateway.sdk.sandbox.settings import CHINA, LiveSettings, Wait, next_day


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-23T{clock}:00+08:00")


@pytest.mark.parametrize(
    ("hours", "clock", "seconds"),
    [
        ("09:00-17:00", "09:00", None),
        ("09:00-17:00", "16:59", None),
        ("09:00-17:00", "17:00", 16 * 3600),
        ("09:00-17:00", "08:30", 1800),
        ("22:00-06:00", "23:00", None),
        ("22:00-06:00", "05:59", None),
        ("22:00-06:00", "12:00", 10 * 3600),
        (None, "03:00", None),
    ],
)
def test_how_long_until_the_office_opens(hours: str | None, clock: str, seconds: float | None) -> None:
    expected = None if seconds is None else Wait("office_hours", seconds)
    assert LiveSettings(office_hours=hours).wait_for_office(at(clock)) == expected


@pytest.mark.parametrize("hours", ["25:00-26:00", "09:00", "nine to five"])
def test_hours_that_are_none_are_refused(hours: str) -> None:
    with pytest.raises(ValidationError):
        LiveSettings(office_hours=hours)


def test_the_next_day_begins_at_midnight_in_china() -> None:
    assert next_day(at("23:30")) == 1800
    assert next_day(datetime.fromisoformat("2026-11-23T15:30:00+00:00")) == 1800
    assert CHINA.utcoffset(None) == at("00:00").utcoffset()

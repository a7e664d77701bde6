"""Ages and deadlines in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.catalogue.working_days import Calendar, Year
from gateway.web.console.ages import age, due

MINUTE = 60_000_000
#: Friday, 27 November 2026, 15:00 in China.
FRIDAY = int(datetime(2026, 11, 27, 7, tzinfo=UTC).timestamp() * 1_000_000)
DAY = 24 * 60 * MINUTE


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "just now"), (-5, "just now"), (59, "59 min"), (61, "1 h 1 min"), (24 * 60 * 2 + 90, "2 d 1 h")]
)
def test_an_age_is_said_to_the_minute(minutes: int, said: str) -> None:
    assert age(FRIDAY - minutes * MINUTE, FRIDAY).en == said


@pytest.fixture
def calendar() -> Calendar:
    return Calendar({2026: Year(year=2026, source="test", holidays=[], working_days=[])})


@pytest.mark.parametrize(
    ("days", "shape", "said"),
    [
        (3, "back", "1 working day left"),
        (4, "ok", "2 working days left"),
        (0.2, "held", "due today"),
        (-0.1, "held", "overdue"),
        (-2, "held", "2 d overdue"),
    ],
)
def test_a_deadline_counts_working_days(calendar: Calendar, days: float, shape: str, said: str) -> None:
    found = due(FRIDAY + int(days * DAY), FRIDAY, calendar)
    assert (found.shape, found.text.en) == (shape, said)


def test_a_year_without_a_calendar_and_no_deadline_at_all() -> None:
    assert due(FRIDAY + 3 * DAY, FRIDAY, Calendar({})).text.en == "3 d left"
    assert due(None, FRIDAY, Calendar({})).text.en == "no deadline"

"""Opening times of departments, compared with a clock that looks at every minute."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from gateway.catalogue.working_days import Calendar, Period, Year
from gateway.departments.hosted import Hosted, Installed
from gateway.departments.openings import SPREAD, Opening, Openings, Shut, in_line
from gateway.model.delivery import Action
from gateway.model.department import WORKING, DepartmentConfig, Weekly, weekdays
from gateway.model.identifiers import CHINA
from gateway.model.service import Text

#: 2026 with its National Day, and a Sunday that is worked.
CALENDAR = Calendar(
    {
        2026: Year(
            year=2026,
            source="notice",
            holidays=[Period(name=Text(zh="国庆", en="National Day"), first=date(2026, 10, 1), last=date(2026, 10, 7))],
            working_days=[date(2026, 9, 27)],
        )
    }
)
OFFICE = [{"days": "mon-fri", "from": "09:00", "to": "12:00"}, {"days": "mon-fri", "from": "14:00", "to": "17:30"}]


def config(**more: Any) -> DepartmentConfig:
    return DepartmentConfig.model_validate({"name": "tax", "title": {"zh": "税", "en": "Tax"}, "endpoint": "sandbox", **more})


def openings(calendar: Calendar = CALENDAR, **more: Any) -> Openings:
    return Openings(Installed({"tax": Hosted(config=config(**more), department=None)}), calendar)


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+08:00").timestamp()) * 1_000_000


def told(opening: Opening) -> tuple[str | None, str | None]:
    until = datetime.fromtimestamp(opening.until / 1_000_000, CHINA) if opening.until is not None else None
    return (opening.shut.value if opening.shut else None), (f"{until:%m-%d %H:%M}" if until else None)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23T08:59:59", ("closed", "11-23 09:00")),
        ("2026-11-23T09:00:00", (None, "11-23 12:00")),
        ("2026-11-23T11:59:59", (None, "11-23 12:00")),
        ("2026-11-23T12:00:00", ("closed", "11-23 14:00")),
        ("2026-11-27T17:30:00", ("closed", "11-30 09:00")),
    ],
)
def test_hours_and_their_lunch_break(now: str, expected: tuple[str | None, str | None]) -> None:
    assert told(openings(hours=OFFICE).at("tax", at(now))) == expected


def test_working_days_go_by_the_calendar() -> None:
    made = openings(hours=[{"days": "working", "from": "09:00", "to": "17:00"}])
    assert told(made.at("tax", at("2026-09-30T17:00:00"))) == ("closed", "10-08 09:00")
    assert told(made.at("tax", at("2026-09-27T10:00:00"))) == (None, "09-27 17:00")


def test_maintenance_goes_over_hours_and_beyond_midnight() -> None:
    planned = {"from": "2026-11-24T16:00:00+08:00", "to": "2026-11-25T10:00:00+08:00"}
    made = openings(hours=OFFICE, maintenance=[planned, {"days": "thu", "from": "23:00", "to": "01:00"}])
    assert told(made.at("tax", at("2026-11-24T15:00:00"))) == (None, "11-24 16:00")
    assert told(made.at("tax", at("2026-11-24T16:00:00"))) == ("maintenance", "11-25 10:00")
    assert told(made.at("tax", at("2026-11-27T00:30:00"))) == ("maintenance", "11-27 09:00")
    assert told(made.at("tax", at("2026-11-27T00:30:00"), asks=True)) == ("maintenance", "11-27 01:00")
    night = at("2026-11-26T20:00:00")
    assert [made.opens("tax", action, night) == night for action in Action] == [False, True, True, False]


def test_a_long_maintenance_is_looked_beyond() -> None:
    made = openings(hours=OFFICE, maintenance=[{"from": "2026-11-24T16:00:00+08:00", "to": "2027-11-20T00:00:00+08:00"}])
    opening = made.at("tax", at("2026-11-24T16:00:00"))
    assert opening.until == at("2027-11-22T09:00:00")


def test_a_year_without_a_calendar_is_an_alarm_and_never_a_guess() -> None:
    made = openings(hours=[{"days": "working", "from": "09:00", "to": "17:00"}])
    with capture_logs() as logs:
        assert made.at("tax", at("2026-12-31T17:00:00")) == Opening(shut=Shut.CLOSED, until=at("2027-01-01T09:00:00"), missing=2027)
        assert made.at("tax", at("2027-01-04T10:00:00")) == Opening(shut=Shut.UNKNOWN, until=at("2027-01-05T09:00:00"), missing=2027)
        assert made.at("tax", at("2027-01-04T10:00:00"), asks=True).shut is None, "questions need no calendar"
    assert [(line["event"], line["year"], line["department"]) for line in logs] == [("calendar_missing", 2027, "tax")] * 2


def test_a_calendar_that_comes_holds_at_once() -> None:
    calendar = Calendar({})
    made = openings(calendar, hours=[{"days": "working", "from": "09:00", "to": "17:00"}])
    monday = at("2026-11-23T10:00:00")
    assert made.at("tax", monday).shut is Shut.UNKNOWN
    calendar.replace(CALENDAR)
    before = made.version
    made.renew()
    assert (made.at("tax", monday).shut, made.version) == (None, before + 1)


def test_another_configuration_holds_at_once() -> None:
    departments = Installed({"tax": Hosted(config=config(hours=OFFICE), department=None)})
    made = Openings(departments, CALENDAR)
    night = at("2026-11-23T20:00:00")
    assert made.at("tax", night).shut is Shut.CLOSED
    departments.replace({"tax": Hosted(config=config(quota=5), department=None)})
    assert (made.at("tax", night), made.quota("tax"), made.quota("water"), made.at("water", night)) == (Opening(), 5, None, Opening())


def test_after_today_is_the_next_opening_of_another_day() -> None:
    assert openings(quota=1).after_today("tax", at("2026-11-23T20:00:00")) == at("2026-11-24T00:00:00")
    assert openings(hours=OFFICE).after_today("tax", at("2026-11-27T10:00:00")) == at("2026-11-30T09:00:00")


@given(st.lists(st.integers(0, 40 * 86_400_000_000), min_size=2))
def test_who_waits_longest_goes_first_and_all_go_within_the_spread(waits: list[int]) -> None:
    opening = at("2026-11-23T09:00:00")
    dues = [in_line(opening, opening - wait) for wait in sorted(waits, reverse=True)]
    assert dues == sorted(dues)
    assert all(opening <= due <= opening + SPREAD for due in dues)
    assert in_line(opening, opening + 1) == opening + SPREAD


_CLOCKS = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from([0, 15, 30]))
_DAYS = st.sampled_from(["daily", "mon-fri", "sat,sun", "fri-mon", "wed", "working"])
_WEEKLY = st.fixed_dictionaries({"days": _DAYS, "from": _CLOCKS, "to": _CLOCKS})
_BEGIN = datetime(2026, 9, 20, tzinfo=CHINA)
_PLANNED = st.builds(
    lambda begins, hours: {
        "from": (_BEGIN + timedelta(minutes=15 * begins)).isoformat(),
        "to": (_BEGIN + timedelta(minutes=15 * begins, hours=hours)).isoformat(),
    },
    st.integers(0, 2000),
    st.integers(1, 100),
)


@given(
    st.lists(_WEEKLY, max_size=3),
    st.lists(_WEEKLY.filter(lambda one: one["days"] != WORKING) | _PLANNED, max_size=3),
    st.integers(0, 20 * 96),
    st.booleans(),
)
def test_it_says_what_every_quarter_of_an_hour_says(hours: list[Any], maintenance: list[Any], quarter: int, asks: bool) -> None:  # noqa: FBT001  # drawn
    try:
        made = config(hours=hours, maintenance=maintenance)
    except ValueError:
        return  # it would never open
    now = _BEGIN + timedelta(minutes=15 * quarter)
    opening = Openings(Installed({"tax": Hosted(config=made, department=None)}), CALENDAR).at(
        "tax", int(now.timestamp()) * 1_000_000, asks=asks
    )
    shut = _shut(made, now, asks=asks)
    assert (opening.shut is not None) == shut
    moment = now
    for _ in range(30 * 96):
        if _shut(made, moment, asks=asks) != shut:
            assert opening.until == int(moment.timestamp()) * 1_000_000
            return
        moment += timedelta(minutes=15)
    assert opening.until is None or opening.until >= int(moment.timestamp()) * 1_000_000


def _shut(made: DepartmentConfig, moment: datetime, *, asks: bool) -> bool:
    """Compute the same in another way, from the names of days and clocks as they are written."""
    shut = any(
        _in(one, moment) if isinstance(one, Weekly) else one.begins <= moment < one.ends for one in made.maintenance
    )  # fmt: skip
    return shut or (not asks and bool(made.hours) and not any(_in(one, moment) for one in made.hours))


def _in(one: Weekly, moment: datetime) -> bool:
    clock, today, yesterday = f"{moment:%H:%M}", moment.date(), moment.date() - timedelta(days=1)
    if one.ends > one.begins:
        return _on(one, today) and one.begins <= clock < one.ends
    return (_on(one, today) and clock >= one.begins) or (_on(one, yesterday) and clock < one.ends)


def _on(one: Weekly, day: date) -> bool:
    if one.days == WORKING:
        return CALENDAR.is_working_day(day)
    return day.weekday() in weekdays(one.days)

"""Times with an offset are read, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.texts.instants import microseconds

_EPOCH = datetime.fromtimestamp(0, UTC)
_OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1971, 1, 1), datetime(9000, 1, 1), timezones=_OFFSETS))  # noqa: DTZ001  # hypothesis adds the zone
def test_a_time_is_the_same_in_every_offset(moment: datetime) -> None:
    expected = (moment - _EPOCH) // timedelta(microseconds=1)
    assert microseconds(moment.isoformat()) == expected
    assert microseconds(moment.astimezone(UTC).isoformat().replace("+00:00", "Z")) == expected


def test_a_leap_second_ends_the_second_before_it() -> None:
    assert microseconds("2016-12-31T23:59:60Z") == microseconds("2016-12-31T23:59:59.999999Z")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23",
        "2026-11-23T09:30:00",
        "2026-11-23 09:30:00+08:00",
        "2026-02-30T09:30:00Z",
        "2026-11-23T25:30:00Z",
        "１026-11-23T09:30:00Z",
    ],
)
def test_what_is_no_such_time_is_none(text: str) -> None:
    assert microseconds(text) is None

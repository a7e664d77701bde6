"""Times are said in China's zone, in the words of both languages."""

from __future__ import annotations

from gateway.web.times import clock, day, moment, said_at, second, stamp, weekday


def test_it_is_said_to_the_minute() -> None:
    said = moment(1_795_881_990_000_000)  # 2026-11-28T16:06:30Z
    assert (said.zh, said.en) == ("11月29日 00:06", "29 Nov 00:06")


def test_it_is_said_to_the_second() -> None:
    at = 1_795_881_990_000_000
    assert (second(at).zh, second(at).en) == ("11月29日 00:06:30", "29 Nov 00:06:30")
    assert stamp(at) == "2026-11-29 00:06:30"


def test_a_time_of_an_answer_is_said_the_same_and_one_that_is_none_as_it_is() -> None:
    assert said_at("2026-11-29T00:06:30.000+08:00").en == "29 Nov 00:06"
    assert said_at("soon").en == "soon"
    assert clock(1_795_881_990_000_000) == "00:06:30"


def test_a_day_is_said_with_and_without_its_place_in_the_week() -> None:
    at = 1_795_881_990_000_000
    assert (day(at).zh, day(at).en) == ("11月29日", "29 Nov")
    assert (weekday(at).zh, weekday(at).en) == ("11月29日（周日）", "Sun 29 Nov")

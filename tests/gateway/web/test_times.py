"""Times are said in China's zone, in the words of both languages."""

from __future__ import annotations

from gateway.web.times import moment


def test_it_is_said_to_the_minute() -> None:
    said = moment(1_795_881_990_000_000)  # 2026-11-28T16:06:30Z
    assert (said.zh, said.en) == ("11月29日 00:06", "29 Nov 00:06")

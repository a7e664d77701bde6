"""An end is announced 30, 7 and 1 days before and when it has come, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.telemetry.reminders import DAYS, Reminders, days_left, is_near

END = datetime(2027, 1, 1, tzinfo=UTC)


@given(st.lists(st.floats(-5, 60, allow_nan=False), max_size=30))
def test_each_stage_is_told_once_however_often_it_is_looked_at(looks: list[float]) -> None:
    reminders, reached = Reminders(), 0
    for days in sorted(looks, reverse=True):
        moment = END - timedelta(days=days)
        stage = sum(END - moment <= timedelta(days=one) for one in (*DAYS, 0))
        assert reminders.due("a", END, moment) is (stage > reached)
        reached = max(reached, stage)


def test_what_was_renewed_begins_anew_and_what_is_gone_is_forgotten() -> None:
    reminders, moment = Reminders(), END - timedelta(days=5)
    assert reminders.due("a", END, moment)
    assert not reminders.due("a", END, moment)
    assert not reminders.due("a", END + timedelta(days=365), moment)
    assert reminders.due("a", END + timedelta(days=1), moment)
    reminders.forget(set())
    assert reminders.due("a", END + timedelta(days=1), moment)


def test_days_that_are_left() -> None:
    assert days_left(END, END - timedelta(hours=30)) == 1
    assert days_left(END, END + timedelta(hours=1)) == -1
    assert is_near(END, END - timedelta(days=30))
    assert not is_near(END, END - timedelta(days=31))

"""The feed: events in words, the newest first, with their steps and what came of them."""

from __future__ import annotations

from gateway.journal.store.views import Event
from gateway.model import code_names
from gateway.model.service import Text
from gateway.web.console.cases.feed import failures, feed

BEGIN = 1_795_397_400_123_000
STEPS = {"t": Text(zh="税务", en="tax"), "h": Text(zh="登记", en="home")}


def _event(no: int, event: str, delivery: str | None = None, after: int = 0, **details: object) -> Event:
    return Event(
        no=no, chain="c", seq=no, at=BEGIN + after, event=event, actor="gateway", delivery_id=delivery, details={"moves": {}, **details}
    )


def test_a_case_told_from_its_end() -> None:
    moved = {"t": ["tax", "sending", 1], "h": ["home", "sending", 1]}
    lines = feed(
        [
            _event(1, "application_accepted", moves=moved),
            _event(2, "attempt_started", moves=moved),
            _event(3, "attempt_failed", "t", moves={"t": ["tax", "in_doubt", 1]}, result="timeout"),
        ],
        STEPS,
    )
    assert [one.no for one in lines] == [3, 2, 1]
    failed, begun, filed = lines
    assert (failed.shape, failed.failed, failed.about) == ("doubt", True, STEPS["t"])
    assert failed.result is not None
    assert failed.result.en == "no whole reply within the deadline (timeout)"
    assert begun.about is not None
    assert begun.about.zh == "税务、登记"
    assert (filed.about, filed.result, filed.at.en) == (None, None, "09:30:00.123")
    assert failures(lines) == [failed]


def test_a_case_that_takes_days_says_the_day() -> None:
    lines = feed([_event(1, "application_accepted"), _event(2, "outcome_recorded", "t", after=90_000_000_000, result="approved")], STEPS)
    assert lines[0].at.zh == "11月24日 10:30:00"


def test_every_event_of_a_case_has_words() -> None:
    for event in code_names.EVENTS:
        assert feed([_event(1, event)], STEPS)[0].text.zh != event

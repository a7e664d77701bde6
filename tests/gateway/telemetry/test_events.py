"""Events: the code, the table and the page say the same."""

from __future__ import annotations

import re

from docs.logs_page import PAGE, logged, page
from gateway.telemetry.events import ALLOWED, EVENTS, STANDARD


def test_every_name_is_fixed_and_in_the_table() -> None:
    for one in logged():
        assert one.event is not None, f"{one.place}: an event's name must be a literal"
        assert one.fields is not None, f"{one.place}: fields must be named one by one"
        assert one.event in EVENTS, f"{one.place}: {one.event} is not in gateway/telemetry/events.py"
        extra = one.fields - set(EVENTS[one.event].fields) - STANDARD - {"exc_info"}
        assert not extra, f"{one.place}: {one.event} does not list {sorted(extra)}"


def test_every_event_of_the_table_is_logged_somewhere() -> None:
    assert {one.event for one in logged()} == set(EVENTS)


def test_the_table_is_well_formed() -> None:
    for name, event in EVENTS.items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", name)
        assert re.search(r"[\u4e00-\u9fff]", event.zh), name
        assert event.en.isascii(), name
    assert not ALLOWED & {"name", "id_number", "mobile", "body", "request", "payload", "data", "applicant"}


def test_the_page_is_what_the_table_and_the_code_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"

"""The table of where the time goes: shares of samples, of the CPU time that each thread had."""

from __future__ import annotations

import re
from pathlib import Path

from bench.profile import _PLACES, table

ROOT = Path(__file__).parents[2]

_MAIN = "thread (10): MainThread;run (uvloop/__init__.py:1)"
_JOURNAL = "thread (11): journal;Journal._run (gateway/journal/writer/journal.py:7)"


def test_time_goes_to_the_first_place_a_stack_is_in_and_waiting_to_none() -> None:
    stacks = [
        f"{_MAIN};HttpWire.send (gateway/sdk/http/wire.py:5);ClientSession._request (aiohttp/client.py:9) 30",
        f"{_MAIN};Intake.file (gateway/cases/intake.py:5) 10",
        f"{_JOURNAL};Transactions.commit (gateway/journal/writer/transactions.py:1);write (gateway/journal/writer/batch.py:3) 5",
        f"{_JOURNAL};Condition.wait (threading.py:1) 500",
    ]
    lines = table(stacks, {"10": 4.0, "11": 2.0, "12": 0.5})
    assert lines[0] == "  6.50 ms of CPU an application, all threads"
    assert lines[2:6] == [
        "  3.00  calling: aiohttp's client",
        "  2.00  writing: rows and the audit's chain into the database",
        "  1.00  filing: read, checked, handed to the journal",
        "  0.50  the event loop, and what nothing above holds",
    ]
    assert " 3.000  ClientSession._request (aiohttp/client.py)" in lines


def test_the_places_of_ours_are_where_they_are_said_to_be() -> None:
    for _, at in _PLACES:
        found = re.fullmatch(r"(?:\w+\.)?(\w+) \((.+)\)", at)
        assert found is not None
        name, path = found.groups()
        if path.startswith("gateway/"):
            assert re.search(rf"def {name}\b", (ROOT / path).read_text(encoding="utf-8")), at

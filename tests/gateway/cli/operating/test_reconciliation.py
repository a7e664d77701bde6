"""A department's day on the command line: a table, JSON, CSV."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from typing import Any

import pytest

from gateway.model.identifiers import CHINA
from tests.gateway.cli.conftest import SAMPLES, Command, Running


@pytest.fixture
def key(running: Running, command: Command) -> str:
    """Of a delivery that was just sent."""
    filed: Any = command("submit", str(SAMPLES / "passport.sample.json"), "--wait", "--json").json
    return f"{filed['deliveries'][0]['id'].replace('-', '')}-1"


def test_as_json_it_is_the_whole_day(key: str, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.cli.terminal.client.PAGE", 1)
    found: Any = command("reconciliation", "exit_entry", "--json").json
    [row] = [one for one in found["items"] if one["key"] == key]
    assert (row["operation"], row["attempts"], row["in_doubt"]) == ("apply_passport", 1, False)
    assert row["reference"]
    assert (found["department"], found["next"]) == ("exit_entry", None)


def test_for_people_it_is_a_table(key: str, command: Command) -> None:
    shown = command("reconciliation", "exit_entry", "--date", f"{datetime.now(CHINA):%Y-%m-%d}")
    assert shown.code == 0
    assert key[:12] in shown.out
    assert re.search(r"\d+ in all, \d+ in doubt", shown.out)
    assert "0 in all" in command("reconciliation", "exit_entry", "--date", "2026-01-01").out


def test_for_a_spreadsheet_it_is_csv(key: str, command: Command) -> None:
    shown = command("reconciliation", "exit_entry", "--csv")
    rows = list(csv.DictReader(io.StringIO(shown.out.removeprefix("\ufeff"))))
    assert key in {row["key"] for row in rows}


def test_what_cannot_be_asked_for_is_said(running: Running, command: Command) -> None:
    assert command("reconciliation", "water").code == 1
    assert command("reconciliation", "water", "--csv").code == 1
    assert command("reconciliation", "tax", "--date", "yesterday").code == 1
    assert command("reconciliation", "tax", "--csv", "--json").code == 2

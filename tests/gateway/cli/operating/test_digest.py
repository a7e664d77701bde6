"""The day's digest on the command line, in both languages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from gateway.cli.operating.digest import _lines
from gateway.model.identifiers import CHINA
from tests.gateway.cli.conftest import Command, Running


def test_as_json_it_is_what_the_interface_says(running: Running, command: Command) -> None:
    today = f"{datetime.now(CHINA):%Y-%m-%d}"
    found: Any = command("digest", "--day", today, "--json").json
    assert (found["day"], {one["department"] for one in found["departments"]}) == (today, set(running.stage.sandboxes))
    assert found["audit_problem"] is None
    assert command("digest", "--day", "tomorrow").code == 1


def test_for_people_it_is_a_few_lines_and_a_table(running: Running, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = command("digest").out
    for word in ("digest of", "received", "audit: as it was signed", "jobs:", *running.stage.sandboxes):
        assert word in shown
    monkeypatch.setenv("GATEWAY_LANGUAGE", "zh")
    assert "每日简报" in command("digest").out


def test_what_is_the_matter_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, Any] = {
        "day": "2026-11-28",
        "hours_counted": 20,
        "cases": {"received": 9, "approved": 4, "rejected": 1, "withdrawn": 1, "on_time": 5, "promised": 6, "on_time_share": 0.8333},
        "now": {
            "in_progress": 3, "returned": 1, "past_due": 1, "needing_attention": 2, "in_doubt": 1, "held": 1,
            "oldest_received_at": "2026-11-27T09:00:00.000+08:00",
        },
        "jobs": {"begun": 1, "running": 0},
        "audit_problem": "entry 7",
    }  # fmt: skip
    monkeypatch.setenv("GATEWAY_LANGUAGE", "en")
    english = "\n".join(_lines(found))
    for said in (
        "only 20 of its 24 hours",
        "on time: 5 of 6 (83.3 %)",
        "past the promised date 1",
        "2 applications need a person",
        "entry 7",
    ):
        assert said in english
    monkeypatch.setenv("GATEWAY_LANGUAGE", "zh")
    assert "按时办结 5/6（83.3%）" in "\n".join(_lines(found))

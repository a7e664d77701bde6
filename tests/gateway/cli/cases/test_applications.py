"""File an application and show it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.gateway.cli.conftest import SAMPLES, Command, Running


def test_filed_waited_for_and_shown(running: Running, command: Command) -> None:
    filed = command("submit", SAMPLES / "passport.sample.json", "--wait", "--seconds", "20", "--json")
    assert filed.code == 0
    application: Any = filed.json
    assert application["state"] == "approved"
    for which in (application["id"], application["number"]):
        shown = command("show", which)
        assert shown.code == 0
        assert application["number"] in shown.out
        assert "approved" in shown.out
    delivery = application["deliveries"][0]
    shown = command("show", delivery["id"])
    assert shown.code == 0
    assert "submit" in shown.out
    assert "why" in shown.out
    as_json: Any = command("show", delivery["id"], "--json").json
    assert as_json["attempts_made"][0]["action"] == "submit"


def test_the_same_key_never_files_twice(running: Running, command: Command) -> None:
    first: Any = command("submit", SAMPLES / "passport.sample.json", "--key", "once", "--json").json
    second: Any = command("submit", SAMPLES / "passport.sample.json", "--key", "once", "--json").json
    assert first["id"] == second["id"]


def test_a_wrong_application_is_1_and_says_where(running: Running, command: Command, tmp_path: Path) -> None:
    body = orjson.loads((SAMPLES / "passport.sample.json").read_bytes())
    del body["applicant"]["name"]
    file = tmp_path / "wrong.json"
    file.write_bytes(orjson.dumps(body))
    refused = command("submit", file)
    assert refused.code == 1
    assert "/applicant" in refused.err
    assert refused.out == ""


def test_not_decided_in_time_is_4(running: Running, command: Command) -> None:
    filed = command("submit", SAMPLES / "newlywed.sample.json", "--wait", "--seconds", "1", "--json")
    application: Any = filed.json
    assert (filed.code, application["state"]) == (4, "in_progress")


def test_shown_in_chinese(running: Running, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    application: Any = command("submit", SAMPLES / "passport.sample.json", "--json").json
    monkeypatch.setenv("GATEWAY_LANGUAGE", "zh-CN")
    assert "办件编号" in command("show", application["id"]).out


@pytest.mark.parametrize("which", ["11500152000000019R0000", "01a20830-4205-76ef-b2f5-4f3eb81f94a2"])
def test_what_is_not_there_is_1(running: Running, command: Command, which: str) -> None:
    assert command("show", which).code == 1


def test_a_file_that_is_not_there_is_2(running: Running, command: Command, tmp_path: Path) -> None:
    missing = command("submit", tmp_path / "missing.json")
    assert missing.code == 2
    assert "missing.json" in missing.err


def test_only_what_is_held_is_moved_and_a_reason_is_needed(running: Running, command: Command) -> None:
    application: Any = command("submit", SAMPLES / "passport.sample.json", "--wait", "--seconds", "20", "--json").json
    for which in (application["id"], application["number"]):
        refused = command("move", which, "--reason", "the mapping was wrong")
        assert (refused.code, "409" in refused.err) == (1, True)
    assert command("move", application["id"]).code == 2
    assert command("move", "11500152000000019R0000", "--reason", "x").code == 1


def test_what_no_department_has_acted_on_is_voided(running: Running, command: Command) -> None:
    begun: Any = command("events", "--after", "now", "--json").json
    assert command("pause", "exit_entry", "--reason", "moving house").code == 0
    try:
        application: Any = command("submit", SAMPLES / "passport.sample.json", "--json").json
        assert application["due_provisional"]
        assert command("void", application["id"]).code == 2
        voided = command("void", application["number"], "--reason", "filed twice")
        assert (voided.code, "voided" in voided.out) == (0, True)
        again: Any = command("void", application["id"], "--reason", "filed twice", "--json").json
    finally:
        assert command("resume", "exit_entry", "--reason", "moved").code == 0
    assert (again["state"], again["end_reason"]) == ("withdrawn", "voided")
    shown = command("show", application["id"]).out
    assert "filed twice" in shown
    assert "voided" in command("why", application["id"]).out
    events: Any = command("events", "--after", begun["next"], "--json").json
    assert ("application_voided", "voided") in [
        (e["event"], e["result"]) for e in events["items"] if e["application_id"] == application["id"]
    ]


def test_what_a_department_has_acted_on_is_not_voided(running: Running, command: Command) -> None:
    application: Any = command("submit", SAMPLES / "passport.sample.json", "--wait", "--seconds", "20", "--json").json
    assert application["end_reason"] == "decided"
    refused = command("void", application["id"], "--reason", "mistake")
    assert (refused.code, "409" in refused.err) == (1, True)

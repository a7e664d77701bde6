"""Is anything stuck: asked of the running gateway."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from tests.gateway.cli.conftest import SAMPLES, Command, Running


def test_nothing_is_stuck_is_0_and_what_is_is_named(running: Running, command: Command) -> None:
    assert command("check", "--live").code == 0
    application: Any = command("submit", SAMPLES / "newlywed.sample.json", "--wait", "--json").json
    delivery = application["deliveries"][0]["id"]
    file = Path(running.stage.environment["GATEWAY_DATA"], "gateway.db")
    _break(file, delivery, "ready")
    found = command("check", "--live")
    assert found.code == 1
    assert delivery in found.out
    assert "neither due at a time nor under way" in found.out
    told: Any = command("check", "--live", "--json").json
    assert (told["ok"], [one["kind"] for one in told["stuck"]]) == (False, ["no_time"])
    _break(file, delivery, "approved")
    assert command("check", "--live", "--json").json == {"ok": True, "stuck": []}


def _break(file: Path, delivery: str, state: str) -> None:
    connection = sqlite3.connect(file, timeout=10)
    with connection:
        connection.execute("UPDATE delivery SET state = ? WHERE id = ?", (state, delivery))
    connection.close()


def test_without_a_gateway_there_is_nothing_to_ask(stopped: Path, command: Command) -> None:
    said = command("check", "--live")
    assert said.code == 3
    assert "start it first" in said.err

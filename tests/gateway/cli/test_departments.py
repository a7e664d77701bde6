"""How each department fares."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.cli.departments import show_departments
from tests.gateway.cli.conftest import Command, Running


def test_all_of_them(running: Running, command: Command) -> None:
    shown = command("departments")
    assert shown.code == 0
    for name in running.stage.sandboxes:
        assert name in shown.out
    found: Any = command("departments", "--json").json
    assert {d["name"] for d in found} == set(running.stage.sandboxes)


def test_one_of_them(running: Running, command: Command) -> None:
    found: Any = command("departments", "tax", "--json").json
    assert [d["name"] for d in found] == ["tax"]
    assert command("departments", "water").code == 1


def test_what_will_go_is_said_where_nothing_is_wrong(running: Running, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    found: Any = command("departments", "tax", "--json").json
    assert found[0]["warning"] is None
    show_departments([{**found[0], "warning": "SDK 1.0 is deprecated"}])
    assert "SDK 1.0 is deprecated" in capsys.readouterr().out

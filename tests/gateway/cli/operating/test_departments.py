"""How each department fares."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from gateway.cli.operating.departments import _tier, show_departments
from gateway.model.os_user import own_actor
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


def test_the_tier_that_is_reached_is_shown(running: Running, command: Command) -> None:
    assert "silver" in command("departments", "tax").out
    (tax,) = cast("list[dict[str, Any]]", command("departments", "tax", "--json").json)
    assert (tax["quality"]["tier"], tax["quality"]["claimed"]) == ("silver", "silver")
    assert "real-system" in tax["quality"]["lacking"]


@pytest.mark.parametrize(
    ("tier", "claimed", "shown"),
    [("bronze", "silver", "bronze!"), ("none", "gold", "unrated!"), ("gold", "bronze", "gold"), ("none", None, "unrated")],
)
def test_a_tier_below_what_is_claimed_is_marked(tier: str, claimed: str | None, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_LANGUAGE", "en")
    assert _tier({"tier": tier, "claimed": claimed}) == shown
    monkeypatch.setenv("GATEWAY_LANGUAGE", "zh")
    assert _tier({"tier": "silver", "claimed": "silver"}) == "银级"
    assert _tier(None) == ""


def test_a_department_is_paused_limited_and_resumed(running: Running, command: Command) -> None:
    paused = command("pause", "tax", "--reason", "maintenance")
    assert paused.code == 0
    assert "paused" in paused.out
    limited: Any = command("limit", "tax", "--concurrency", "3", "--rate", "2.5", "--reason", "they asked", "--json").json
    assert (limited["paused"], limited["limits"]) == (True, {"concurrency": 3, "rate_per_second": 2.5})
    shown = command("departments", "tax").out
    assert "3* 2.5/s*" in shown
    assert "paused it: maintenance" in shown
    assert f"{own_actor().removeprefix('operator:')} · limited it: they asked" in shown
    resumed: Any = command("resume", "tax", "--reason", "over", "--json").json
    assert (resumed["paused"], resumed["overrides"]["concurrency"]) == (False, 3)
    back: Any = command("limit", "tax", "--concurrency", "configured", "--rate", "configured", "--reason", "over", "--json").json
    assert back["overrides"] == {"concurrency": None, "rate_per_second": None}


def test_it_can_be_said_while_nothing_runs_and_holds_at_the_next_start(stopped: Path, command: Command) -> None:
    assert command("pause", "tax", "--reason", "before it starts").code == 0
    found: Any = command("departments", "tax", "--json").json
    assert [d["paused"] for d in found] == [True]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("pause", "tax"), 2, "--reason"),
        (("pause", "water", "--reason", "x"), 1, "404"),
        (("limit", "tax", "--reason", "x"), 1, "paused or limits"),
        (("limit", "tax", "--concurrency", "many", "--reason", "x"), 2, "--concurrency"),
        (("limit", "tax", "--concurrency", "0", "--rate", "0", "--reason", "x"), 1, "/limits/rate_per_second"),
    ],
)
def test_what_is_wrong_is_told(running: Running, command: Command, arguments: tuple[str, ...], code: int, said: str) -> None:
    ran = command(*arguments)
    assert (ran.code, said in ran.err) == (code, True), ran.err

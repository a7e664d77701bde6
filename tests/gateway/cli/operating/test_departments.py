"""How each department fares."""

from __future__ import annotations

from typing import Any, cast

import pytest

from gateway.cli.operating.departments import _tier, show_departments
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

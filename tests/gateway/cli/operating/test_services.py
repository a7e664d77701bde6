"""A service suspended and resumed by command."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any, cast

import pytest

from gateway.cli.operating.services import _time
from gateway.cli.terminal.exits import Failed
from gateway.model.identifiers import CHINA
from tests.gateway.cli.conftest import Command, Running


def test_a_service_is_suspended_changed_listed_and_resumed(running: Running, command: Command) -> None:
    year = datetime.now(CHINA).year + 2
    made = command("service", "suspend", "passport", "--notice", "升级 [red]", "--until", f"{year}-01-05", "--reason", "they asked")
    assert made.code == 0, made.err
    assert [part for part in ("passport", "suspended", "升级 [red]", "they asked") if part not in made.out] == []
    assert command("service", "suspend", "nowhere", "--notice", "x", "--reason", "r").code == 1
    (listed,) = cast("list[dict[str, Any]]", command("service", "list", "--json").json)
    assert listed["until"].startswith(f"{year}-01-06T00:00:00")
    refused = command("submit", "passport")
    assert refused.code != 0
    changed: Any = command("service", "change", listed["id"], "--reason", "longer", "--json").json
    assert changed[0]["until"] is None
    assert command("service", "suspend", "passport", "--notice", "y", "--since", f"{year}-02-01", "--reason", "r").code == 0
    assert "planned" in command("service", "list").out
    assert command("service", "resume", "passport", "--reason", "over").code == 0
    (planned,) = cast("list[dict[str, Any]]", command("service", "list", "--json").json)
    assert command("service", "resume", "passport", "--suspension", planned["id"], "--reason", "no").code == 0
    assert "no suspension is planned" in command("service", "list").out
    assert command("service", "resume", "passport", "--reason", "over").code == 1


def test_days_begin_and_end_where_the_centre_is() -> None:
    assert _time("--since", "2030-12-05") == "2030-12-05T00:00:00+08:00"
    assert _time("--until", "2030-12-05", end=True) == "2030-12-06T00:00:00+08:00"
    assert _time("--until", "2030-12-05T12:00:00Z", end=True) == "2030-12-05T12:00:00Z"
    assert _time("--since", time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))) is None
    for wrong in ("soon", "9999-12-31", ""):
        with pytest.raises(Failed):
            _time("--until", wrong, end=True)

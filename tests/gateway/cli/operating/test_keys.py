"""Keys: told once, listed without, ended at once."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.terminal.client import over_tcp
from gateway.cli.terminal.exits import Answered
from tests.gateway.cli.conftest import Command, Running


async def _may_ask(running: Running, key: str) -> bool:
    async with over_tcp(running.stage.address, key) as client:
        try:
            await client.get("/v1/services")
        except Answered as error:
            if error.status != 401:
                raise
            return False
    return True


def test_a_key_is_printed_alone_works_and_is_revoked(running: Running, command: Command) -> None:
    made = command("key", "create", "front-end", "--name", "hall counters")
    assert made.code == 0
    assert re.fullmatch(r"gw_[A-Za-z0-9_-]{43}\n", made.out)
    assert made.err == ""
    key = made.out.strip()
    assert asyncio.run(_may_ask(running, key))
    listed: Any = command("key", "list", "--json").json
    (mine,) = [k for k in listed if k["name"] == "hall counters" and k["revoked_at"] is None]
    assert key not in command("key", "list").out
    assert command("key", "revoke", mine["id"]).code == 0
    assert not asyncio.run(_may_ask(running, key))
    assert command("key", "revoke", mine["id"]).code == 1


def test_a_role_that_does_not_exist_is_1(running: Running, command: Command) -> None:
    refused = command("key", "create", "king")
    assert refused.code == 1
    assert "front-end" in refused.err
    assert refused.out == ""


def test_json_has_the_record_too(running: Running, command: Command) -> None:
    made: Any = command("key", "create", "department:tax", "--json").json
    assert made["role"] == "department:tax"
    assert made["key"].startswith("gw_")


def test_a_key_ends_when_it_is_said_and_is_listed_with_its_end(running: Running, command: Command) -> None:
    for text in ("90d", "12h", "2099-01-01", "2099-01-01T09:00:00+08:00"):
        made: Any = command("key", "create", "operator", "--name", text, "--expires", text, "--json").json
        assert made["expires_at"] is not None
    listed: Any = command("key", "list", "--json").json
    [day] = [k for k in listed if k["name"] == "2099-01-01"]
    assert day["expires_at"] == "2099-01-01T00:00:00.000+08:00"
    assert "(less than a day left)" in command("key", "list").out
    assert command("key", "create", "operator", "--expires", "tomorrow").code == 2
    assert command("key", "create", "operator", "--expires", "2020-01-01").code == 1


def test_a_key_is_rotated_and_both_work(running: Running, command: Command) -> None:
    made: Any = command("key", "create", "front-end", "--name", "rotated", "--json").json
    after = command("key", "rotate", made["id"], "--overlap", "12h")
    assert re.fullmatch(r"gw_[A-Za-z0-9_-]{43}\n", after.out)
    assert re.fullmatch(r"the new key ends: never \(it has no end\); the old one works until [0-9: -]{19}\n", after.err)
    assert f"rotated (acts as {made['id']})" in command("key", "list").out
    assert asyncio.run(_may_ask(running, made["key"]))
    assert asyncio.run(_may_ask(running, after.out.strip()))
    listed: Any = command("key", "list", "--json").json
    both = [k for k in listed if k["name"] == "rotated"]
    assert {k["caller_id"] for k in both} == {made["id"]}
    assert [k["expires_at"] is None for k in both] == [True, False]
    assert command("key", "rotate", made["id"], "--overlap", "soon").code == 2
    again = command("key", "rotate", made["id"].upper(), "--overlap", "0h", "--expires", "2099-01-01")
    assert again.err.startswith("the new key ends: 2099-01-01 00:00:00; ")
    assert not asyncio.run(_may_ask(running, made["key"]))


def test_it_is_rotated_while_the_gateway_runs(running: Running, command: Command) -> None:
    done = command("secrets", "rotate-hmac-key")
    assert done.code == 0, done.err
    found = re.search(r"(/\S+/hmac-[0-9a-f]{16}\.key)", done.out)
    assert found is not None
    assert Path(found[1]).stat().st_mode & 0o777 == 0o600
    assert "keep the old file" in done.out


def test_it_is_rotated_on_the_data_of_a_stopped_gateway(stopped: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    first: Any = command("secrets", "rotate-hmac-key", "--json").json
    second: Any = command("secrets", "rotate-hmac-key", "--json").json
    assert (first["rotated"], second["rotated"]) == (True, True)
    assert first["file"] != second["file"]
    monkeypatch.setenv("GATEWAY_LANGUAGE", "zh")
    assert "新密钥已启用" in command("secrets", "rotate-hmac-key").out


def test_a_key_is_made_in_a_group_and_joins_another(running: Running, command: Command) -> None:
    made: Any = command("key", "create", "front-end", "--name", "window 3", "--group", "hall", "--json").json
    assert made["group"] == "hall"
    joined = command("key", "join", made["id"], "--group", "east-hall")
    assert (joined.code, joined.out) == (0, "")
    assert "east-hall" in command("key", "list").out
    moved: Any = command("key", "join", made["id"], "--group", "hall", "--json").json
    assert (moved["id"], moved["group"]) == (made["id"], "hall")
    assert command("key", "join", made["id"], "--group", "Hall").code == 1
    assert command("key", "create", "operator", "--group", "hall").code == 1

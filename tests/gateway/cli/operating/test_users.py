"""Accounts: a password told once, listed without, sessions ended at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.gateway.cli.conftest import Command, Running


def test_an_account_is_made_and_its_password_printed_alone(running: Running, command: Command) -> None:
    made = command("user", "add", "li.wei", "clerk", "--group", "hall", "--name", "李伟")
    assert made.code == 0
    password = made.out.strip()
    assert len(password) == 24
    assert made.err == ""
    (mine,) = [one for one in _listed(command) if one["login"] == "li.wei"]
    assert (mine["name"], mine["role"], mine["group"], mine["one_time_code"]) == ("李伟", "clerk", "hall", False)
    assert password not in command("user", "list").out
    assert "李伟" in command("user", "list").out
    assert command("user", "add", "li.wei", "supervisor").code == 1
    other = command("user", "password", "li.wei").out.strip()
    assert len(other) == 24
    assert other != password
    assert command("user", "code", "li.wei").code == 1


def test_an_auditor_has_the_secret_of_its_codes_printed_too_and_keeps_having_one(running: Running, command: Command) -> None:
    _, secret, address = command("user", "add", "wang", "auditor").out.splitlines()
    assert f"secret={secret}&" in address
    assert command("user", "code", "wang", "--remove").code == 1
    assert secret not in command("user", "code", "wang", "--new").out
    assert command("user", "role", "wang", "supervisor").out == ""
    assert command("user", "code", "wang", "--remove").code == 0
    assert command("user", "role", "wang", "king").code == 1


def test_the_code_of_this_moment_is_told_in_a_sandbox(running: Running, command: Command) -> None:
    told = command("user", "code", "auditor")
    assert (told.code, len(told.out)) == (0, 7)
    assert len(str(command("user", "code", "operator", "--json").json["code"])) == 6  # type: ignore[index]  # JSON of one object


def test_codes_are_not_told_elsewhere(stopped: Path, command: Command) -> None:
    command("user", "add", "op", "operator")
    refused = command("user", "code", "op")
    assert (refused.code, refused.out) == (1, "")
    assert "--sandbox" in refused.err


def test_one_is_disabled_and_enabled(running: Running, command: Command) -> None:
    command("user", "add", "zhao", "officer:tax")
    assert command("user", "disable", "zhao").code == 0
    assert [one["disabled_at"] is None for one in _listed(command) if one["login"] == "zhao"] == [False]
    assert command("user", "enable", "zhao").code == 0
    assert [one["disabled_at"] is None for one in _listed(command) if one["login"] == "zhao"] == [True]
    assert command("user", "sessions", "zhao").code == 0
    assert command("user", "sessions", "zhao", "--json").json == []
    assert command("user", "end", "0190a000-0000-7000-8000-000000000009").code == 1
    nobody = command("user", "disable", "nobody")
    assert nobody.code == 1
    assert "gateway user list" in nobody.err


def _listed(command: Command) -> Any:
    return command("user", "list", "--json").json

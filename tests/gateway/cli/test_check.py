"""Everything that is wrong with a configuration, all at once, with file and line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.starter import starter_folder
from gateway.sdk import version
from gateway.sdk.version import Deprecation
from tests.gateway.cli.conftest import Command


@pytest.fixture
def config(stopped: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = stopped / "config"
    shutil.copytree(starter_folder(), folder)
    monkeypatch.setenv("GATEWAY_CONFIG", str(folder))
    monkeypatch.delenv("GATEWAY_PORT")  # it would win over what the file says
    return folder


def test_what_is_fine_is_0(config: Path, process: Command) -> None:
    checked = process("check", "--json")
    assert checked.code == 0, checked.out + checked.err
    found: Any = checked.json
    assert found["problems"] == []
    assert len(found["departments"]) == 5
    assert "newlywed" in found["services"]


def test_a_plugin_for_a_deprecated_sdk_is_a_warning_and_no_problem(config: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    going = Deprecation(since="1.0", day=date(2026, 1, 5), until="2.0", instead="declare 1.1")
    monkeypatch.setattr(version, "DEPRECATED", {"1.0": going})
    checked = command("check")
    assert checked.code == 0
    assert sum(line.startswith("warning: plugins: ") and "declare 1.1" in line for line in checked.out.splitlines()) == 5
    found: Any = command("check", "--json").json
    assert (found["ok"], {one["path"] for one in found["warnings"]}) == (True, set(found["departments"]))


def test_problems_of_every_part_are_named_in_one_run(config: Path, process: Command) -> None:
    tax = config / "departments" / "tax.yaml"
    tax.write_text(tax.read_text(encoding="utf-8") + "limits: {concurrency: 1}\n", encoding="utf-8")  # twice
    passport = config / "services" / "passport.yaml"
    passport.write_text(passport.read_text(encoding="utf-8").replace("department: exit_entry", "department: harbour"), encoding="utf-8")
    next((config / "calendar").glob("*.yaml")).write_text("days: yes\n")
    checked = process("check")
    assert checked.code == 1
    for file in ("tax.yaml:", "passport.yaml:", "calendar/"):
        assert file in checked.out
    assert "harbour" in checked.out
    assert "Traceback" not in checked.out + checked.err


def _no_folder(config: Path) -> None:
    shutil.rmtree(config)


def _no_settings(config: Path) -> None:
    (config / "gateway.yaml").write_text("port: many\n")


def _no_yaml(config: Path) -> None:
    (config / "gateway.yaml").write_text("port: [1\n")


def _unknown_setting(config: Path) -> None:
    (config / "gateway.yaml").write_text("colour: blue\n")


@pytest.mark.parametrize("spoil", [_no_folder, _no_settings, _no_yaml, _unknown_setting])
def test_spoilt_settings_are_1(config: Path, process: Command, spoil: Callable[[Path], None]) -> None:
    spoil(config)
    checked = process("check")
    assert checked.code == 1
    assert "Traceback" not in checked.out + checked.err
    assert checked.out.strip()

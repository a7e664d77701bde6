"""Everything that is wrong with a configuration, all at once, with file and line."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.running.starter import starter_folder
from gateway.sdk import version
from gateway.sdk.version import Deprecation
from tests.gateway.cli.conftest import SAMPLES, Command, Running
from tests.gateway.sdk.quality.package import Package, packages


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
    going = Deprecation(since="1.0", day=date(2026, 1, 5), until="2.0", instead="declare 1.3")
    monkeypatch.setattr(version, "DEPRECATED", dict.fromkeys(("1.0", "1.1", "1.2"), going))
    checked = command("check")
    assert checked.code == 0
    assert sum(line.startswith("warning: plugins: ") and "declare 1.3" in line for line in checked.out.splitlines()) == 5
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


def test_what_is_fine_is_counted_beside_what_is_not(config: Path, command: Command) -> None:
    """One service of six and one department of five are wrong: the others are fine, and both are named."""
    passport = config / "services" / "passport.yaml"
    passport.write_text(passport.read_text(encoding="utf-8").replace("department: exit_entry", "department: harbour"), encoding="utf-8")
    (config / "services" / "retirement.sample.json").write_text("{", encoding="utf-8")
    (config / "departments" / "tax.yaml").write_text("endpoint: 1\n", encoding="utf-8")
    checked = command("check")
    assert "4 services and 4 departments are fine, 3 not (passport, retirement, tax)" in checked.out
    found: Any = command("check", "--json").json
    assert (found["wrong_services"], found["wrong_departments"]) == (["passport", "retirement"], ["tax"])
    assert (len(found["services"]), len(found["departments"])) == (4, 4)
    assert {Path(one["file"]).name for one in found["problems"]} == {"passport.yaml", "retirement.sample.json", "tax.yaml"}


def _no_folder(config: Path) -> None:
    shutil.rmtree(config)


def _no_settings(config: Path) -> None:
    (config / "gateway.yaml").write_text("port: many\n")


def _no_yaml(config: Path) -> None:
    (config / "gateway.yaml").write_text("port: [1\n")


def _unknown_setting(config: Path) -> None:
    (config / "gateway.yaml").write_text("colour: blue\n")


@pytest.mark.parametrize("spoil", [_no_folder, _no_settings, _no_yaml, _unknown_setting])
def test_spoilt_settings_are_1(config: Path, command: Command, spoil: Callable[[Path], None]) -> None:
    spoil(config)
    checked = command("check")
    assert checked.code == 1
    assert "Traceback" not in checked.out + checked.err
    assert checked.out.strip()


#: A distribution of somebody else's, installed beside the gateway.
PLUGIN = """
from gateway.sdk import hookimpl
from quality_fire.adapter import Fire

@hookimpl
def gateway_departments():
    return [Fire]

@hookimpl
def gateway_sandboxes():
    from gateway.sdk.sandbox import Sandbox
    return [type("FireSandbox", (Sandbox,), {"adapter": "fire"})]
"""
ENTRY = "[gateway.departments]\nfire = quality_fire.plugin\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    about = tmp_path / "quality_fire-2.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: quality_fire\nVersion: 2\n\nHow to inspect; the token.\n")
    (about / "entry_points.txt").write_text(ENTRY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    for package in packages(tmp_path):
        package.write("plugin.py", PLUGIN)
        (package.folder / "README.md").unlink()  # its distribution's description says it
        package.write_record()
        yield package


def test_what_an_adapter_claims_is_verified(config: Path, package: Package, process: Command) -> None:
    checked = process("check", "--json")
    found: Any = checked.json
    assert (checked.code, found["problems"]) == (0, [])
    assert found["adapters"] == {
        "fire": "silver",
        **dict.fromkeys(("exit_entry", "marriage", "real_estate", "social_security", "tax"), "silver"),
    }

    package.change("adapter.py", "Inspect", "Inspection")  # so its tests have to run again
    package.change("plugin.py", '"fire"', '"water"')
    refused = process("check")
    assert refused.code == 1
    for told in ("claims silver, but reaches none", "conformance.json is out of date", "no sandbox for the adapter fire"):
        assert f"{package.folder}/quality.yaml:" in refused.out
        assert told in refused.out
    assert "fire unrated" in refused.out
    assert "tax silver" in refused.out


def test_a_screen_that_names_what_is_no_service_is_a_problem(config: Path, command: Command) -> None:
    file = config / "gateway.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("hall: {}", "hall: {services: [passport, passprot]}"), encoding="utf-8")
    checked = command("check", "--json")
    found: Any = checked.json
    assert checked.code == 1
    assert [(Path(p["file"]).name, p["path"], p["line"] > 0) for p in found["problems"]] == [
        ("gateway.yaml", "centre.boards.hall.services.1", True)
    ]


def test_what_goes_unencrypted_is_a_warning_and_no_problem(config: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    tax = config / "departments" / "tax.yaml"
    tax.write_text(tax.read_text(encoding="utf-8").replace("endpoint: sandbox", "endpoint: http://10.1.2.3/api"), encoding="utf-8")
    monkeypatch.setenv("GATEWAY_TAX_TOKEN", "t")
    checked = command("check", "--json")
    assert checked.code == 0, checked.out
    found: Any = checked.json
    assert [(Path(w["file"]).name, w["path"]) for w in found["warnings"]] == [("tax.yaml", "endpoint")]
    assert "https://" in command("check").out


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

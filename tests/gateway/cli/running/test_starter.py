"""A configuration folder to start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.cli.running.starter import starter_folder
from tests.gateway.cli.conftest import Command


def test_a_new_folder_is_a_whole_configuration(tmp_path: Path, command: Command, process: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "a" / "config"
    made = command("init", config)
    assert made.code == 0
    assert str(config) in made.out
    names = {path.relative_to(starter_folder()) for path in starter_folder().rglob("*")}
    assert {path.relative_to(config) for path in config.rglob("*")} == names
    monkeypatch.setenv("GATEWAY_CONFIG", str(config))
    monkeypatch.setenv("GATEWAY_DATA", str(tmp_path / "var"))
    checked = process("check")
    assert checked.code == 0, checked.out


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_is_there_is_not_touched(tmp_path: Path, command: Command, what: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mine").write_text("mine")
    (tmp_path / "file").write_text("mine")
    refused = command("init", tmp_path / what)
    assert refused.code == 1
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder", "mine"]


def test_a_folder_that_cannot_be_made_is_3(tmp_path: Path, command: Command) -> None:
    (tmp_path / "file").write_text("in the way")
    assert command("init", tmp_path / "file" / "config").code == 3

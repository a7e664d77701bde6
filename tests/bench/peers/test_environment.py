"""What cannot be installed is skipped with its reason."""

from __future__ import annotations

import re
import stat
import sys
from pathlib import Path

import pytest

from bench.peers import environment
from bench.peers.environment import SkippedError, libraries, reason, restate_server, versions


def test_the_last_word_is_the_reason() -> None:
    assert reason("Traceback\n  …\nModuleNotFoundError: No module named 'dbos'\n\n") == "ModuleNotFoundError: No module named 'dbos'"
    assert reason("\n") == "it said nothing"


def test_libraries_that_cannot_be_installed_are_a_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "VENV", tmp_path / "venv")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(SkippedError, match=r"could not be installed: .*no-python"):
        libraries()


def test_without_npm_there_is_no_restate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "NPM", tmp_path / "npm")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SkippedError, match="there is no npm"):
        restate_server()


def test_a_package_without_a_program_for_this_platform_is_a_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\nexit 0\n")
    npm.chmod(npm.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(environment, "NPM", tmp_path / "installed")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(SkippedError, match="not made for this platform"):
        restate_server()


def test_an_npm_that_fails_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n")
    npm.chmod(npm.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(environment, "NPM", tmp_path / "installed")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(SkippedError, match="could not be installed: npm error code ENOTFOUND"):
        restate_server()


def test_every_engine_has_a_pinned_version() -> None:
    assert set(versions()) == {"DBOS", "PgQueuer", "Procrastinate", "Restate"}
    assert all(re.match(r"\d+\.\d+", version) for version in versions().values())

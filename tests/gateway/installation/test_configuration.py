"""The configuration read whole: whatever is wrong with one part, the others are looked at all the same."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from gateway.assembly.app import install
from gateway.installation.configuration import Configuration, read_configuration
from gateway.installation.secrets import Secrets
from gateway.installation.settings import load_settings
from gateway.texts.yaml_lines import ConfigError
from tests.faults.installation import ROOT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)
    shutil.copytree(ROOT / "config", tmp_path / "config")
    return tmp_path / "config"


def _read(folder: Path) -> Configuration:
    settings = load_settings(config=folder, data=folder.parent / "var")
    return read_configuration(settings, Secrets(settings.secrets_folder))


def test_what_is_right_is_all_there(folder: Path) -> None:
    found = _read(folder)
    assert found.problems == []
    assert found.departments is not None
    assert found.catalogue is not None
    assert found.calendar is not None
    assert (len(found.departments), len(found.catalogue.services), found.calendar.years) == (5, 6, (2026,))


def test_a_wrong_department_hides_no_wrong_service(folder: Path) -> None:
    for file, old, new in (
        ("departments/exit_entry.yaml", "title:", "titel:"),
        ("services/passport.yaml", "operation: apply_passport", "operation: apply_pasport"),
    ):
        path = folder / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    (folder / "calendar" / "2026.yaml").write_text("year: many\n")
    found = _read(folder)
    assert {Path(problem.file).name for problem in found.problems} == {"exit_entry.yaml", "passport.yaml", "2026.yaml"}
    assert (found.departments, found.catalogue, found.calendar) == (None, None, None)
    with pytest.raises(ConfigError) as refused:
        install(load_settings(config=folder, data=folder.parent / "var"))
    assert list(refused.value.problems) == found.problems


def test_of_a_department_with_another_adapter_nothing_is_guessed(folder: Path) -> None:
    path = folder / "departments" / "exit_entry.yaml"
    path.write_text("adapter: other\n" + path.read_text(encoding="utf-8").replace("title:", "titel:"), encoding="utf-8")
    assert {Path(problem.file).name for problem in _read(folder).problems} == {"exit_entry.yaml"}


def test_what_others_could_read_is_a_warning_and_no_problem(folder: Path) -> None:
    tax = folder / "departments" / "tax.yaml"
    text = tax.read_text(encoding="utf-8")
    tax.write_text(text.replace("endpoint: sandbox", "endpoint: http://tax.example.gov.cn"), encoding="utf-8")
    secret = folder.parent / "var.secrets" / "departments" / "tax" / "token"
    secret.parent.mkdir(parents=True, mode=0o700)
    secret.touch(mode=0o600)
    secret.write_text("t")
    (folder.parent / "var").mkdir()
    (folder.parent / "var").chmod(0o755)
    (folder.parent / "var.secrets").chmod(0o700)
    (folder / "gateway.yaml").write_text("public_url: http://gateway.example.gov.cn\n")
    found = _read(folder)
    assert found.problems == []
    line = text.splitlines().index("endpoint: sandbox") + 1
    said = [(Path(warning.file).name, warning.line, warning.path) for warning in found.warnings]
    assert sorted(said) == [("settings", 0, "public_url"), ("tax.yaml", line, "endpoint"), ("var", 0, "")]
    assert f"chmod 700 {folder.parent / 'var'}" in str(found.warnings[0])

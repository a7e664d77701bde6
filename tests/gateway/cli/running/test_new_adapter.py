"""``gateway new-adapter``: what it asks, writes, says and refuses."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from tests.gateway.cli.conftest import Command
from tests.patience import end_of

ROOT = Path(__file__).parents[4]
WSDL = ROOT / "plugins/social_security/contract/social_security.wsdl"
OPENAPI = ROOT / "plugins/tax/contract/openapi.yaml"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_LANGUAGE", "en")


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_says_what_it_wrote_and_what_comes_next(command: Command, tmp_path: Path) -> None:
    made = command("new-adapter", "bureau", "--wsdl", WSDL, "--into", tmp_path / "bureau")
    assert made.code == 0
    assert f"wrote {tmp_path / 'bureau'}" in made.out
    assert "adapter.py:" in made.out
    assert "pip install -e '.[testing]' && pytest" in made.out


def test_without_a_terminal_it_takes_all(command: Command, tmp_path: Path) -> None:
    made = command("new-adapter", "tax2", "--openapi", OPENAPI, "--into", tmp_path / "x", "--json")
    said = orjson.loads(made.out)
    assert {"src/tax2_adapter/samples/assess_transfer/request.json", "src/tax2_adapter/samples/status/request.json"} <= set(said["files"])
    assert said["folder"] == str(tmp_path / "x")


def test_only_what_is_named_is_written(command: Command, tmp_path: Path) -> None:
    command("new-adapter", "bureau", "--wsdl", WSDL, "--operation", "retire", "--into", tmp_path / "x")
    assert [path.name for path in (tmp_path / "x/src/bureau_adapter/samples").iterdir()] == ["retire"]


def test_in_a_terminal_it_lists_the_operations_and_asks(tmp_path: Path) -> None:
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "gateway.cli", "new-adapter", "bureau", "--wsdl", str(WSDL), "--into", str(tmp_path / "x")]
    process = subprocess.Popen(
        command, stdin=child, stdout=child, stderr=child, env={**os.environ, "GATEWAY_LANGUAGE": "en", "TERM": "dumb"}, close_fds=True
    )
    os.close(child)
    heard = b""
    while b"Enter: all" not in heard:
        heard += os.read(parent, 1024)
    assert b"1  updateFamily" in heard
    os.write(parent, b"7, nothing\n")
    while heard.count(b"Enter: all") < 2:
        heard += os.read(parent, 1024)
    assert b"there is no 7, nothing" in heard
    os.write(parent, b"2, enrollEmployees\n")
    while True:
        try:
            heard += os.read(parent, 1024)
        except OSError:  # the other end is closed
            break
    assert end_of(process) == 0
    os.close(parent)
    assert sorted(path.name for path in (tmp_path / "x/src/bureau_adapter/samples").iterdir()) == ["enroll_employees", "retire"]


def test_without_a_contract_it_begins_with_a_small_one(command: Command, tmp_path: Path) -> None:
    assert command("new-adapter", "fire", "--rest", "--into", tmp_path / "fire").code == 0
    assert "fileApplication" in (tmp_path / "fire/src/fire_adapter/contract/openapi.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("Fire", "--rest"), 2, "cannot be the name"),
        (("fire",), 2, "give one of"),
        (("fire", "--rest", "--wsdl", WSDL), 2, "give one of"),
        (("fire", "--wsdl", Path("/nowhere.wsdl")), 1, "nowhere.wsdl: it cannot be read"),
        (("fire", "--wsdl", OPENAPI), 1, "openapi.yaml:1: it is not well-formed XML"),
        (("fire", "--openapi", WSDL), 1, "social_security.wsdl"),
        (("fire", "--wsdl", WSDL, "--operation", "nothing"), 1, "it has no operation nothing; there are: "),
    ],
)
def test_what_it_refuses(command: Command, empty: Path, arguments: tuple[str | Path, ...], code: int, said: str) -> None:
    refused = command("new-adapter", *arguments)
    assert (refused.code, list(empty.iterdir())) == (code, [])
    assert said in refused.err
    assert "Traceback" not in refused.err


def test_what_is_there_is_not_touched(command: Command, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    assert command("new-adapter", "fire", "--rest", "--into", tmp_path).code == 1
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]

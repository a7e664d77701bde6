"""The command as a whole: what it lists, how fast it starts, which codes it ends with."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from gateway.cli import _COMMANDS, _told, app, load, texts
from gateway.cli.terminal.exits import Answered, Exit, Failed, Unreachable
from gateway.journal.store.database import DatabaseRefused
from gateway.model.errors import GatewayError
from gateway.texts.yaml_lines import ConfigError, ConfigProblem
from tests.gateway.cli.conftest import Command

DOCS = Path(__file__).parents[3] / "docs" / "cli.md"
HEAVY = {"sqlalchemy", "aiohttp", "pydantic", "yaml", "cryptography", "alembic", "structlog", "zeep"}


def _commands() -> list[tuple[str, Any]]:
    """Every command with its whole name."""
    found = []
    for name in texts.COMMANDS:
        command = load(name)
        if isinstance(command, typer.core.TyperGroup):
            found += [(f"{name} {inner}", one) for inner, one in command.commands.items()]
        else:
            found.append((name, command))
    return found


def test_help_loads_nothing_heavy() -> None:
    """What makes `gateway --help` fast."""
    script = "import sys; from gateway.cli import main\ntry: main(['--help'])\nexcept SystemExit: print(','.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.splitlines()[-1].split(","))


def test_the_list_shows_of_each_command_what_its_own_help_says() -> None:
    listed = get_command(app)
    assert isinstance(listed, typer.core.TyperGroup)
    assert list(listed.commands) == list(texts.COMMANDS)
    assert texts.COMMANDS.keys() == _COMMANDS.keys()
    assert {name: one.help for name, one in listed.commands.items()} == {name: load(name).help for name in texts.COMMANDS}


def test_a_command_is_loaded_alone() -> None:
    script = "import sys; from gateway.cli import main\ntry: main(['init', '--help'])\nexcept SystemExit: print(','.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {
        name for name in done.stdout.splitlines()[-1].split(",") if re.match(r"gateway\.cli\.(cases|department|operating|running)\.", name)
    }
    assert loaded == {"gateway.cli.running.starter", "gateway.cli.running.texts"}


@pytest.mark.parametrize(("name", "made"), _commands())
def test_every_command_and_option_is_documented(name: str, made: Any, command: Command) -> None:
    text = DOCS.read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("|") and re.search(rf"`gateway {name}[ `]", line)]
    for parameter in made.params:
        if parameter.opts[0].startswith("--") and not getattr(parameter, "hidden", False) and parameter.name != "help":
            assert all(option in line for option in parameter.opts), parameter.opts
    asked = command(*name.split(), "--help")
    assert asked.code == 0
    assert re.search(r"[\u4e00-\u9fff]", asked.out)  # in both languages


def test_every_exit_code_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert all(f"| {code.value} |" in text for code in Exit)


@pytest.mark.parametrize(
    "arguments", [["nothing-like-it"], ["show"], ["retry"], ["deliveries", "--limit", "0"], ["audit", "x"], ["resolve", "x"]]
)
def test_a_wrong_command_line_is_2(command: Command, arguments: list[str]) -> None:
    assert command(*arguments).code == Exit.USAGE


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (Failed(Exit.OPEN, "not yet"), 4, ["not yet"]),
        (Unreachable("/x/gateway.sock", "refused"), 3, ["/x/gateway.sock", "refused"]),
        (DatabaseRefused("locked", "/x/gateway.db", "process 7 owns it"), 3, ["/x/gateway.db", "process 7"]),
        (
            ConfigError([ConfigProblem("a.yaml", 3, "port", "is wrong"), ConfigProblem("b.yaml", 0, "", "is missing")]),
            3,
            ["a.yaml:3", "b.yaml"],
        ),
        (
            Answered(422, {"title": "Not valid", "detail": "Look.", "errors": [{"pointer": "/data/name", "detail": "is needed"}]}),
            1,
            ["422", "Not valid", "Look.", "/data/name", "is needed"],
        ),
    ],
)
def test_errors_become_words_and_codes(error: GatewayError, code: int, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_LANGUAGE", "en")
    told, lines = _told(error)
    assert told == code
    assert all(word in "\n".join(lines) for word in said)

"""The documents: every command works, every path, variable, setting and link is there."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel
from typer.core import TyperGroup

from gateway.api.http.parts import ApiLimits
from gateway.cli import load
from gateway.cli.texts import COMMANDS
from gateway.installation.host import load_plugins
from gateway.installation.settings import Settings
from gateway.model import code_names
from gateway.model.department import DepartmentConfig
from gateway.model.service import Step
from gateway.sdk.department import Ask, Never, Safe
from gateway.telemetry.events import EVENTS
from gateway.telemetry.measures import MEASURES
from tests.patience import end_of, run
from tests.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
#: The departments of the guide and the tutorials.
EXAMPLES = ("fire", "archive")
PAGES = [*READMES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "gateway").rglob("*.py"))


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text(page), re.MULTILINE | re.DOTALL)


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[dict[str, str], int, int]]:
    """``gateway serve --sandbox`` on free ports, stopped afterwards; gives the environment, its port and the sandboxes' first."""
    port = sandboxes = free_ports(6)  # the sandboxes listen from the next one on
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("GATEWAY_")},
        "GATEWAY_DATA": str(tmp_path / "var"),
        "GATEWAY_PORT": str(port),
        "GATEWAY_SANDBOX_PORT": str(sandboxes),
        "LC_ALL": "C.UTF-8",
    }
    command = [sys.executable, "-m", "gateway.cli", "serve", "--sandbox", "--with-parent"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        for line in process.stdout:
            if line.startswith("auditor key "):
                break
        else:
            pytest.fail("it did not start")
        yield environment, port, sandboxes
        process.stdin.close()
        process.stdout.read()
        assert end_of(process) == 0


@pytest.mark.timeout(180)  # a dozen commands, each a process that starts
@pytest.mark.parametrize(
    "page",
    [READMES[0], pytest.param(READMES[1], marks=pytest.mark.slow("a dozen processes for the commands that README.md has, too"))],
    ids=name,
)
def test_the_walk_through_works_word_for_word(page: Path, serving: tuple[dict[str, str], int, int]) -> None:
    environment, port, sandboxes = serving
    script = "set -euo pipefail\n" + "\n".join(blocks(page, "sh"))
    assert "8080" in script
    assert "9101" in script
    script = script.replace("8080", str(port)).replace("9101", str(sandboxes + 1)).replace(".venv/bin/", f"{Path(sys.executable).parent}/")
    script = script.replace("curl ", "curl --fail-with-body --noproxy '*' ")
    done = run(["bash", "-c", script], seconds=170, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"state": "approved"' in done.stdout, "the application that is waited for ends"
    assert done.stdout.count("event: outcome_recorded") >= 5, "the stream tells of it"
    assert '"address":' in done.stdout, "the query is answered"
    assert "verified" in done.stdout
    assert "exit_entry" in done.stdout.partition("in doubt")[0], "one stands in doubt"


def test_both_readmes_show_the_same_commands() -> None:
    english, chinese = (["\n".join(blocks(page, "sh"))] for page in READMES)
    plain = [re.sub(r'--reason "[^"]*"| -H "Accept-Language: zh-CN"', "", both[0]) for both in (english, chinese)]
    assert plain[0] == plain[1]
    assert len({text(page).count("\n## ") for page in READMES}) == 1


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text(page)):
        if not re.match(r"https?://", target):
            assert (page.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_path_is_there(page: Path) -> None:
    for path in re.findall(r"`((?:gateway|plugins|config|tests|docs|bench)/[\w./-]+)`", text(page)):
        assert (ROOT / path).exists() or any(example in path for example in EXAMPLES), path


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_variable_is_read(page: Path) -> None:
    settings = {f"GATEWAY_{field.upper()}" for field in Settings.model_fields} | {"GATEWAY_LANGUAGE"}
    secrets = {f"GATEWAY_{n.upper()}_{s.upper()}" for n, adapter in load_plugins().adapters.items() for s in adapter.secret_names}
    for variable in re.findall(r"GATEWAY_[A-Z_]+\b(?!<)", text(page)):
        if any(variable.startswith(f"GATEWAY_{example.upper()}_") for example in EXAMPLES):
            continue
        assert variable.rstrip("_") in settings | secrets | {"GATEWAY"}, variable


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text(ROOT / "Makefile"), re.MULTILINE))
    for target in re.findall(r"(?:`|^)make ([a-z]+)", text(page), re.MULTILINE):
        assert target in targets, target


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_and_option_is_there(page: Path) -> None:
    for line in re.findall(r"(?:`|\.venv/bin/)gateway ((?:[a-z-]+)(?: [^`\n|]*)?)", text(page)):
        words = line.split()
        assert words[0] in COMMANDS, line
        command = load(words.pop(0))
        if words and isinstance(command, TyperGroup):
            command = command.commands.get(words[0], command)
        options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert set(re.findall(r"(?<![\w-])--[a-z-]+", " ".join(words))) <= options, line


def test_every_setting_is_described() -> None:
    page = text(ROOT / "docs" / "settings.md")
    for field, about in Settings.model_fields.items():
        assert f"| `{field}` | `GATEWAY_{field.upper()}` |" in page, field
        if isinstance(about.default, int | float):
            assert f"| `GATEWAY_{field.upper()}` | `{about.default}` |" in page, field
    assert ApiLimits().body_bytes == Settings.model_fields["body_bytes"].default
    for setting, default in _leaves(DepartmentConfig):
        line = next((line for line in page.splitlines() if line.startswith("|") and f"`{setting}`" in line), None)
        assert line is not None, setting
        if isinstance(default, int | float) and not isinstance(default, bool):
            assert f"`{default}`" in line, setting
    for field in Step.model_fields:
        assert f"`{field}`" in page, field


def _leaves(model: type[BaseModel], at: str = "") -> Iterator[tuple[str, object]]:
    for field, about in model.model_fields.items():
        if isinstance(about.default, BaseModel) and isinstance(about.annotation, type):
            yield from _leaves(type(about.default), f"{at}{field}.")
        else:
            yield f"{at}{field}", about.default


def test_every_secret_is_described() -> None:
    page = text(ROOT / "docs" / "settings.md")
    for department, adapter in load_plugins().adapters.items():
        names = ", ".join(f"`{secret}`" for secret in adapter.secret_names)
        assert f"| `{department}` | {names} |" in page


@pytest.mark.parametrize("page", READMES, ids=name)
def test_the_table_of_departments_says_what_the_adapters_declare(page: Path) -> None:
    rows = dict(re.findall(r"^\| \[`(\w+)`\]\([^)]*\)[^|]*\|(.*)$", text(page), re.MULTILINE))
    adapters = load_plugins().adapters
    assert rows.keys() == adapters.keys()
    for department, adapter in adapters.items():
        acting = {type(operation.resend): operation.resend for operation in adapter.operations if not operation.read_only}
        (resend,) = acting.values()
        match resend:
            case Safe(remembered=remembered):
                words = ("`safe`", str(remembered.days))
            case Ask():
                words = ("`ask`", "")
            case Never():
                words = ("`never`", "")
        assert all(word in rows[department] for word in words), department
        assert bool(re.search("polled|轮询", rows[department])) == adapter.can_poll
        assert bool(re.search("callback|回调", rows[department])) == adapter.calls_back


@pytest.mark.parametrize("page", [ROOT / "docs" / "operations.md", *READMES], ids=name)
def test_every_metric_and_event_is_there(page: Path) -> None:
    for metric in re.findall(r"`(gateway_[a-z_]+)", text(page)):
        assert metric in EVENTS or metric in MEASURES, metric
    for event in re.findall(r"`((?:department|plugin|calendar|audit)_[a-z_]+)`", text(page)):
        assert event in EVENTS or event in code_names.EVENTS, event


def test_the_adapter_guide_shows_code_that_python_reads() -> None:
    page = ROOT / "docs" / "adapters" / "README.md"
    code = "\n".join(blocks(page, "python"))
    ast.parse(code)
    imported = next(node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom) and node.module == "gateway.sdk")
    import gateway.sdk

    assert {alias.name for alias in imported.names} <= set(gateway.sdk.__all__)
    for word in ("Unavailable", "Busy", "AuthFailed", "Invalid", "InDoubt", "Found", "Absent", "Unknown", "Withdrawn", "Kept"):
        assert f"`{word}" in text(page)
        assert word in gateway.sdk.__all__


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_names_no_machine_and_no_registry(page: Path) -> None:
    assert not re.search(r"/(?:home|root|work|tmp|Users)/|pypi\.|pythonhosted|npmjs", text(page))

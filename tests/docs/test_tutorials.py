"""The tutorials, followed word for word, end where they say."""

from __future__ import annotations

import os
import re
import site
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.patience import run
from tests.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
TUTORIALS = ["rest", "soap"]
_BLOCK = re.compile(r"^```(sh|diff|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_END = "end of block"


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a page: something to type, a change to make, or lines that the last command prints."""

    kind: str
    text: str


def blocks(name: str) -> list[Block]:
    page = (ROOT / "docs" / "adapters" / f"{name}.md").read_text("utf-8")
    return [Block(kind, text) for kind, text in _BLOCK.findall(page)]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the gateway and what its extra ``testing`` brings, and takes what is installed into it."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    venv.create(folder, with_pip=True, symlinks=True)
    (packages,) = (folder / "lib").glob("python*/site-packages")
    ours = next(path for path in site.getsitepackages() if path.endswith("site-packages"))
    (packages / "ours.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
    _run([folder / "bin/python", "-m", "pip", "install", "-q", "--no-deps", "-e", str(ROOT)], folder, _variables(folder))
    return folder


def _variables(environment: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "PYTEST_", "COV_", "COVERAGE_", "PIP_"))}
    port = free_ports(9)
    return {
        **kept,
        "PATH": f"{environment / 'bin'}:/usr/bin:/bin",
        "GATEWAY_LANGUAGE": "en",
        "GATEWAY_PORT": str(port),
        "GATEWAY_SANDBOX_PORT": str(port),  # the sandboxes listen from the next one on
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # which is how pip is told not to isolate: what builds is there
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def _run(command: list[str | Path], folder: Path, variables: dict[str, str]) -> str:
    done = run(command, seconds=170, cwd=folder, env=variables, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


def _script(parts: list[Block]) -> str:
    """All that is typed and changed, as one script that stops at the first command that fails."""
    lines = ["set -e", "trap 'kill %1 2> /dev/null || true' EXIT"]
    for number, block in enumerate(parts):
        if block.kind == "sh":
            lines += [block.text, f"echo '{_END} {number}'"]
        elif block.kind == "diff":
            lines.append(f"git apply --verbose - <<'PATCH'\n{block.text}PATCH\n")
    return "\n".join(lines)


@pytest.mark.slow("an environment of its own, where a project is written, filled in and tested; that each block is followed stays")
@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", TUTORIALS)
def test_a_tutorial_ends_where_it_says(name: str, environment: Path, tmp_path: Path) -> None:
    parts = blocks(name)
    folder = tmp_path / "empty"
    folder.mkdir()
    said = _run(["bash", "-c", _script(parts)], folder, _variables(environment))
    last = 0
    for number, block in enumerate(parts):
        if block.kind == "sh":
            last = number
        elif block.kind == "text":
            _, _, printed = said.partition(f"{_END} {max((n for n in range(last) if parts[n].kind == 'sh'), default=-1)}\n")
            printed = printed.partition(f"{_END} {last}\n")[0] if printed else said.partition(f"{_END} {last}\n")[0]
            for line in block.text.splitlines():
                assert line in printed, f"{name}: {line!r} is not in what this printed:\n{printed[-3000:]}"


@pytest.mark.parametrize("name", TUTORIALS)
def test_every_block_of_a_tutorial_is_followed(name: str) -> None:
    page = (ROOT / "docs" / "adapters" / f"{name}.md").read_text("utf-8")
    assert len(re.findall(r"^```\w", page, re.MULTILINE)) == len(blocks(name))
    assert {"sh", "diff", "text"} == {block.kind for block in blocks(name)}


@pytest.mark.slow("makes that environment; nothing of it stays")
def test_the_environment_of_a_tutorial_is_not_ours(environment: Path) -> None:
    said = _run(
        [environment / "bin/python", "-c", "import sys, gateway; print(sys.prefix, gateway.__file__)"], environment, _variables(environment)
    )
    assert sys.prefix not in said.split()[0]
    assert str(ROOT / "gateway") in said

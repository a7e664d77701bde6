"""Clients as the usual generators make them from the document, unedited: each files an application of every service and asks a question."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli.running.stage import RunningGateway
from gateway.cli.running.starter import starter_folder
from tests import patience
from tests.foreign import programs
from tests.ports import free_ports

HERE = Path(__file__).parent
TYPESCRIPT = HERE / "typescript"
SERVICES = sorted(path.stem for path in (starter_folder() / "services").glob("*.yaml"))

pytestmark = [
    pytest.mark.slow("generates and compiles clients, against a gateway of its own; test_openapi holds the shape of the document"),
    pytest.mark.timeout(240),  # getting the generators takes its time, once
]


@pytest.fixture(scope="module")
def stage() -> Iterator[RunningGateway]:
    """A gateway with its sandboxes."""
    folder = Path(tempfile.mkdtemp(prefix="gw-"))  # a unix socket's address has 107 bytes
    variables = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    variables |= {
        "GATEWAY_CONFIG": str(starter_folder()),
        "GATEWAY_DATA": str(folder / "data"),
        "GATEWAY_PORT": "0",
        "GATEWAY_SANDBOX_PORT": str(free_ports(5) - 1),
    }
    stage = RunningGateway(folder=folder, environment=variables)
    command = [sys.executable, "-m", "gateway.cli", "serve", "--sandbox", "--with-parent"]
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, env=variables, stdin=pipe, stdout=pipe, stderr=nothing, text=True) as process:
        assert process.stdout is not None
        while not stage.hear(process.stdout.readline().rstrip()):
            assert process.poll() is None
        yield stage
        patience.output(process)  # closes its stdin: it stops
    shutil.rmtree(folder)


@pytest.fixture(params=["en", "zh"])
def document(stage: RunningGateway, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The document as it is served, in each language."""
    with urllib.request.urlopen(f"{stage.address}/openapi.json?lang={request.param}") as answer:  # noqa: S310  # our own server
        (tmp_path / "openapi.json").write_bytes(answer.read())
    return tmp_path / "openapi.json"


@pytest.fixture(scope="module")
def python() -> Path:
    try:
        return programs.python(HERE / "requirements.txt")
    except programs.MissingError as error:
        programs.skip("openapi-python-client and datamodel-codegen", error)


def run(*command: str | Path, cwd: Path) -> str:
    done = patience.run(command, seconds=120, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def holds(lines: str) -> None:
    """A line a service, in order, then the answer to the question."""
    *filed, asked = lines.splitlines()
    assert [line.split()[0] for line in filed] == SERVICES
    assert re.fullmatch(r"holdings \d+", asked)


def test_openapi_typescript_under_strict_rules(stage: RunningGateway, document: Path) -> None:
    try:
        node = programs.node(TYPESCRIPT)
    except programs.MissingError as error:
        programs.skip("openapi-typescript", error)
    folder, modules = document.parent, Path(node.environment["NODE_PATH"])
    for name in ("package.json", "tsconfig.json", "file.ts"):
        shutil.copy(TYPESCRIPT / name, folder)
    (folder / "node_modules").symlink_to(modules)
    run(*node.command, modules / "openapi-typescript/bin/cli.js", document, "-o", "api.d.ts", cwd=folder)
    run(*node.command, modules / "typescript/bin/tsc", "--strict", "-p", ".", cwd=folder)
    script = 'import {file} from "./made/file.js"; console.log((await file(...process.argv.slice(1))).join("\\n"))'
    holds(run(*node.command, "--input-type=module", "-e", script, stage.address, stage.keys["front-end"], cwd=folder))


def test_the_typescript_is_neither_cast_nor_any() -> None:
    code = re.sub(r"//.*", "", (TYPESCRIPT / "file.ts").read_text(encoding="utf-8"))
    assert not re.search(r"\bany\b|\bas\b|@ts-|<unknown>|!\.", code)


def test_openapi_python_client(stage: RunningGateway, document: Path, python: Path) -> None:
    folder = document.parent
    generator = python.with_name("openapi-python-client")
    run(generator, "generate", "--path", document, "--output-path", folder / "made_client", "--meta", "none", cwd=folder)
    shutil.copy(HERE / "with_openapi_python_client.py", folder / "file.py")
    holds(run(python, "file.py", stage.address, stage.keys["front-end"], cwd=folder))


def test_datamodel_codegen(stage: RunningGateway, document: Path, python: Path) -> None:
    folder = document.parent
    options = ("--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel", "--output", folder / "made_models.py")
    run(python.with_name("datamodel-codegen"), "--input", document, *options, cwd=folder)
    shutil.copy(HERE / "with_datamodel_codegen.py", folder / "file.py")
    holds(run(python, "file.py", stage.address, stage.keys["front-end"], cwd=folder))

"""A run over random contracts: nothing may end in a traceback, and a project that claims to work must work."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

import yaml

from gateway.scaffold.contract.contract_files import UnreadableContractError
from gateway.scaffold.openapi import document as openapi_reader
from gateway.scaffold.project import Written, write
from gateway.scaffold.wsdl import document as wsdl_reader
from tests.contracts import openapi, wsdl
from tests.patience import run as run_process

ROOT: Final = Path(__file__).parents[2]
#: Projects that are checked in one process.
_BATCH: Final = 50


@dataclass(slots=True)
class Report:
    """The results of a run, with ``findings`` by the contract's number."""

    ends: Counter[str] = field(default_factory=Counter)
    findings: dict[int, list[str]] = field(default_factory=dict)

    def found(self, number: int, what: str) -> None:
        """Note a finding."""
        self.findings.setdefault(number, []).append(what)


def write_contract(folder: Path, number: int, seed: int) -> Path:
    """Write the contract of this number: every third is a WSDL, the others are OpenAPI in JSON and in YAML."""
    random = Random(f"{seed} {number}")  # the same seed gives the same contracts
    if number % 3 == 0:
        file = folder / f"{number}.wsdl"
        file.write_text(wsdl.contract(random), "utf-8")
        return file
    document = openapi.contract(random)
    file = folder / f"{number}.{'json' if number % 3 == 1 else 'yaml'}"
    as_json = json.dumps(document, indent=1)
    file.write_text(as_json if number % 3 == 1 else yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")
    return file


def run(folder: Path, *, count: int, seed: int, tested: int, typed: bool) -> Report:
    """Generate from ``count`` contracts and check the projects. ``tested`` of them also run their own tests."""
    report = Report()
    (folder / "contracts").mkdir()
    written = dict(_written(folder, report, count=count, seed=seed))
    numbers = list(written)
    for begin in range(0, len(numbers), _BATCH):
        _look_at(folder, numbers[begin : begin + _BATCH], written, report)
    green = [number for number in numbers if not _is_red(written[number])]
    for number in green[:: max(1, len(green) // tested)][:tested] if tested else ():
        _test(written[number].folder, number, report)
    if typed:
        _check_types([written[number].folder for number in numbers], report)
    return report


def _written(folder: Path, report: Report, *, count: int, seed: int) -> Iterator[tuple[int, Written]]:
    for number in range(1, count + 1):
        contract = write_contract(folder / "contracts", number, seed)
        into = folder / f"p{number}"
        try:
            reader = wsdl_reader if contract.suffix == ".wsdl" else openapi_reader
            made = write(reader.read(contract), name=into.name, into=into)
        except UnreadableContractError as error:
            report.ends["refused with its place"] += 1
            if len(str(error).splitlines()) != 1 or not error.file:
                report.found(number, f"refused without one line and a place: {error}")
            if into.exists() or [path for path in folder.iterdir() if path.name.startswith(".")]:
                report.found(number, "refused, and something is written")
        except Exception:  # noqa: BLE001  # whatever it is, it is a finding
            report.ends["traceback"] += 1
            report.found(number, traceback.format_exc(limit=-4))
        else:
            report.ends["written, to be filled in before its tests pass" if _is_red(made) else "written"] += 1
            for gap in made.gaps:
                if "\n" in f"{gap.where}: {gap.what}":
                    report.found(number, f"a warning of several lines: {gap}")
            yield number, made


def _is_red(made: Written) -> bool:
    return any(gap.red for gap in made.gaps)


def _environment(*folders: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *(str(folder / "src") for folder in folders)])}


def _look_at(folder: Path, numbers: Sequence[int], written: dict[int, Written], report: Report) -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.contracts.checked", *(f"p{number}" for number in numbers)]
    done = run_process(command, seconds=600, cwd=folder, env=_environment())
    seen = set()
    for line in done.stdout.splitlines():
        looked_at = json.loads(line)
        number = int(looked_at["project"].removeprefix("p"))
        seen.add(number)
        red = _is_red(written[number])
        if looked_at["wrong"] and (not red or any("Traceback" in one for one in looked_at["wrong"])):
            for one in looked_at["wrong"]:
                report.found(number, one)
        if red and not looked_at["wrong"]:
            report.ends["to be filled in, and green all the same"] += 1
    for number in set(numbers) - seen:
        report.found(number, f"it ended the process that looked at it: {done.stderr[-500:]}")


def _test(project: Path, number: int, report: Report) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-W", "error", "-p", "no:cacheprovider"]
    done = run_process(command, seconds=300, cwd=project, env=_environment(project))
    report.ends["own tests pass" if done.returncode == 0 else "own tests fail"] += 1
    if done.returncode:
        report.found(number, "\n".join(line for line in done.stdout.splitlines() if line.startswith(("E ", "FAILED", "ERROR")))[-800:])


def _check_types(projects: Sequence[Path], report: Report) -> None:
    """Check all projects with mypy as an author would, strict and without a plugin."""
    options = ["--strict", "--config-file=", "--follow-imports=silent", "--explicit-package-bases", "--no-error-summary"]
    done = run_process(
        [sys.executable, "-m", "mypy", *options, *(str(project / "src") for project in projects)],
        seconds=1200,
        cwd=projects[0].parent,
        env={**_environment(), "MYPYPATH": os.pathsep.join(str(project / "src") for project in projects)},
    )
    for line in done.stdout.splitlines():
        number = next((int(part[1:]) for part in Path(line.partition(":")[0]).parts if part[:1] == "p" and part[1:].isdigit()), 0)
        if ": note:" not in line:
            report.found(number, f"mypy: {line}")
    if done.returncode == 2 or done.stderr:
        report.found(0, f"mypy: {(done.stdout + done.stderr)[-800:]}")

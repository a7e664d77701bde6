"""The suite's results as data: ``pytest -p gateway.sdk.conformance.report`` with one of two options, or both.

A pytest plugin that works with pytest-xdist too. ``--conformance-report FILE`` writes one file for the run: a JSON object by test class
with ``adapter``, ``version`` and, by code and operation (``""`` for a test without one), ``passed``, ``failed`` or ``skipped`` with the
reason. ``--conformance-record`` writes a ``conformance.json`` beside each adapter, by which ``gateway check`` verifies claims.
"""

from __future__ import annotations

import functools
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway import __version__
from gateway.model import JsonObject, JsonView
from gateway.sdk.conformance.check import check_of, checks_in
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.conformance.suite import Conformance
from gateway.sdk.quality.home import RECORD, ConformanceRecord, digest_of, failures, home_of, worse

_PROPERTY = "conformance"


class ConformanceReport:
    """A collector of the results of one run, which it writes to ``path`` and ``recorder``."""

    def __init__(self, path: Path | None, recorder: Recorder | None) -> None:
        self._path, self._recorder = path, recorder
        self._found: dict[str, JsonObject] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test of the suite ended. A worse end replaces a better one, never the other way round."""
        about = next((value for name, value in report.user_properties if name == _PROPERTY), None)
        if not isinstance(about, dict) or (report.when != "call" and report.passed):
            return
        of_class = self._found.setdefault(
            about["class"], {**{name: about["subject"][name] for name in ("adapter", "version")}, "tests": {}}
        )
        end: dict[str, str] = {"outcome": report.outcome}
        if report.skipped and isinstance(report.longrepr, tuple):
            end["reason"] = str(report.longrepr[2]).removeprefix("Skipped: ")
        ends = of_class["tests"].setdefault(about["code"], {})
        if ends.get(about["operation"], {}).get("outcome") != "failed":
            ends[about["operation"]] = end
        if self._recorder is not None:
            self._recorder.note(about, report.outcome, end.get("reason"))

    def pytest_sessionfinish(self) -> None:
        """Write the file."""
        if self._path is not None:
            self._path.write_bytes(orjson.dumps(self._found, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two options to pytest."""
    parser.addoption("--conformance-report", type=Path, metavar="FILE", help="write what the conformance suite found to FILE, as JSON")
    parser.addoption("--conformance-record", action="store_true", help="write what it found of each adapter beside it, as conformance.json")


def pytest_configure(config: pytest.Config) -> None:
    """Collect in the process that reports the tests, not in each worker."""
    path, recorder = config.getoption("--conformance-report"), Recorder() if config.getoption("--conformance-record") else None
    if (path is not None or recorder is not None) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(ConformanceReport(path, recorder), "conformance-report")
        if recorder is not None:
            config.pluginmanager.register(recorder, "conformance-record")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach to each report its test and the adapter that it is about."""
    report = yield
    if isinstance(item, pytest.Function) and item.cls is not None and issubclass(item.cls, Conformance):
        operation = item.callspec.params.get("operation", "") if hasattr(item, "callspec") else ""
        about = {
            "class": item.cls.__qualname__,
            "subject": subject_of(item.cls),
            "code": check_of(item.function).code,
            "operation": "" if operation == "none" else operation,
        }
        report.user_properties.append((_PROPERTY, about))
    return report


@functools.cache  # it reads the sources
def subject_of(suite: type[Subject]) -> JsonObject:
    """Describe the adapter under test for its record. It is done before the tests run, so that it describes what they tested."""
    home = home_of(suite.adapter)
    return {
        "adapter": suite.adapter.adapter,
        "version": suite.adapter.version,
        "home": str(home) if home is not None else None,
        "digest": digest_of(home) if home is not None else None,
        "suite": len(list(checks_in(suite))),
    }


class Recorder:
    """A collector of the results of one run, which writes a file for each adapter."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str | None], tuple[JsonView, dict[str, dict[str, str]]]] = {}
        self._told: list[str] = []

    def note(self, about: Mapping[str, Any], outcome: str, reason: str | None) -> None:
        """Note the end of one test."""
        subject = about["subject"]
        _, tests = self._found.setdefault((subject["adapter"], subject["home"]), (subject, {}))
        why = " ".join((reason or "it does not say why").removeprefix(f"{about['code']}: ").split())
        ends = tests.setdefault(about["code"], {})
        ends[about["operation"]] = worse(ends.get(about["operation"]), f"skipped: {why}" if outcome == "skipped" else outcome)

    def pytest_sessionfinish(self) -> None:
        """Write the files."""
        self._told += [_write(subject, tests) for subject, tests in self._found.values()]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which files were written and which were not."""
        for line in self._told or ["no test of the conformance suite ran: nothing was recorded"]:
            terminalreporter.write_line(line)


def _write(subject: JsonView, tests: dict[str, dict[str, str]]) -> str:
    """Write one adapter's record if all tests ran, because a run of some says nothing of the adapter."""
    name, home = subject["adapter"], subject["home"]
    if home is None:
        return f"{name}: nothing recorded, since its module is in no package that {RECORD} could lie in"
    if (missing := subject["suite"] - len(tests)) > 0:
        return f"{name}: nothing recorded, since {missing} tests of the suite did not run"
    said = {name: subject[name] for name in ("adapter", "version", "digest", "suite")}
    record = ConformanceRecord(sdk=__version__, tests={code: dict(sorted(ends.items())) for code, ends in tests.items()}, **said)
    path = Path(home, RECORD)
    path.write_bytes(record.written())
    failed = failures(record.tests)
    return f"{name}: {path} written" + (f"; {len(failed)} failed" if failed else "")

"""The suite's results as data: ``pytest -p gateway.sdk.conformance.report`` with one of two options, or both.

A pytest plugin that works with pytest-xdist too. ``--conformance-report FILE`` writes one file for the run: a JSON object by test class
with ``adapter``, ``version`` and, by code and operation (``""`` for a test without one), ``passed``, ``failed`` or ``skipped`` with the
reason. ``--conformance-record`` writes a ``conformance.json`` beside each adapter (:mod:`gateway.sdk.conformance.recording`).
"""

from __future__ import annotations

import functools
from collections.abc import Generator
from pathlib import Path

import orjson
import pytest

from gateway.model import JsonObject
from gateway.sdk.conformance.check import check_of
from gateway.sdk.conformance.recording import Recorder, subject_of
from gateway.sdk.conformance.suite import Conformance

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
            "subject": _subject_of(item.cls),
            "code": check_of(item.function).code,
            "operation": "" if operation == "none" else operation,
        }
        report.user_properties.append((_PROPERTY, about))
    return report


#: Cached by class, because it reads the class's sources.
_subject_of = functools.cache(subject_of)

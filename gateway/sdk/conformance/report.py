"""What the suite found, as data: ``pytest -p gateway.sdk.conformance.report --conformance-report FILE``.

A pytest plugin; it works with pytest-xdist too. The file holds a JSON object by test class: ``adapter``, ``version`` and, by code and
operation (``""`` for a test that is for none), ``passed``, ``failed`` or ``skipped`` with the reason.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.sdk.conformance.check import check_of
from gateway.sdk.conformance.suite import Conformance

_PROPERTY = "conformance"


class ConformanceReport:
    """Collects the ends of the suite's tests; one object a run."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: dict[str, dict[str, Any]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test of the suite ended: worse after better, never better after worse."""
        about = next((value for name, value in report.user_properties if name == _PROPERTY), None)
        if not isinstance(about, dict) or (report.when != "call" and report.passed):
            return
        of_class = self._found.setdefault(about["class"], {"adapter": about["adapter"], "version": about["version"], "tests": {}})
        end: dict[str, str] = {"outcome": report.outcome}
        if report.skipped and isinstance(report.longrepr, tuple):
            end["reason"] = str(report.longrepr[2]).removeprefix("Skipped: ")
        ends = of_class["tests"].setdefault(about["code"], {})
        if ends.get(about["operation"], {}).get("outcome") != "failed":
            ends[about["operation"]] = end

    def pytest_sessionfinish(self) -> None:
        """Write the file."""
        self._path.write_bytes(orjson.dumps(self._found, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--conformance-report", type=Path, metavar="FILE", help="write what the conformance suite found to FILE, as JSON")


def pytest_configure(config: pytest.Config) -> None:
    """Collect where the tests are reported, not in each worker."""
    path = config.getoption("--conformance-report")
    if path is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(ConformanceReport(path), "conformance-report")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say with each report which test of which adapter it is about."""
    report = yield
    if isinstance(item, pytest.Function) and item.cls is not None and issubclass(item.cls, Conformance):
        operation = item.callspec.params.get("operation", "") if hasattr(item, "callspec") else ""
        about = {
            "class": item.cls.__qualname__,
            "adapter": item.cls.adapter.adapter,
            "version": item.cls.adapter.version,
            "code": check_of(item.function).code,
            "operation": "" if operation == "none" else operation,
        }
        report.user_properties.append((_PROPERTY, about))
    return report

"""The suite's results, kept beside each adapter as ``conformance.json``, by which ``gateway check`` verifies claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gateway import __version__
from gateway.model import JsonObject
from gateway.sdk.conformance.check import checks_in
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.quality.home import RECORD, digest_of, home_of
from gateway.sdk.quality.record import ConformanceRecord, failures, worse


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


@dataclass(slots=True)
class _Found:
    """The results for one adapter, from one test class or from several."""

    subject: Mapping[str, Any]
    tests: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def record(self) -> ConformanceRecord:
        said = {name: self.subject[name] for name in ("adapter", "version", "digest", "suite")}
        return ConformanceRecord(sdk=__version__, tests={code: dict(sorted(ends.items())) for code, ends in self.tests.items()}, **said)


class Recorder:
    """A collector of the results of one run, which writes a file for each adapter."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str | None], _Found] = {}
        self._told: list[str] = []

    def note(self, about: Mapping[str, Any], outcome: str, reason: str | None) -> None:
        """Note the end of one test."""
        subject = about["subject"]
        found = self._found.setdefault((subject["adapter"], subject["home"]), _Found(subject))
        why = " ".join((reason or "it does not say why").removeprefix(f"{about['code']}: ").split())
        ends = found.tests.setdefault(about["code"], {})
        ends[about["operation"]] = worse(ends.get(about["operation"]), f"skipped: {why}" if outcome == "skipped" else outcome)

    def pytest_sessionfinish(self) -> None:
        """Write the files."""
        for found in self._found.values():
            self._told.append(_write(found))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which files were written and which were not."""
        for line in self._told or ["no test of the conformance suite ran: nothing was recorded"]:
            terminalreporter.write_line(line)


def _write(found: _Found) -> str:
    """Write one adapter's record if all tests ran, because a run of some says nothing of the adapter."""
    name, home = found.subject["adapter"], found.subject["home"]
    if home is None:
        return f"{name}: nothing recorded, since its module is in no package that {RECORD} could lie in"
    if (missing := found.subject["suite"] - len(found.tests)) > 0:
        return f"{name}: nothing recorded, since {missing} tests of the suite did not run"
    record, path = found.record, Path(home, RECORD)
    path.write_bytes(record.written())
    failed = failures(record.tests)
    return f"{name}: {path} written" + (f"; {len(failed)} failed" if failed else "")

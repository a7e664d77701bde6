"""The plugin for a run of all tests: the longest modules begin first, and the end shows the time of each part and what to quicken."""

from __future__ import annotations

import gc
import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

#: Seconds of processor time, child processes included, above which a test is called slow.
_MUCH = 4.0
#: The most of them that are named.
_NAMED = 15
#: Young objects before a collection.
_YOUNG = 50_000
#: Seconds that each module took in its last run, in pytest's cache.
_CACHED = "suite/seconds"
#: Seconds assumed for a module that has not run here yet, by its part of the tests (for any other: a twentieth for each test).
_EXPECTED = {
    "tests/faults/test_interrupted.py": 130.0,
    "tests/gateway/cli/running/test_serve.py": 90.0,
    "tests/gateway/scaffold/test_project.py": 70.0,
    "tests/gateway/scaffold/wsdl/test_document.py": 70.0,
    "tests/gateway/sdk/conformance/test_suite.py": 60.0,
    "tests/clients/": 60.0,
    "tests/fuzz/test_run.py": 60.0,
    "tests/faults/test_kill_loop.py": 60.0,
    "tests/docs/test_tutorials.py": 55.0,
    "tests/docs/test_docs.py": 40.0,
    "tests/pages/": 40.0,
    "tests/gateway/cli/": 30.0,
    "tests/faults/": 25.0,
    "tests/contracts/": 25.0,
    "tests/bench/": 20.0,
    "tests/older/": 20.0,
    "tests/gateway/sdk/conformance/": 10.0,
    "tests/gateway/assembly/": 20.0,
    "tests/plugins/": 5.0,
    "tests/foreign/": 5.0,
}


def processor_seconds() -> float:
    """Sum the CPU time of this process and of its ended children so far."""
    return sum(os.times()[:4])


def expected(module: str, tests: int) -> float:
    """Estimate the seconds of a module that has not run here yet."""
    return next((seconds for part, seconds in _EXPECTED.items() if module.startswith(part)), tests / 20)


def _known(config: pytest.Config) -> dict[str, float]:
    if not config.pluginmanager.hasplugin("cacheprovider"):
        return {}
    known: dict[str, float] = config.cache.get(_CACHED, {})
    return known


def _most(counted: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(counted.items(), key=lambda one: -one[1])


class LongestFirst(LoadScopeScheduling):  # type: ignore[misc]  # xdist is not typed
    """A scheduler that gives each free worker the longest module left, so that no long one begins when the others end."""

    def _assign_work_unit(self, node: Any) -> None:
        known = _known(self.config)
        longest = max(self.workqueue, key=lambda module: known.get(module) or expected(module, len(self.workqueue[module])))
        self.workqueue.move_to_end(longest, last=False)
        super()._assign_work_unit(node)


class Suite:
    """The plugin, registered by ``tests/conftest.py`` in the process that reports and in those that run the tests."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.much: defaultdict[str, float] = defaultdict(float)
        self._began = processor_seconds()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> LongestFirst | None:
        """Take the place of ``--dist loadscope``."""
        return LongestFirst(config, log) if config.getvalue("dist") == "loadscope" else None

    def pytest_collection_finish(self) -> None:
        """Hide the objects that all tests share from the collector, which spent a tenth of a run's processor time on them."""
        gc.set_threshold(_YOUNG, 20, 20)
        gc.collect()
        gc.freeze()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Any:
        """Add the processor time to each part of a test, and the mark of a test that is slow by its own account."""
        report = yield
        used, self._began = processor_seconds() - self._began, processor_seconds()
        report.processor_seconds = used
        report.marked_slow = item.get_closest_marker("slow") is not None
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self) -> None:
        """Start counting."""
        self._began = processor_seconds()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up the times."""
        module = report.nodeid.partition("::")[0]
        self.seconds[module] += report.duration
        if not getattr(report, "marked_slow", True):
            self.much[report.nodeid] += getattr(report, "processor_seconds", 0.0)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
        """Report the time of each part, and the tests that take long without a reason."""
        if not self.seconds or not config.getoption("numprocesses", None):
            return
        parts: defaultdict[str, float] = defaultdict(float)
        for module, seconds in self.seconds.items():
            folder = Path(module).parent
            parts["/".join(folder.parts[1:3]) or folder.name] += seconds
        terminalreporter.section("seconds of each part")
        terminalreporter.write_line("  ".join(f"{part} {seconds:.0f}" for part, seconds in _most(parts)))
        if much := [(test, used) for test, used in _most(self.much)[:_NAMED] if used > _MUCH]:
            terminalreporter.section(f"over {_MUCH:.0f} seconds of processor time and not marked slow")
            for test, used in much:
                terminalreporter.write_line(f"{used:5.1f} s  {test}")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Keep the modules' times for the order of the next run. A run in one process keeps none, since it is of a few tests."""
        config = session.config
        if config.pluginmanager.hasplugin("cacheprovider") and self.seconds and config.getoption("numprocesses", None):
            config.cache.set(_CACHED, {**_known(config), **self.seconds})

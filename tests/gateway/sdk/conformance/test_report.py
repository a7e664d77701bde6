"""The report says of every test of the suite how it ended; beside an adapter it is kept only of a run that left no test out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.sdk.conformance import Conformance, checks_in
from gateway.sdk.conformance.report import Recorder, subject_of
from gateway.sdk.demo import Succeeds
from tests.gateway.sdk.conformance.test_subject import MODULE
from tests.gateway.sdk.quality.package import Package, packages


@pytest.mark.parametrize("workers", ["0", pytest.param("2", marks=pytest.mark.slow("starts two workers; one process stays"))])
def test_it_says_how_each_test_ended(tmp_path: Path, workers: str) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (tmp_path / "test_broken.py").write_text(MODULE.format(ways={"doubt_as_unavailable"}), "utf-8")
    wanted = "(lost_after and file) or dtd or (refused_before and file) or unlisted"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "gateway.sdk.conformance.report", "-n", workers]
    ended = subprocess.run(
        [*command, "--conformance-report", "found.json", "-k", wanted, str(tmp_path)], cwd=tmp_path, capture_output=True, check=False
    )
    assert ended.returncode == 1
    found: dict[str, Any] = json.loads((tmp_path / "found.json").read_bytes())["TestBroken"]
    assert (found["adapter"], found["version"]) == ("demo_broken", "1")
    assert found["tests"]["lost_after_sending_is_in_doubt"] == {"file": {"outcome": "failed"}}
    assert found["tests"]["refused_before_sending_is_unavailable"] == {"file": {"outcome": "passed"}}
    skipped = {"outcome": "skipped", "reason": "dtd_is_in_doubt: no XML here"}
    assert found["tests"]["dtd_is_in_doubt"] == {"file": skipped, "apply": skipped, "look_up": skipped}
    assert set(found["tests"]) <= {one.code for one in checks_in(Conformance)}
    assert "500152199001010018" not in (tmp_path / "found.json").read_text("utf-8")


def test_what_is_missing_is_named_and_nothing_else_needs_it() -> None:
    code = (
        "import sys\n"
        "sys.modules['time_machine'] = None\n"
        "import gateway.sdk, gateway.sdk.rest, gateway.sdk.soap, gateway.sdk.sandbox, gateway.sdk.demo, gateway.sdk.demo.sandbox\n"
        "assert not {'pytest', 'pytest_asyncio', 'gateway.sdk.conformance'} & set(sys.modules)\n"
        "import gateway.sdk.conformance\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[4], capture_output=True, text=True, check=False)
    assert "needs time_machine: pip install 'onestop-gateway[testing]'" in ended.stderr


CODES = [one.code for one in checks_in(Conformance)]
TESTS = """\
from gateway.sdk.conformance import Conformance, Sample
from gateway.sdk.sandbox import Sandbox
from quality_fire.adapter import Fire


class TestFire(Conformance):
    adapter = Fire
    sandbox = Sandbox
    samples = {"inspect": Sample(request={"name": "测试甲"})}
    skips = {"dtd_is_in_doubt": "no XML here", "bomb_is_capped[inspect]": "as said"}
"""


@pytest.fixture
def package(tmp_path: Path) -> Iterator[Package]:
    yield from packages(tmp_path)


def about(package: Package, code: str, operation: str = "inspect") -> dict[str, Any]:
    subject = {"adapter": "fire", "version": "2", "home": str(package.folder), "digest": "sha256:1", "suite": len(CODES)}
    return {"subject": subject, "code": code, "operation": operation}


def written(recorder: Recorder, package: Package) -> dict[str, Any]:
    (package.folder / "conformance.json").unlink()
    recorder.pytest_sessionfinish()
    found: dict[str, Any] = json.loads((package.folder / "conformance.json").read_bytes())
    return found


def test_a_whole_run_is_written(package: Package) -> None:
    recorder = Recorder()
    for code in reversed(CODES):
        recorder.note(about(package, code), "passed", None)
    recorder.note(about(package, CODES[0], "appeal"), "skipped", f"{CODES[0]}: there is\n no appeal")
    recorder.note(about(package, CODES[1], "appeal"), "skipped", None)
    found = written(recorder, package)
    assert {name: found[name] for name in ("adapter", "version", "digest", "suite")} == {
        "adapter": "fire",
        "version": "2",
        "digest": "sha256:1",
        "suite": len(CODES),
    }
    assert found["tests"][CODES[0]] == {"appeal": "skipped: there is no appeal", "inspect": "passed"}
    assert found["tests"][CODES[1]]["appeal"] == "skipped: it does not say why"
    assert list(found["tests"]) == sorted(CODES)
    assert found["counts"] == {"passed": len(CODES), "failed": 0, "skipped": 2}


def test_of_two_classes_that_test_one_adapter_the_failure_counts(package: Package) -> None:
    recorder = Recorder()
    for ends in ("skipped", "passed"), ("passed", "failed"), ("failed", "passed"):
        for code, end in zip(CODES, (*ends, *["passed"] * len(CODES)), strict=False):
            recorder.note(about(package, code), end, "why")
    found = written(recorder, package)
    assert [found["tests"][code]["inspect"] for code in CODES[:3]] == ["failed", "failed", "passed"]


def test_a_run_of_some_tests_leaves_the_record_as_it_was(package: Package) -> None:
    before = (package.folder / "conformance.json").read_bytes()
    recorder = Recorder()
    for code in CODES[1:]:
        recorder.note(about(package, code), "passed", None)
    recorder.pytest_sessionfinish()
    assert (package.folder / "conformance.json").read_bytes() == before


def test_it_is_about_what_was_tested() -> None:
    subject = subject_of(type("ForSucceeds", (Conformance,), {"adapter": Succeeds}))
    assert (subject["adapter"], subject["suite"]) == ("demo_succeeds", len(CODES))
    assert subject["home"].endswith("gateway/sdk/demo")
    assert subject["digest"].startswith("sha256:")


@pytest.mark.slow("a suite in a process of its own; what is written stays")
def test_pytest_says_what_was_written(package: Package) -> None:
    """The sandbox cannot be started, so that every test fails fast: the record says so and the claims fall."""
    place = package.folder.parent
    (place / "pytest.ini").write_text("[pytest]\npythonpath = .\n", "utf-8")
    (place / "test_fire.py").write_text(TESTS, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", "-p", "gateway.sdk.conformance.report"]

    def run(*more: str) -> str:
        whole = [*command, "--conformance-record", *more, str(place)]
        return subprocess.run(whole, cwd=place, capture_output=True, text=True, check=False).stdout

    assert f"fire: nothing recorded, since {len(CODES) - 1} tests of the suite did not run" in run("-k", "dtd")
    assert f"fire: {package.folder / 'conformance.json'} written; " in run("-n", "2")
    assert "conformance tests failed: addresses_and_headers_hold_nothing_personal[inspect]" in package.problems()
    assert "测试甲" not in (package.folder / "conformance.json").read_text("utf-8")


def test_a_run_without_the_suite_says_so() -> None:
    told: list[str] = []
    reporter: Any = type("Reporter", (), {"write_line": staticmethod(told.append)})
    recorder = Recorder()
    recorder.pytest_sessionfinish()
    recorder.pytest_terminal_summary(reporter)
    assert told == ["no test of the conformance suite ran: nothing was recorded"]


def test_an_adapter_without_a_package_is_named(package: Package) -> None:
    recorder = Recorder()
    of_none = about(package, CODES[0])
    of_none["subject"]["home"] = of_none["subject"]["digest"] = None
    recorder.note(of_none, "passed", None)
    recorder.pytest_sessionfinish()
    assert "in no package" in recorder._told[0]

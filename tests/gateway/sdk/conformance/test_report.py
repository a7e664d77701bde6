"""The report says of every test of the suite how it ended, also when several processes ran it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gateway.sdk.conformance import Conformance, checks_in
from tests.gateway.sdk.conformance.test_subject import MODULE


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

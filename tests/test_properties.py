"""``make properties`` generates more examples, and different ones each time."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.patience import run

ROOT = Path(__file__).parents[1]
_TESTS = """
from hypothesis import given, settings, strategies as st
seen = []
@settings(max_examples=20, deadline=None)
@given(st.integers())
def test_property(number): seen.append(number)
def test_how_many(): assert len(seen) >= {least}
"""


@pytest.mark.parametrize(("times", "least", "told"), [("3", 60, "2 passed"), ("1", 60, "1 failed")])
def test_as_many_as_were_asked_for(tmp_path: Path, times: str, least: int, told: str) -> None:
    file = tmp_path / "test_it.py"
    file.write_text(
        _TESTS.format(least=least).replace("def test_how_many", "@given(st.none())\ndef test_how_many").replace("many()", "many(_)")
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "tests.properties",
        "--rootdir",
        str(tmp_path),
        str(file),
    ]
    said = run(command, cwd=ROOT, env={"TIMES": times, "PATH": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}).stdout
    assert told in said, said

"""What a team sees that runs the suite with a pytest of its own: tests by name and operation, skips by name, one sentence a failure."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

MODULE = """\
from gateway.sdk.conformance import Conformance, Sample
from gateway.sdk.demo import Broken, BrokenOptions
from gateway.sdk.demo.sandbox import BrokenSandbox

PERSON = {{"name": "测试甲", "id_number": "500152199001010018"}}


class TestBroken(Conformance):
    adapter = Broken
    sandbox = BrokenSandbox
    options = BrokenOptions(ways={ways})
    secrets = {{"token": "t", "callback_secret": "whsec_" + "QUJD" * 11}}
    samples = {{name: Sample(request=PERSON) for name in ("file", "apply", "look_up")}}
    skips = {{"dtd_is_in_doubt": "no XML here", "huge_reply_is_capped[apply]": "as file"}}
"""


def run(folder: Path, ways: set[str], *arguments: str) -> str:
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (folder / "test_broken.py").write_text(MODULE.format(ways=ways or "frozenset()"), "utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", "-v", *arguments, str(folder)]
    return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout


def test_an_adapter_that_holds_to_it_passes_in_strict_mode(tmp_path: Path) -> None:
    said = run(tmp_path, set(), "-k", "sending or outcome or dtd or rules or (huge and apply)")
    assert "test_refused_before_sending_is_unavailable[look_up] PASSED" in said
    assert "test_class_keeps_the_rules PASSED" in said
    assert "dtd_is_in_doubt: no XML here" in said
    assert "huge_reply_is_capped: as file" in said
    assert " failed" not in said
    assert " error" not in said


def test_a_failure_says_what_went_wrong_and_what_to_do(tmp_path: Path) -> None:
    said = run(tmp_path, {"doubt_as_unavailable"}, "-k", "lost_after_sending and file")
    assert "FAILED" in said
    assert "lost_after_sending_is_in_doubt · file" in said
    assert "出了什么问题：部门已收到请求，答复丢失，适配器却抛出了 Unavailable (connection_lost)；应为 InDoubt。" in said
    assert "the department had the request and its reply was lost, but the adapter raised Unavailable (connection_lost)" in said
    assert "docs/conformance.md#lost_after_sending_is_in_doubt" in said
    assert "Traceback" not in said
    assert "gateway/sdk/conformance/equipment/stage.py" not in said


@pytest.mark.parametrize("ways", [{"unheard_of"}])
def test_settings_that_cannot_be_end_the_collection(tmp_path: Path, ways: set[str]) -> None:
    assert "unheard_of" in run(tmp_path, ways, "-k", "rules")


def test_an_adapter_that_does_not_open_is_named(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from gateway.sdk.demo import Broken\n\n\nasync def open(self):\n    raise ValueError('no contract')\n\n\nBroken.open = open\n",
        "utf-8",
    )
    said = run(tmp_path, set(), "-k", "rules")
    assert "What went wrong: open() did not succeed: ValueError." in said
    assert "no contract" not in said

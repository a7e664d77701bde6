"""Samples kept as files, and what cannot be tested while some are not written."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from gateway.sdk.conformance import samples_in, unwritten
from gateway.sdk.demo import Succeeds

REQUEST = {"name": "测试甲", "id_number": "500152199001010018"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for operation in Succeeds.operations:
        (tmp_path / operation.name).mkdir()
        (tmp_path / operation.name / "request.json").write_bytes(orjson.dumps(REQUEST))
    (tmp_path / "file/other.json").write_bytes(orjson.dumps({**REQUEST, "name": "测试戊"}))
    return tmp_path


def test_each_operation_has_its_request_and_another(folder: Path) -> None:
    samples = samples_in(folder, Succeeds)
    assert samples.keys() == {operation.name for operation in Succeeds.operations}
    assert (samples["file"].request, samples["file"].other) == (REQUEST, {**REQUEST, "name": "测试戊"})
    assert samples["apply"].other is None
    assert set(samples["file"].personal or ()) == set(REQUEST.values())


def test_what_the_contract_puts_into_the_address_is_not_counted(folder: Path) -> None:
    assert samples_in(folder, Succeeds, addressed={"file": ("id_number",)})["file"].personal == ("测试甲",)


def test_what_else_a_sample_says_can_be_given(folder: Path) -> None:
    assert samples_in(folder, Succeeds, more={"file": {"unlisted_code": "77"}})["file"].unlisted_code == "77"


def test_what_nobody_wrote_is_skipped_with_what_to_write(folder: Path) -> None:
    (folder / "file/rejected.json").write_text("{}")
    skips = unwritten(folder, Succeeds)
    assert "rejection_is_an_outcome[file]" not in skips
    assert "return_names_our_fields[file]" in skips
    assert "rejected.json" in skips["rejection_is_an_outcome[apply]"]

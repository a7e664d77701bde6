"""What of a sample is personal, who stands in for whom in a second one, and what cannot be tested while a file is not written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import orjson
import pytest
from pydantic import ValidationError

from gateway.sdk import Request
from gateway.sdk.conformance import Sample, samples_in, unwritten
from gateway.sdk.demo import Succeeds


class Child(Request):
    """A part of a request."""

    name: str


class Transfer(Request):
    """A request with people in several places."""

    seller: str
    seller_number: str
    buyer_number: str
    kind: str
    on: date
    children: list[Child] = []


GIVEN = {
    "seller": "测试甲",
    "seller_number": "500152199001010018",
    "buyer_number": "999999199001010016",
    "kind": "pick_up",
    "on": "2026-11-20",
    "children": [{"name": "测试乙"}],
}


def test_names_and_numbers_are_personal_and_codes_and_dates_are_not() -> None:
    sample = Sample(request=GIVEN)
    assert sample.personal_in(sample.made(Transfer)) == {"测试甲", "测试乙", "500152199001010018", "999999199001010016"}
    named = Sample(request=GIVEN, personal=("pick_up", "not in it"))
    assert named.personal_in(named.made(Transfer)) == {"pick_up"}


def test_another_is_about_nobody_of_the_first() -> None:
    sample = Sample(request=GIVEN)
    other = sample.another(Transfer)
    assert other is not None
    assert not sample.personal_in(other) & sample.personal_in(sample.made(Transfer))
    assert other.model_dump(include={"kind", "on"}) == sample.made(Transfer).model_dump(include={"kind", "on"})


def test_who_is_not_known_cannot_be_exchanged() -> None:
    assert Sample(request={"name": "王五"}).another(Child) is None
    assert Sample(request={"name": "王五"}, other={"name": "赵六"}).another(Child) == Child(name="赵六")


def test_a_sample_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValidationError, match="name"):
        Sample(request={}).made(Child)


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

"""What of a sample is personal, and who stands in for whom in a second one."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from gateway.sdk import Request
from gateway.sdk.conformance import Sample


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

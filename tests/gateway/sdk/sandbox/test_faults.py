"""Which request gets which fault."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from gateway.sdk.sandbox.faults import FAULT_NAMES, Fault, Faults


def fault(name: str, **more: Any) -> Fault:
    return Fault.model_validate({"fault": name, **more})


def names(faults: Faults, *operations: str) -> list[str | None]:
    return [taken.fault if (taken := faults.take(operation)) else None for operation in operations]


def test_times_are_counted_and_without_times_it_stays() -> None:
    faults = Faults()
    faults.switch(fault("500", times=2))
    faults.switch(fault("hang"))
    assert names(faults, "a", "a", "a", "a") == ["500", "500", "hang", "hang"]
    faults.clear()
    assert names(faults, "a") == [None]


def test_an_operation_keeps_its_fault_to_itself() -> None:
    faults = Faults()
    faults.switch(fault("500", operation="a", times=1))
    assert names(faults, "b", "a", "a") == [None, "500", None]


def test_switching_again_takes_the_place() -> None:
    faults = Faults()
    faults.switch(fault("500", times=5))
    faults.switch(fault("500", times=1))
    assert faults.active() == [{"fault": "500", "times": 1}]
    assert names(faults, "a", "a") == ["500", None]


def test_probability_hits_about_as_often() -> None:
    faults = Faults()
    faults._random.seed(7)
    faults.switch(fault("500", probability=0.1))
    assert 60 < sum(name is not None for name in names(faults, *["a"] * 1000)) < 140


@pytest.mark.parametrize("wrong", [{"times": 0}, {"probability": 0}, {"probability": 2}, {"seconds": -1}, {"unheard": 1}, {"status": 99}])
def test_nonsense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        fault("500", **wrong)


def test_every_fault_of_the_list_is_there() -> None:
    assert len(FAULT_NAMES) == 21
    with pytest.raises(ValidationError):
        fault("unheard of")

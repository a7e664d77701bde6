"""Changed copies of records."""

from __future__ import annotations

import dataclasses

import pytest

from gateway.model.record import Record


@dataclasses.dataclass(frozen=True, kw_only=True)
class Point(Record):
    """A record."""

    x: int
    y: int = 0


def test_a_changed_copy_is_what_replace_gives() -> None:
    point = Point(x=1)
    assert point.with_values({"y": 2}) == dataclasses.replace(point, y=2) == Point(x=1, y=2)
    assert point == Point(x=1)


def test_a_changed_copy_stays_frozen() -> None:
    changed = Point(x=1).with_values({"x": 2})
    with pytest.raises(dataclasses.FrozenInstanceError):
        changed.x = 3  # type: ignore[misc]  # what must be refused


def test_a_name_that_is_no_field_is_refused() -> None:
    with pytest.raises(TypeError, match="Point has no field z"):
        Point(x=1).with_values({"z": 1})

"""State, doubt and marks of a delivery, held against each other."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.delivery import ENDED, Action, Delivery, DeliveryState, Record

S = DeliveryState


def delivery(**changes: object) -> Delivery:
    values = {
        "id": "i",
        "application_id": "a",
        "position": 0,
        "step": "s",
        "department": "d",
        "operation": "o",
        "required": True,
        "after": (),
    }
    return Delivery(**{**values, **changes})  # type: ignore[arg-type]  # each by its name


DELIVERIES = st.builds(
    delivery,
    state=st.sampled_from(S),
    action=st.sampled_from(Action),
    doubt_since=st.none() | st.just(1),
    due_at=st.none() | st.just(2),
    lease_owner=st.none() | st.just("node"),
    data_refused=st.none() | st.just(True),
    told_otherwise=st.none() | st.just("data.note"),
)


@given(DELIVERIES)
def test_what_was_told_is_never_what_a_revision_sends_again(one: Delivery) -> None:
    assert not (one.told and one.correctable)
    if one.state in ENDED:
        assert one.told == (one.state is S.APPROVED)
    elif one.doubt_since is not None and one.state not in (S.WAITING, S.RETURNED):
        assert one.told


@given(DELIVERIES)
def test_a_mark_goes_with_the_state_that_it_is_about(one: Delivery) -> None:
    now = one.up_to_date()
    assert now.told_otherwise == (one.told_otherwise if one.told else None)
    assert now.data_refused == (one.data_refused if one.state is S.HELD else None)
    assert now.changed(told_otherwise=one.told_otherwise, data_refused=one.data_refused) == one
    assert now.up_to_date() is now


@given(DELIVERIES)
def test_a_person_is_waited_for_only_where_nothing_happens_by_itself(one: Delivery) -> None:
    if one.state is S.IN_DOUBT:
        assert one.awaits_person == (one.due_at is None and one.lease_owner is None)
    else:
        assert one.awaits_person == (one.state in (S.RETURNED, S.HELD))


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

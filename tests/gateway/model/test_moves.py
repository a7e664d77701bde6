"""Moves of a delivery: complete, free, legal; what none of them is does not type-check."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.journal.store import schema
from gateway.journal.writer.batch import FIXED
from gateway.model.delivery import TRANSITIONS, Action, Delivery, DeliveryState, Facts, SkipReason
from gateway.model.moves import (
    Delta,
    IllegalMove,
    Move,
    asked,
    asked_whether,
    decided,
    deciding,
    freed,
    held,
    in_doubt,
    later,
    leased,
    moved,
    overtaken,
    ready,
    sending,
    skipped,
    waiting,
    withdrawn,
)
from tests.gateway.model.test_delivery import DELIVERIES, delivery

S = DeliveryState
NOW = 5_000_000
TO_STATES: dict[DeliveryState, list[Delta]] = {
    S.WAITING: [waiting()],
    S.READY: [ready(NOW)],
    S.SENDING: [sending(delivery(), "n", NOW)],
    S.DECIDING: [deciding(Action.FIND, NOW), deciding(Action.POLL, NOW), deciding(Action.WITHDRAW, NOW)],
    S.APPROVED: [decided(S.APPROVED)],
    S.REJECTED: [decided(S.REJECTED)],
    S.RETURNED: [decided(S.RETURNED)],
    S.IN_DOUBT: [in_doubt(), asked_whether(NOW)],
    S.HELD: [held()],
    S.SKIPPED: [skipped(SkipReason.NOT_APPLICABLE)],
    S.WITHDRAWN: [withdrawn()],
}
MOVES = [(state, move) for state, moves in TO_STATES.items() for move in moves]


@given(DELIVERIES, st.sampled_from(MOVES))
def test_a_move_is_made_where_the_state_machine_has_it_and_nowhere_else(before: Delivery, to: tuple[DeliveryState, Delta]) -> None:
    state, move = to
    if before.state is not state and state not in TRANSITIONS[before.state]:
        with pytest.raises(IllegalMove):
            moved(before, (move,), NOW)
        return
    after = moved(before, (move, {"problem": "first"}, {"problem": "last"}), NOW)
    assert (after.state, after.version, after.updated_at, after.problem) == (state, before.version + 1, NOW, "last")
    assert (after.lease_owner is not None) == (state is S.SENDING)
    assert (after.due_at is None) or state in (S.READY, S.DECIDING, S.IN_DOUBT)
    assert (after.skip_reason is not None) == (state is S.SKIPPED)


@given(DELIVERIES)
def test_what_moves_within_its_state_keeps_it_and_is_leased_by_nobody(before: Delivery) -> None:
    for move in (later(NOW), asked(Action.POLL, NOW), freed()):
        after = moved(before, (move,), NOW)
        assert (after.state, after.lease_owner, after.lease_until) == (before.state, None, None)


@given(DELIVERIES)
def test_whoever_holds_a_lease_that_is_taken_comes_too_late_and_each_lease_is_another(before: Delivery) -> None:
    taken = moved(before, (later(NOW), overtaken(before)), NOW)
    assert taken.epoch == before.epoch + (before.lease_owner is not None)
    again = moved(before, (leased(before, before.action, "another", NOW),), NOW)
    assert (again.epoch, again.lease_owner, again.due_at) == (before.epoch + 1, "another", None)


def test_moves_and_facts_have_each_column_that_changes_and_no_other() -> None:
    of_moves = {column for move in get_args(Move) for column in move.__annotations__}
    of_facts = set(Facts.__annotations__)
    assert of_moves & of_facts == {"epoch"}
    assert of_moves | of_facts | {"version", "updated_at"} == {one.name for one in fields(Delivery)} - FIXED
    assert {one.name for one in fields(Delivery)} == set(schema.delivery.c.keys())


def test_what_no_move_is_does_not_type_check() -> None:
    def put(*deltas: Delta) -> int:
        return len(deltas)

    free = freed()
    count = put(
        {**free, "state": S.READY, "action": Action.SUBMIT, "due_at": None},  # type: ignore[misc, arg-type]  # silent
        {**free, "state": S.HELD, "action": Action.SUBMIT, "due_at": NOW, "skip_reason": None},  # type: ignore[misc, arg-type]  # held, with a time
        {**free, "state": S.READY, "action": Action.POLL, "due_at": NOW},  # type: ignore[misc, arg-type]  # a poll of what was never sent
        {"state": S.APPROVED},  # type: ignore[arg-type]  # decided, and leased still
        {"lease_owner": None},  # type: ignore[arg-type]  # half a lease
        {"department": "tax"},  # type: ignore[arg-type]  # what no change changes
    )
    assert count == 6

"""A draft refuses illegal moves, computes the case's state, and says in its entry what moved."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine

from gateway.journal.store import schema
from gateway.journal.writer.draft import Draft, Loaded, NoSuchCase
from gateway.model.application import ApplicationState, EndReason
from gateway.model.case import Case
from gateway.model.delivery import TRANSITIONS, Action, DeliveryState
from gateway.model.moves import IllegalMove, decided
from tests.gateway.journal.small import application, delivery

S = DeliveryState
NOW = 1_000_000
CONNECTION: Connection = create_engine("sqlite://").connect()


def draft(loaded: Loaded | None = None) -> Draft:
    return Draft(loaded=loaded or Loaded(), connection=CONNECTION, now=NOW, node="node-1", lease_microseconds=30)


@given(st.sampled_from(list(S)), st.sampled_from(list(S)))
def test_only_legal_moves_are_made(before: S, after: S) -> None:
    one = application("1")
    made, move = draft(), cast("Any", {"state": after})
    made.add_case(one, [delivery(one, state=before)])
    standing = made.case(one.id).deliveries["do"]
    if before is after or after in TRANSITIONS[before]:
        moved = made.put(standing, move)
        assert (moved.version, moved.updated_at) == (standing.version + 1, NOW)
        assert made.case(one.id).deliveries["do"] == moved
    else:
        with pytest.raises(IllegalMove):
            made.put(standing, move)
        assert made.case(one.id).deliveries["do"] == standing
        assert not made.changed


def test_a_lease_says_which_attempt_it_is_and_hands_the_work_out() -> None:
    one = application("1", revision=3)
    made = draft()
    made.add_case(one, [delivery(one, state=S.READY, due_at=5, attempts=1, first_sent_at=7, epoch=4)])
    leased = made.lease(made.case(one.id).deliveries["do"])
    assert (leased.state, leased.attempts, leased.epoch, leased.lease_owner, leased.lease_until) == (S.SENDING, 2, 5, "node-1", NOW + 30)
    assert (leased.due_at, leased.sent_revision, leased.first_sent_at, leased.last_sent_at) == (None, 3, 7, NOW)
    under_way = leased.attempt()
    assert (under_way.number, under_way.epoch, under_way.started_at, under_way.ended_at) == (2, 5, NOW, None)
    assert ([work.delivery for work in made.work], made.attempts) == ([leased], {})


def test_asking_is_no_attempt_and_leaves_the_state() -> None:
    one = application("1")
    made = draft()
    made.add_case(one, [delivery(one, state=S.IN_DOUBT, action=Action.FIND, due_at=5)])
    leased = made.lease(made.case(one.id).deliveries["do"])
    assert (leased.state, leased.attempts, leased.due_at, made.inserts) == (S.IN_DOUBT, 0, None, [])
    assert leased.attempt().started_at == leased.updated_at


def test_the_state_is_computed_and_the_entry_says_what_moved() -> None:
    one = application("1", version=4)
    first, second = delivery(one, "first", state=S.DECIDING), delivery(one, "second", state=S.APPROVED, position=1)
    made = draft()
    made.add_case(one, [first, second])
    before = made.case(one.id)
    made.put(first, decided(S.APPROVED))
    settled = made.settle(one.id, "outcome_recorded", "gateway", {"result": "approved"}, delivery_id=first.id, before=before)
    assert (settled.application.state, settled.application.version, settled.application.ended_at) == (ApplicationState.APPROVED, 5, NOW)
    [entry] = made.entries
    assert entry.event_no == 5
    assert entry.details == {
        "result": "approved",
        "moves": {first.id: ["first", "approved", 1]},
        "application": "approved",
        "attention": False,
    }


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ({}, EndReason.DECIDED),
        ({"end_reason": EndReason.VOIDED}, EndReason.VOIDED),
        ({"ended_at": 3, "state": ApplicationState.APPROVED}, None),  # it ended under an older version
        ({"ended_at": 3, "state": ApplicationState.APPROVED, "end_reason": EndReason.DECIDED}, EndReason.DECIDED),
    ],
)
def test_an_end_has_the_reason_it_began_with(before: dict[str, Any], reason: EndReason | None) -> None:
    one = application("1", **before)
    made = draft()
    made.add_case(one, [delivery(one, state=S.APPROVED)])
    settled = made.settle(one.id, "outcome_recorded", "gateway", {}).application
    assert (settled.end_reason, settled.ended_at) == (reason, one.ended_at or NOW)
    opened = delivery(one, state=S.HELD)
    made.cases[one.id] = Case(application=settled, deliveries={opened.step: opened})
    assert made.settle(one.id, "case_changed", "gateway", {}).application.end_reason is None


def test_a_draft_is_its_own_until_it_is_merged() -> None:
    one = application("1")
    made = draft()
    with pytest.raises(NoSuchCase):
        made.case(one.id)
    made.add_case(one, [delivery(one)])
    made.put_payload(one.id, "form", 1, b"{}")
    assert made.payload(one.id) == {("form", 1): b"{}"}
    assert made.loaded == Loaded()
    with pytest.raises(KeyError):
        made.case(one.id).by_id("nobody")


def test_what_an_attempt_said_fits_its_columns_and_its_first_word_stands() -> None:
    made, sending = draft(), delivery(application("1"), state=S.SENDING, epoch=3, attempts=1, lease_owner="node-1")
    made.end_attempt(sending, "r" * 200, "d" * 2000)
    made.end_attempt(sending, "another")
    [row] = made.attempts.values()
    assert (row["epoch"], row["number"], row["node"], row["ended_at"]) == (3, 1, "node-1", NOW)
    assert (row["result"], row["detail"]) == ("r" * 100, "d" * 500)


def test_no_delivery_leaves_sending_without_its_attempt() -> None:
    one = application("1")
    sending = delivery(one, state=S.SENDING, epoch=3, attempts=1, lease_owner="node-1")
    for told, result in ((False, "overtaken"), (True, "approved")):
        made = draft()
        made.add_case(one, [sending])
        if told:
            made.end_attempt(sending, "approved")
        made.put(sending, attempts=1)
        assert len(made.attempts) == told
        made.put(sending, decided(S.APPROVED))
        assert [row["result"] for row in made.attempts.values()] == [result]


def test_waiting_callbacks_are_in_their_order_and_once(tmp_path: Path) -> None:
    def row(message: str, at: int, standing: str = "waiting") -> dict[str, Any]:
        return {"department": "office", "message_id": message, "received_at": at, "standing": standing}

    loaded = Loaded(inbox={"a": [row("m2", 2)]}, arrived={("office", "m1"): row("m1", 1), ("office", "m2"): row("m2", 2)})
    made = draft(loaded)
    made.insert(schema.inbox, row("m0", 9))
    made.insert(schema.inbox, row("m9", 0, "applied"))
    assert [one["message_id"] for one in made.waiting_callbacks("a")] == ["m1", "m2", "m0"]
    assert made.has_arrived("office", "m1")
    assert made.has_arrived("office", "m9")
    assert not made.has_arrived("annex", "m1")
    made.taken.add(("office", "m1"))
    assert [one["message_id"] for one in made.waiting_callbacks("a")] == ["m2", "m0"]

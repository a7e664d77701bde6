"""Deliveries as they are claimed: by department and action, the longest due first, those of other nodes passed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from gateway.journal.queues import due
from gateway.journal.store.database import open_writer
from gateway.model.application import Application
from gateway.model.delivery import Action, Delivery, DeliveryState
from tests.gateway.journal.queues.conftest import NOW, draft
from tests.gateway.journal.small import application, delivery

Put = Callable[..., Delivery]


@pytest.fixture
def put(keep: Callable[[Application, Delivery], Delivery]) -> Put:
    """Put a delivery that is ready into the journal, of a case of its own."""

    def ready(number: str, due_at: int, **more: Any) -> Delivery:
        case = application(number)
        return keep(case, delivery(case, state=DeliveryState.READY, due_at=due_at, **more))

    return ready


def test_the_longest_due_are_taken_and_another_node_passes_them_over(writer: Engine, store_url: str, put: Put) -> None:
    later, first, _ = put("a", 900), put("b", 800, attempts=2), put("c", NOW + 1)
    with writer.connect() as connection:
        here = draft(connection)
        [taken] = due.due(here, "office", Action.SUBMIT, 1)
        assert taken == due.Claimable(first.id, first.application_id, Action.SUBMIT, 800, 2)
        assert due.due(here, "office", Action.FIND, 9) == due.due(here, "tax", Action.SUBMIT, 9) == []
        if not store_url.startswith("sqlite"):
            elsewhere = open_writer(store_url)
            with elsewhere.connect() as other:
                assert [one.delivery_id for one in due.due(draft(other), "office", Action.SUBMIT, 9)] == [later.id]
                assert due.due_late(draft(other), "office", first=0, again=0, any_=0, most=1) == [(later.id, later.application_id)]
            elsewhere.dispose()


def test_what_is_due_next_is_told_before_it_is_due(writer: Engine, put: Put) -> None:
    then, now = put("a", NOW + 5), put("b", NOW)
    with writer.connect() as connection:
        assert due.next_dues(draft(connection), "office", Action.SUBMIT, 9) == [(now.id, NOW), (then.id, NOW + 5)]


def test_what_was_sent_before_may_be_due_later_than_what_was_not(writer: Engine, put: Put) -> None:
    first, again = put("a", 600), put("b", 900, attempts=1)
    put("c", 500), put("d", 800, attempts=1)
    with writer.connect() as connection:
        found = due.due_late(draft(connection), "office", first=500, again=800, any_=400, most=9)
    assert found == [(first.id, first.application_id), (again.id, again.application_id)]


def test_a_queue_is_told_in_the_order_of_arrival_a_piece_at_a_time(writer: Engine, put: Put) -> None:
    made = [put(number, 1) for number in "abc"]
    piece = due.queued(writer, "office", "", 2)
    assert [(one.id, trace) for one, trace in piece] == [(one.id, "0" * 32) for one in made[:2]]
    assert [one.id for one, _ in due.queued(writer, "office", made[1].id, 2)] == [made[2].id]

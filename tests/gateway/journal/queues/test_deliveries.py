"""Cases found by what became of their deliveries."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine, insert

from gateway.journal.queues import deliveries
from gateway.journal.store import schema
from gateway.model.application import Application, ApplicationState
from gateway.model.delivery import Delivery, DeliveryState
from tests.gateway.journal.small import application, delivery

Keep = Callable[[Application, Delivery], Delivery]


def test_what_another_node_left_is_found_once_its_lease_has_ended(writer: Engine, keep: Keep) -> None:
    ours, theirs = application("a"), application("b")
    keep(ours, delivery(ours, state=DeliveryState.SENDING, lease_owner="node-1", lease_until=50))
    keep(theirs, delivery(theirs, state=DeliveryState.SENDING, lease_owner="node-2", lease_until=50))
    with writer.connect() as connection:
        found = [deliveries.left_by_others(connection, "node-1", before=before, most=9) for before in (None, 51, 50)]
    assert found == [[theirs.id], [theirs.id], []]


def test_a_case_is_called_back_by_a_message_that_waits_and_names_its_reference_alone(writer: Engine, keep: Keep) -> None:
    case, other = application("a"), application("b")
    keep(case, delivery(case, state=DeliveryState.DECIDING, reference="R-1"))
    keep(other, delivery(other, state=DeliveryState.DECIDING, reference="R-2"))
    row = {"department": "office", "received_at": 1, "outcome": "approved", "delivery_id": None}
    rows = [
        {**row, "message_id": "1", "key": None, "reference": "R-1", "standing": "waiting"},
        {**row, "message_id": "2", "key": None, "reference": "R-2", "standing": "applied"},
        {**row, "message_id": "3", "key": "k", "reference": "R-2", "standing": "waiting"},
    ]
    with writer.begin() as connection:
        connection.execute(insert(schema.inbox), rows)
        assert deliveries.called_back(connection, 9) == [case.id]


def test_open_cases_are_found_a_piece_at_a_time(writer: Engine, keep: Keep) -> None:
    cases = [application(number) for number in "abc"]
    for case in [*cases, application("d", state=ApplicationState.APPROVED)]:
        keep(case, delivery(case))
    with writer.connect() as connection:
        assert deliveries.open_cases(connection, "", 2) == [case.id for case in cases[:2]]
        assert deliveries.open_cases(connection, cases[1].id, 2) == [cases[2].id]


def test_a_reference_is_another_deliverys_in_any_operation_of_the_department(writer: Engine, keep: Keep) -> None:
    case, other, elsewhere = application("a"), application("b"), application("c")
    known = keep(case, delivery(case, reference="R-1"))
    keep(elsewhere, delivery(elsewhere, department="annex", reference="R-1"))
    with writer.connect() as connection:
        assert deliveries.other_with_reference(connection, known, "R-1") is None
    same = keep(other, delivery(other, operation="ask", reference="R-1"))
    with writer.connect() as connection:
        assert deliveries.other_with_reference(connection, known, "R-1") == same.id

"""Deliveries make an application what it is."""

from __future__ import annotations

import pytest

from gateway.model.application import ApplicationState, Marks, halted, marks
from gateway.model.delivery import DeliveryState
from tests.gateway.model.test_delivery import delivery

A, S = ApplicationState, DeliveryState


@pytest.mark.parametrize("state", A)
def test_it_has_come_to_a_halt_at_its_end_or_where_a_person_must_act(state: ApplicationState) -> None:
    ended = state in (A.APPROVED, A.REJECTED, A.WITHDRAWN)
    moving = delivery(state=S.READY, due_at=1)
    assert halted(state, [moving]) is ended
    assert halted(state, [moving, delivery(state=S.HELD)])


def test_it_is_marked_by_what_was_rejected_and_what_was_told_otherwise() -> None:
    assert marks([delivery(state=S.APPROVED), delivery(state=S.SKIPPED)]) == Marks()
    told, rejected = delivery(state=S.APPROVED, told_otherwise="data.note"), delivery(state=S.REJECTED, step="extra")
    assert marks([told, rejected]) == Marks(told_otherwise=True, rejected_steps=("extra",))

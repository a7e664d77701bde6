"""A stored callback comes back whole, and only a delivery that may be decided takes it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.cases.inbox import from_blob, may_apply, part_of, to_blob
from gateway.model.delivery import Delivery, DeliveryState
from gateway.model.outcome import FieldProblem, Outcome, Returned
from tests.gateway.worlds.offices import OUTCOMES, Office, approved

S = DeliveryState
DELIVERY = Delivery(id="a", application_id="b", position=0, step="do", department="office", operation="safe", required=True, after=())
RETURNED = Returned(code="B", reason="r", fields=(FieldProblem("name", "m"),), reference="REF-1")


@pytest.mark.parametrize("outcome", [*OUTCOMES.values(), RETURNED, approved("N-1", "REF-2")])
def test_an_outcome_comes_back_as_it_was(outcome: Outcome) -> None:
    assert from_blob(to_blob(outcome), Office.operations[0]) == outcome


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("doubt", [None, 5])
def test_only_what_the_department_has_or_may_have_is_decided(state: S, doubt: int | None) -> None:
    possible = state in (S.DECIDING, S.IN_DOUBT) or (doubt is not None and state in (S.READY, S.HELD))
    assert may_apply(replace(DELIVERY, state=state, doubt_since=doubt)) is possible


def test_the_part_names_department_and_message() -> None:
    assert part_of("office", "m:1") == "inbox:office:m:1"

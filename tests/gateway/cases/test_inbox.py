"""Only a delivery that may be decided takes a callback."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.cases.inbox import may_apply
from gateway.model.delivery import Delivery, DeliveryState

S = DeliveryState
DELIVERY = Delivery(id="a", application_id="b", position=0, step="do", department="office", operation="safe", required=True, after=())


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("doubt", [None, 5])
def test_only_what_the_department_has_or_may_have_is_decided(state: S, doubt: int | None) -> None:
    possible = state in (S.DECIDING, S.IN_DOUBT) or (doubt is not None and state in (S.READY, S.HELD))
    assert may_apply(replace(DELIVERY, state=state, doubt_since=doubt)) is possible

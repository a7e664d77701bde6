"""Which forms a delivery's state and its rule allow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.model.delivery import Delivery, DeliveryState
from gateway.sdk.department import Ask, Never, Operation, Output, Request, Resend, Safe
from gateway.web.console.repairs.deeds import resolvable, retried_as

S = DeliveryState
OPERATION = Operation(name="do", title_zh="办", title_en="do", request=Request, output=Output, resend=Never())
HERE = Delivery(id="d", application_id="a", position=0, step="do", department="tax", operation="do", required=True, after=())


@pytest.mark.parametrize(
    ("facts", "resend", "said"),
    [
        ({"state": S.HELD}, Never(), "Send again"),
        ({"state": S.HELD, "doubt_since": 1}, Never(), None),
        ({"state": S.HELD, "doubt_since": 1, "reference": "R"}, Never(), "Ask again"),
        ({"state": S.IN_DOUBT, "doubt_since": 1}, Never(), None),
        ({"state": S.IN_DOUBT, "doubt_since": 1}, Ask(settle=timedelta(seconds=9)), "Ask again"),
        ({"state": S.IN_DOUBT, "doubt_since": 1}, Safe(remembered=timedelta(days=1)), "Send again"),
        ({"state": S.IN_DOUBT, "doubt_since": 1, "lease_owner": "n"}, Safe(remembered=timedelta(days=1)), None),
        ({"state": S.READY}, Never(), None),
        ({"state": S.READY, "problem": "timeout"}, Never(), "Send again"),
        ({"state": S.DECIDING}, Never(), None),
        ({"state": S.APPROVED}, Never(), None),
    ],
)
def test_what_may_be_sent_again(facts: dict[str, object], resend: Resend, said: str | None) -> None:
    found = retried_as(HERE.with_values(facts), replace(OPERATION, resend=resend))
    assert (None if found is None else found.en) == said
    assert retried_as(HERE.with_values(facts), None) is None


def test_only_a_doubt_is_settled_by_a_person() -> None:
    doubt = HERE.with_values({"state": S.IN_DOUBT, "doubt_since": 1})
    assert resolvable(doubt)
    assert resolvable(doubt.with_values({"state": S.HELD}))
    assert not resolvable(doubt.with_values({"lease_owner": "n"}))
    assert not resolvable(doubt.with_values({"state": S.APPROVED}))
    assert not resolvable(HERE.with_values({"state": S.HELD}))

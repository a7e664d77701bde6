"""What is an outcome of an operation, and what an adapter's author only thought was one."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.model.outcome import Accepted, Approved, FieldProblem, Rejected, Returned
from gateway.sdk.outcomes import unfit
from tests.gateway.worlds.offices import Office, Other, approved

ODD: Any = 5
OPERATION = Office.operations[0]


@pytest.mark.parametrize(
    "outcome",
    [
        approved(),
        Accepted(reference="R" * 200),
        Rejected(code="", reason=""),
        Returned(code="B", reason="r", fields=(FieldProblem("name", "m"),)),
    ],
)
def test_outcomes_are_fit(outcome: Any) -> None:
    assert unfit(outcome, OPERATION) is None


@pytest.mark.parametrize(
    "outcome",
    [
        None,
        Approved(output=Other(text="x")),
        Approved(output=ODD),
        Accepted(reference=ODD),
        Accepted(reference="R", check_after=ODD),
        Accepted(reference="R" * 201),
        Accepted(reference="R\0"),
        Rejected(code="B\0", reason=""),
        Rejected(code=ODD, reason=""),
        Returned(code="B", reason=ODD),
        Returned(code="B", reason="r", fields=ODD),
        Returned(code="B", reason="r", fields=(ODD,)),
    ],
)
def test_what_is_none_says_why(outcome: Any) -> None:
    assert unfit(outcome, OPERATION)

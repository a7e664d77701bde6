"""What is kept of an outcome lies there byte for byte as it always has, and comes back whole."""

from __future__ import annotations

import pytest

from gateway.model.outcome import Accepted, FieldProblem, Outcome, Rejected, Returned, from_blob, said_blob, said_in, to_blob
from tests.gateway.worlds.offices import OUTCOMES, Office, approved

RETURNED = Returned(code="B", reason="r", fields=(FieldProblem("note", "too short"), FieldProblem("", "something")), reference="REF-1")
KEPT: list[tuple[Outcome, bytes, bytes]] = [
    (
        approved("N-1", "REF-2"),
        b'{"kind":"approved","output":{"number":"N-1"},"code":null,"reason":null,"reference":"REF-2","fields":[]}',
        b'{"kind":"approved","output":{"number":"N-1"},"code":null,"reason":null,"fields":[]}',
    ),
    (
        Accepted(reference="REF-1"),
        b'{"kind":"accepted","output":null,"code":null,"reason":null,"reference":"REF-1","fields":[]}',
        b'{"kind":"accepted","output":null,"code":null,"reason":null,"fields":[]}',
    ),
    (
        Rejected(code="R", reason="不符合条件"),
        '{"kind":"rejected","output":null,"code":"R","reason":"不符合条件","reference":null,"fields":[]}'.encode(),
        '{"kind":"rejected","output":null,"code":"R","reason":"不符合条件","fields":[]}'.encode(),
    ),
    (
        RETURNED,
        b'{"kind":"returned","output":null,"code":"B","reason":"r","reference":"REF-1","fields":[["note","too short"],["","something"]]}',
        (
            b'{"kind":"returned","output":null,"code":"B","reason":"r",'
            b'"fields":[{"field":"note","pointer":"/note","message":"too short"},{"field":"","pointer":"/","message":"something"}]}'
        ),
    ),
]


@pytest.mark.parametrize(("outcome", "waiting", "kept"), KEPT)
def test_the_forms_that_are_stored_are_these(outcome: Outcome, waiting: bytes, kept: bytes) -> None:
    assert to_blob(outcome) == waiting
    assert said_blob(outcome, lambda field: f"/{field}") == kept
    assert said_in(kept)["kind"] == outcome.kind


@pytest.mark.parametrize("outcome", [*OUTCOMES.values(), RETURNED, approved("N-1", "REF-2")])
def test_an_outcome_comes_back_as_it_was(outcome: Outcome) -> None:
    assert from_blob(to_blob(outcome), Office.operations[0].output) == outcome

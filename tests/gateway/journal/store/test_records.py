"""Records come back from their rows as they were."""

from __future__ import annotations

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from gateway.journal.store import schema
from gateway.journal.store.records import (
    application_of,
    application_row,
    attempt_of,
    attempt_row,
    changed_columns,
    delivery_of,
    delivery_row,
    party_of,
    party_row,
)
from gateway.model.application import Application
from gateway.model.case import Party
from gateway.model.delivery import Attempt, Delivery

TEXT = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8)
DELIVERIES = st.from_type(Delivery).flatmap(
    lambda one: st.lists(TEXT, max_size=3).map(
        lambda after: Delivery(**{**{f.name: getattr(one, f.name) for f in fields(one)}, "after": tuple(after)})
    )
)


@given(DELIVERIES)
def test_a_delivery(one: Delivery) -> None:
    row = delivery_row(one)
    assert delivery_of(row) == one
    assert row.keys() == {column.name for column in schema.delivery.c}
    assert all(type(value) in (str, int, bool, type(None)) for value in row.values())


@given(st.from_type(Application))
def test_an_application(one: Application) -> None:
    row = application_row(one)
    assert application_of(row) == one
    assert row.keys() == {column.name for column in schema.application.c}
    assert all(type(value) in (str, int, bool, type(None)) for value in row.values())


@given(st.from_type(Attempt))
def test_an_attempt(one: Attempt) -> None:
    row = attempt_row(one)
    assert attempt_of(row) == one
    assert row.keys() == {column.name for column in schema.attempt.c}


@given(st.from_type(Party), st.lists(TEXT, max_size=3))
def test_a_party(one: Party, roles: list[str]) -> None:
    party = one.with_values({"roles": tuple(roles)})
    row = party_row(party)
    assert party_of(row) == party
    assert row.keys() == {column.name for column in schema.party.c}
    assert all(type(value) in (str, int, type(None)) for value in row.values())


@given(DELIVERIES, DELIVERIES)
def test_what_differs_makes_one_row_of_the_other(was: Delivery, now: Delivery) -> None:
    differing = changed_columns(was, now, (column.name for column in schema.delivery.c if column.name != "after"))
    assert delivery_of({**delivery_row(was), **differing, "after": delivery_row(now)["after"]}) == now
    assert changed_columns(now, now, delivery_row(now)) == {}

"""Parties of cases: one row a person or organisation of a case, written with it and held by its entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, insert, select, update

from gateway.journal.store import schema
from gateway.journal.store.records import party_of, party_row
from gateway.journal.writer.draft import Draft
from gateway.model.case import Party

_TABLE = schema.party
_FIXED = {"id", "application_id"}
_CHANGE = (
    update(_TABLE)
    .where(_TABLE.c.application_id == bindparam("b_case"), _TABLE.c.id == bindparam("b_id"))
    .values({column.name: bindparam(column.name) for column in _TABLE.c if column.name not in _FIXED})
)


def of_case(connection: Connection, application_id: str) -> list[Party]:
    """Give all rows of a case in order of their ids, those of who has left among them."""
    statement = select(_TABLE).where(_TABLE.c.application_id == application_id).order_by(_TABLE.c.id)
    return [party_of(row._asdict()) for row in connection.execute(statement)]


def by_code_macs(connection: Connection, macs: Sequence[int]) -> list[Party]:
    """Give the rows with one of these keyed digests of a query code."""
    return [party_of(row._asdict()) for row in connection.execute(select(_TABLE).where(_TABLE.c.code_mac.in_(macs)))]


def change(draft: Draft, changed: Iterable[tuple[Party | None, Party]]) -> None:
    """Write rows of a case that is there, each as it was (None: it is new) and as it is.

    They are written at once, so that a later change of the batch reads them. Nothing of a change may be refused after this.
    """
    for was, party in changed:
        row = party_row(party)
        if was is None:
            draft.connection.execute(insert(_TABLE), row)
        else:
            values = {name: value for name, value in row.items() if name not in _FIXED}
            draft.connection.execute(_CHANGE, {**values, "b_case": party.application_id, "b_id": party.id})
        draft.hold(_TABLE, row, case=party.application_id, was=None if was is None else party_row(was))

"""Parties of cases: one row a person or organisation of a case, written with it and held by its entries, and wrong tries to be one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from gateway.journal.store import schema
from gateway.journal.store.records import party_of, party_row
from gateway.journal.writer.draft import Draft
from gateway.model.case import Party

_TABLE = schema.party
_TRIES = schema.answer_try
_FIXED = {"id", "application_id"}
_CHANGE = (
    update(_TABLE)
    .where(_TABLE.c.application_id == bindparam("b_case"), _TABLE.c.id == bindparam("b_id"))
    .values({column.name: bindparam(column.name) for column in _TABLE.c if column.name not in _FIXED})
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongTries:
    """Number and time of the last of them (microseconds)."""

    wrong: int = 0
    last_at: int = 0


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


def wrong_tries(connection: Connection, party: Party) -> WrongTries:
    """Give those with the receipt that the party has now. Another node that counts one waits for this transaction."""
    row = connection.execute(select(_TRIES).where(_TRIES.c.party == party.id).with_for_update()).one_or_none()
    return WrongTries() if row is None or row.receipt_at != party.receipt_at else WrongTries(wrong=row.wrong, last_at=row.last_at)


def keep_tries(connection: Connection, party: Party, tries: WrongTries) -> None:
    """Put the number in place of what was there, none for nothing. One that another node adds meanwhile fails, and is decided anew."""
    here = _TRIES.c.party == party.id
    values = {"receipt_at": party.receipt_at or 0, "wrong": tries.wrong, "last_at": tries.last_at}
    if not tries.wrong:
        connection.execute(delete(_TRIES).where(here))
    elif connection.execute(update(_TRIES).where(here).values(values)).rowcount == 0:
        connection.execute(insert(_TRIES), {"party": party.id, **values})

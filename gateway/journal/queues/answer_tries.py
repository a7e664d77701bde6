"""Wrong tries of whoever has a party's receipt, at the last characters of the party's document."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from gateway.journal.store import schema
from gateway.model.case import Party

_TABLE = schema.answer_try


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongTries:
    """Number and time of the last of them (microseconds)."""

    wrong: int = 0
    last_at: int = 0


def of_party(connection: Connection, party: Party) -> WrongTries:
    """Give those with the receipt that the party has now. Another node that counts one waits for this transaction."""
    row = connection.execute(select(_TABLE).where(_TABLE.c.party == party.id).with_for_update()).one_or_none()
    return WrongTries() if row is None or row.receipt_at != party.receipt_at else WrongTries(wrong=row.wrong, last_at=row.last_at)


def keep(connection: Connection, party: Party, tries: WrongTries) -> None:
    """Put the number in place of what was there, none for nothing. One that another node adds meanwhile fails, and is decided anew."""
    here = _TABLE.c.party == party.id
    values = {"receipt_at": party.receipt_at or 0, "wrong": tries.wrong, "last_at": tries.last_at}
    if not tries.wrong:
        connection.execute(delete(_TABLE).where(here))
    elif connection.execute(update(_TABLE).where(here).values(values)).rowcount == 0:
        connection.execute(insert(_TABLE), {"party": party.id, **values})

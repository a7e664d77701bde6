"""Rows of parties, and what stands in a journal, for the tests of receipts."""

from __future__ import annotations

from sqlalchemy import select

from gateway.cases.receipts.receipt import Receipt
from gateway.journal.queues.parties import of_case
from gateway.journal.store import schema
from gateway.model.case import Party
from tests.gateway.worlds.offices import WOMAN
from tests.gateway.worlds.world import World

BUYER = {"name": WOMAN["name"], "id_number": WOMAN["id_number"]}


def rows(world: World, application_id: str) -> dict[str, Party]:
    """Give the row of each role of a case."""
    with world.reader.connect() as connection:
        return {role: row for row in of_case(connection, application_id) for role in row.roles}


def receipt(world: World, application_id: str, role: str = "applicant") -> Receipt:
    """Give the receipt of a role. Fails where it has none."""
    found = world.receipts.of(rows(world, application_id)[role])
    assert found is not None
    return found


def stored(world: World) -> str:
    """Give all that the journal holds, as text."""
    return repr([tuple(row) for table in schema.metadata.tables.values() for row in world.rows(select(table))])

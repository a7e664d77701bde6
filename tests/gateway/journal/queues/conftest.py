"""Drafts that are not committed, for statements that only ask."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, insert

from gateway.journal.store import schema
from gateway.journal.store.records import application_row, delivery_row
from gateway.journal.writer.draft import Draft, Loaded
from gateway.model.application import Application
from gateway.model.delivery import Delivery

NOW = 1000


def draft(connection: Connection) -> Draft:
    return Draft(loaded=Loaded(), connection=connection, now=NOW, node="node-1", lease_microseconds=1)


@pytest.fixture
def keep(writer: Engine) -> Callable[[Application, Delivery], Delivery]:
    """Put a case of one delivery into the journal, and give the delivery."""

    def kept(case: Application, one: Delivery) -> Delivery:
        with writer.begin() as connection:
            connection.execute(insert(schema.application), application_row(case))
            connection.execute(insert(schema.delivery), delivery_row(one))
        return one

    return kept

"""Entries of a case's audit, for the changes that go by what was said before."""

from __future__ import annotations

from collections.abc import Collection

import orjson
from sqlalchemy import Connection, select

from gateway.journal.store import schema
from gateway.model import JsonView

_AUDIT = schema.audit.c


def entries(connection: Connection, application_id: str, event: str) -> list[tuple[int, JsonView]]:
    """Give the times and details of a case's entries of one event."""
    statement = select(_AUDIT.at, _AUDIT.details).where(_AUDIT.application_id == application_id, _AUDIT.event == event)
    return [(row.at, orjson.loads(row.details)) for row in connection.execute(statement)]


def last_entry(connection: Connection, application_id: str, delivery_id: str, events: Collection[str]) -> tuple[str, JsonView] | None:
    """Give the event and details of the last entry about a delivery of one of these events, or None."""
    about = select(_AUDIT.event, _AUDIT.details).where(_AUDIT.application_id == application_id, _AUDIT.delivery_id == delivery_id)
    last = connection.execute(about.where(_AUDIT.event.in_(events)).order_by(_AUDIT.event_no.desc()).limit(1)).first()
    return None if last is None else (last.event, orjson.loads(last.details))

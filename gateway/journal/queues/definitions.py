"""Definitions of services, kept by digest for as long as there is a case under one."""

from __future__ import annotations

from sqlalchemy import Connection, select

from gateway.journal.store import schema
from gateway.journal.writer.draft import Draft

_TABLE = schema.service_definition


def digests(connection: Connection) -> set[str]:
    """Give the digests of all that are kept."""
    return set(connection.execute(select(_TABLE.c.digest)).scalars())


def definition(connection: Connection, digest: str) -> str:
    """Give the canonical JSON of one that is kept."""
    found: str = connection.execute(select(_TABLE.c.definition).where(_TABLE.c.digest == digest)).scalar_one()
    return found


def keep(draft: Draft, digest: str, code: str, canonical: str) -> None:
    """Keep one that is not kept yet."""
    draft.insert(_TABLE, {"digest": digest, "code": code, "definition": canonical, "stored_at": draft.now})

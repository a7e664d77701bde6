"""Definitions of services, kept by digest for as long as there is a case under one.

A node refuses a definition with a member that it does not know, and a case under such a one stands still there. So each node says in
``meta`` which of the younger members it reads.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from gateway.journal.store import schema
from gateway.journal.writer.draft import Draft

_TABLE = schema.service_definition
#: The beginning of the names (of 50 characters at most) under which ``meta`` says what a node reads.
_READS = "def_reads:"


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


def say_read(draft: Draft, members: Sequence[str]) -> None:
    """Say that this node reads these members, and drop what was said by nodes whose chains are closed."""
    connection, meta, chain = draft.connection, schema.meta, schema.chain
    open_ = set(connection.execute(select(chain.c.node).where(chain.c.closed_at.is_(None))).scalars())
    said = connection.execute(select(meta.c.key).where(meta.c.key.startswith(_READS, autoescape=True))).scalars()
    gone = {key for key in said if key.removeprefix(_READS) not in open_} | {_READS + draft.node}
    connection.execute(delete(meta).where(meta.c.key.in_(sorted(gone))))
    connection.execute(insert(meta), {"key": _READS + draft.node, "value": ",".join(members)})


def readers(connection: Connection) -> dict[str, frozenset[str]]:
    """Give what each node has said that it reads."""
    meta = schema.meta.c
    rows = connection.execute(select(meta.key, meta.value).where(meta.key.startswith(_READS, autoescape=True)))
    return {row.key.removeprefix(_READS): frozenset(row.value.split(",")) for row in rows}

"""Facts that each node says of itself in ``meta``. A change that an older node would not follow waits until every living one has said so.

A node lives as long as its audit chain is open. A chain that goes on under a newer node is that one's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from gateway.journal.store import schema
from gateway.journal.store.database import HEAD
from gateway.journal.writer.draft import Change, Draft
from gateway.journal.writer.ends import SINCE

#: The fact that says which revision of the tables a node writes.
REVISION = "revision:"
#: The fact that says which of the younger members of a service's definition a node reads, separated by commas.
READS = "def_reads:"
#: The first revision of the tables in which a case says why it ended, and when it was handed in.
_ENDS = "0018"
#: The first revision in which services are suspended: a node of one before would go on taking applications.
_SUSPENDS = "0020"


def say(draft: Draft, fact: str, value: str) -> None:
    """Put a fact of this node in place of what it said before, and drop those of nodes that are gone. ``fact`` begins a key of ``meta``."""
    connection, meta = draft.connection, schema.meta
    gone = {fact + node for node in said(connection, fact).keys() - _living(connection)} | {fact + draft.node}
    connection.execute(delete(meta).where(meta.c.key.in_(sorted(gone))))
    connection.execute(insert(meta), {"key": fact + draft.node, "value": value})


def lacking(connection: Connection, fact: str, fits: Callable[[str], bool]) -> tuple[str, ...]:
    """Give the living nodes that have not said a value that fits. One that has said nothing has said ``""``."""
    values = said(connection, fact)
    return tuple(sorted(node for node in _living(connection) if not fits(values.get(node, ""))))


def said(connection: Connection, fact: str) -> Mapping[str, str]:
    """Give what each node has said of that fact."""
    meta = schema.meta.c
    rows = connection.execute(select(meta.key, meta.value).where(meta.key.startswith(fact, autoescape=True)))
    return {row.key.removeprefix(fact): row.value for row in rows}


def _living(connection: Connection) -> set[str]:
    chain = schema.chain.c
    return set(connection.execute(select(chain.node).where(chain.closed_at.is_(None))).scalars())


def begin_ends(draft: Draft) -> tuple[str, ...]:
    """Let cases say why they ended, and when they were handed in. Gives the older nodes that may still write: nothing has changed then."""
    if draft.ends.begun(draft.connection, draft.undo):
        return ()
    older = lacking(draft.connection, REVISION, lambda said: said >= _ENDS)
    if not older:
        draft.connection.execute(insert(schema.meta), {"key": SINCE, "value": str(draft.now)})
    return older


def unaware_of_suspensions(connection: Connection) -> tuple[str, ...]:
    """Give the living nodes that know of no suspension. A journal in a file has one node, which is this one."""
    return () if connection.dialect.name == "sqlite" else lacking(connection, REVISION, lambda said: said >= _SUSPENDS)


@dataclass(frozen=True, slots=True)
class KnowRevision(Change[None]):
    """A change that says in ``meta`` which revision of the tables this node writes, and lets begin what all nodes have by now."""

    def decide(self, draft: Draft) -> None:
        """Put it in place of what this node said before."""
        say(draft, REVISION, HEAD)
        begin_ends(draft)

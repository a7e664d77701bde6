"""Nodes of the journal: each says every so often that it lives, and at its end that it leaves. It holds what it has leased.

A node of an older version says nothing here. On PostgreSQL it is known by its audit chain, which it writes at least once a minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, text, update

from gateway.journal.audit.chains import database_clock
from gateway.journal.read.lists import id_time
from gateway.journal.store import schema
from gateway.journal.writer.draft import Change, Draft

#: Microseconds after which a node that is heard of no more is forgotten.
KEPT = 7 * 24 * 60 * 60 * 1_000_000
#: Nodes that one look gives at most, those that were heard of last.
MOST = 200

#: Microseconds, for chains without a node: how lately one was written, and how long a command lives.
_CHAIN_SILENT = 150 * 1_000_000
_COMMAND = 60 * 1_000_000

_TABLE = schema.node


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A node's word of itself: the process incarnation, where it runs and where it answers, which of the roles it has."""

    id: str
    host: str
    process: int
    address: str | None
    roles: str
    version: str


_ABOUT = tuple(one.name for one in fields(About))


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The leases of a node: deliveries under way by department, jobs, and when the last of the leases ends (microseconds)."""

    deliveries: Mapping[str, int] = field(default_factory=dict)
    jobs: int = 0
    until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRow:
    """One node as the journal knows it. ``about`` is None for one of an older version. Times are microseconds."""

    id: str
    about: About | None
    started_at: int
    seen_at: int
    left_at: int | None = None
    claims: Claims = Claims()


@dataclass(frozen=True, slots=True, kw_only=True)
class Say(Change[None]):
    """A change that writes that a node lives, or with ``leaves`` that it ends in order. Its first one forgets those that ended long ago."""

    about: About
    leaves: bool = False

    def decide(self, draft: Draft) -> None:
        """Write the node's row."""
        said = {"seen_at": draft.now, "left_at": draft.now if self.leaves else None}
        here = update(_TABLE).where(_TABLE.c.id == self.about.id).values(said)
        if draft.connection.execute(here).rowcount == 1:
            return
        draft.connection.execute(delete(_TABLE).where(_TABLE.c.seen_at < draft.now - KEPT))
        about = {name: getattr(self.about, name) for name in _ABOUT}
        draft.connection.execute(insert(_TABLE), {**about, "started_at": draft.now, **said})


def forget(draft: Draft) -> None:
    """Forget every node."""
    draft.connection.execute(delete(_TABLE))


def look(connection: Connection, now: int) -> tuple[list[NodeRow], int]:
    """Give every node that was heard of lately or still holds something, the last heard of first, and the journal's time.

    ``now`` is the host's time, which counts where no other host writes.
    """
    alone = connection.dialect.name == "sqlite"
    now = now if alone else database_clock(connection)
    found = {row.id: _row(row) for row in connection.execute(select(_TABLE).order_by(_TABLE.c.seen_at.desc()).limit(MOST))}
    claims = _claims(connection)
    for known in [] if alone else _by_chain(connection, now, claims.keys() - found.keys()):
        found.setdefault(known.id, known)
    for owner in claims.keys() - found.keys():
        found[owner] = NodeRow(id=owner, about=None, started_at=id_time(owner), seen_at=id_time(owner))
    return [replace(one, claims=claims.get(one.id, Claims())) for one in found.values()], now


def _row(row: Row[Any]) -> NodeRow:
    about = About(**{name: getattr(row, name) for name in _ABOUT})
    return NodeRow(id=row.id, about=about, started_at=row.started_at, seen_at=row.seen_at, left_at=row.left_at)


def _claims(connection: Connection) -> dict[str, Claims]:
    """Give the leases of each node, along the index of leases, which holds nothing else."""
    d, job = schema.delivery.c, schema.job.c
    leased = text("delivery.lease_owner IS NOT NULL")  # written as the partial index has it
    counted = select(d.lease_owner, d.department, func.count(), func.max(d.lease_until)).where(leased).group_by(d.lease_owner, d.department)
    found: dict[str, Claims] = {}
    for owner, department, count, until in connection.execute(counted):
        before = found.get(owner, Claims())
        found[owner] = Claims(deliveries={**before.deliveries, department: count}, until=max(before.until or 0, until))
    working = select(job.lease_owner, func.count(), func.max(job.lease_until)).where(
        text("job.state = 'running'"), job.lease_owner.is_not(None)
    )
    for owner, count, until in connection.execute(working.group_by(job.lease_owner)):
        before = found.get(owner, Claims())
        found[owner] = replace(before, jobs=count, until=max(before.until or 0, until))
    return found


def _by_chain(connection: Connection, now: int, holding: set[str]) -> list[NodeRow]:
    """Give nodes of an older version: by the chains that were written lately, and by those whose writers hold something."""
    chain = schema.chain.c
    lately = select(chain.id, chain.seen_at).where(chain.closed_at.is_(None), chain.seen_at > now - _CHAIN_SILENT)
    old = [row for row in connection.execute(lately) if row.seen_at - id_time(row.id) > _COMMAND]
    old += connection.execute(select(chain.id, chain.seen_at).where(chain.id.in_(holding))).all() if holding else []
    return [NodeRow(id=row.id, about=None, started_at=id_time(row.id), seen_at=row.seen_at) for row in old]

"""This writer's row in ``chain``: its head, the count of its commits, its last sign of life, and its signature over them.

The row is written in every commit, so it is a commit's receipt. When the connection breaks during a commit, the row says whether it
happened. A writer that finds another count than its own has lost commits that were acknowledged (an older copy was put back, a standby
without them was promoted) and must not go on as if nothing were. The signature says that whoever has the key left the chain there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import BigInteger, Connection, Engine, bindparam, cast, func, insert, literal, literal_column, select, update

from gateway.journal.audit.hash_chain import ChainHead
from gateway.journal.audit.trust import ChainSigner, Trust, chain_message
from gateway.journal.store import schema
from gateway.journal.store.statements import Many
from gateway.model.errors import GatewayError

_TABLE = schema.chain

_ADVANCE = Many(
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("b_id"), _TABLE.c.node == bindparam("b_node"), _TABLE.c.batch == bindparam("b_batch"))
    .values(
        batch=_TABLE.c.batch + literal_column("1"),
        seq=bindparam("b_seq"),
        hash=bindparam("b_hash"),
        seen_at=bindparam("b_seen"),
        signature=bindparam("b_signature"),
    )
)


class ChainLost(GatewayError):
    """A chain whose row is not as this writer committed it last, or is another's now. The writer must stop, and be started anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The point where this writer stands: its chain's head after ``batch`` commits."""

    node: str
    head: ChainHead
    batch: int = 0

    def after(self, head: ChainHead) -> Chain:
        """Give the point after one more commit."""
        return replace(self, head=head, batch=self.batch + 1)

    def signed(self, chain_signer: ChainSigner | None) -> str | None:
        """Sign its row. Gives None without a signer."""
        return None if chain_signer is None else chain_signer.of(self.head.chain, self.batch, self.head.seq, self.head.hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A row of ``chain``: where its writer's last commit left it."""

    id: str
    batch: int
    seq: int
    hash: str
    signature: str | None = None
    closed_at: int | None = None

    def wrong(self, trust: Trust, journal: str | None, *, signed: bool) -> str | None:
        """Give what is wrong with its signature. A missing one is wrong where all are ``signed``."""
        if self.signature is None:
            return "unsigned" if signed else None
        message = chain_message(journal or "", self.id, batch=self.batch, seq=self.seq, digest=self.hash, closed_at=self.closed_at)
        return None if trust.genuine(self.signature, message) else "row_forged"


def own_chain(writer: Engine, journal_id: str, node: str) -> str:
    """Give the id of the chain that a node writes: the journal's, or its own where several write, so that none waits for another."""
    return journal_id if writer.dialect.name == "sqlite" else node


def take(connection: Connection, chain_id: str, node: str, now: int, chain_signer: ChainSigner | None = None) -> Chain:
    """Take a chain over for this node, or begin it, and give where it stands.

    A row that is there keeps its signature until the first commit, since taking over says nothing of what was found. A closed one (a
    journal came back to a file from a server) is opened again.
    """
    head = last_entry(connection, chain_id)
    row = connection.execute(select(_TABLE.c.batch, _TABLE.c.closed_at).where(_TABLE.c.id == chain_id)).first()
    chain = Chain(node=node, head=head, batch=0 if row is None else row.batch)
    if row is None:
        standing = {"batch": 0, "seq": head.seq, "hash": head.hash, "signature": chain.signed(chain_signer)}
        connection.execute(insert(_TABLE), {"id": chain_id, "node": node, "seen_at": now, **standing})
    else:
        opened = {} if row.closed_at is None else {"closed_at": None, "signature": chain.signed(chain_signer)}
        connection.execute(update(_TABLE).where(_TABLE.c.id == chain_id), {"node": node, "seen_at": now, **opened})
    return chain


def last_entry(connection: Connection, chain_id: str) -> ChainHead:
    """Give the end of a chain's entries."""
    audit = schema.audit
    last = connection.execute(
        select(audit.c.seq, audit.c.hash).where(audit.c.chain == chain_id).order_by(audit.c.seq.desc()).limit(1)
    ).first()
    return ChainHead(chain=chain_id) if last is None else ChainHead(chain=chain_id, seq=last.seq, hash=last.hash)


def advance(connection: Connection, chain: Chain, after: Chain, now: int, chain_signer: ChainSigner | None = None) -> None:
    """Write the row of ``chain`` as it stands ``after`` this transaction, signed. Raises ChainLost."""
    values = {
        "b_id": chain.head.chain,
        "b_node": chain.node,
        "b_batch": chain.batch,
        "b_seq": after.head.seq,
        "b_hash": after.head.hash,
        "b_seen": now,
        "b_signature": after.signed(chain_signer),
    }
    if _ADVANCE.execute(connection, [values]) != 1:
        raise ChainLost(f"chain {chain.head.chain}: the database does not stand where commit {chain.batch} left it")


def standing(connection: Connection, chain: Chain) -> int:
    """Count the chain's commits, waiting for one whose end is not known yet (it holds the row). Raises ChainLost.

    The row is written, so that this transaction ends only when everything before it is as durable as the database makes it.
    """
    row = connection.execute(select(_TABLE.c.node, _TABLE.c.batch).where(_TABLE.c.id == chain.head.chain).with_for_update()).first()
    if row is None or row.node != chain.node:
        raise ChainLost(f"chain {chain.head.chain} is another's now")
    connection.execute(update(_TABLE).where(_TABLE.c.id == chain.head.chain).values(seen_at=_TABLE.c.seen_at))
    return int(row.batch)


def left_by(connection: Connection, *, open_only: bool = False, since: int = 0) -> list[Left]:
    """Give the rows of chains as their writers' last commits left them: of all seen ``since`` then, or of open ones alone."""
    table = schema.chain.c
    rows = select(table.id, table.batch, table.seq, table.hash, table.signature, table.closed_at).where(table.seen_at >= since)
    if open_only:
        rows = rows.where(table.closed_at.is_(None))
    return [Left(**row) for row in connection.execute(rows).mappings()]


def database_clock(connection: Connection) -> int:
    """Give the database server's time in microseconds since the epoch, by which leases of several nodes are measured."""
    now = cast(func.extract("epoch", func.clock_timestamp()) * literal(1_000_000), BigInteger)
    return int(connection.execute(select(now)).scalar_one())

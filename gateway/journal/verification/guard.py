"""A look at the audit before anything is written, since a node that goes on from a forged chain would sign it.

It costs the same however long the audit is: it reads the rows of open chains, and the last line of the signed heads. Whatever lies deeper
is for :mod:`gateway.journal.verification.verify` to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Engine, select

from gateway.journal.audit.chains import Left, last_entry, left_by
from gateway.journal.audit.entries import RESTORED, Restored, restores, told
from gateway.journal.audit.head_lines import genuine, last_line, locked, parsed
from gateway.journal.audit.trust import Trust, handovers
from gateway.journal.store import schema
from gateway.model import JsonView
from gateway.model.service import Text


class Finding:
    """A finding in both languages."""

    __slots__ = ()

    @property
    def said(self) -> Text:
        """The finding in words."""
        raise NotImplementedError

    @property
    def en(self) -> str:
        """The finding in English."""
        return self.said.en

    @property
    def zh(self) -> str:
        """The finding in Chinese."""
        return self.said.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainProblem(Finding):
    """The first bad place of one chain, or of the heads file.

    ``kind``: ``changed`` (the entry does not fit its hash), ``missing`` (no entry has this ``seq``), ``rewritten`` (the chain fits, but not
    what was signed for ``seq``: it was recomputed after ``sound``), ``cut`` (a signed head reached ``signed``, the chain ends before
    ``seq``), ``short`` (its writer's last commit reached ``signed``, the chain ends before ``seq``), ``not_written`` (it ends otherwise
    than its writer's last commit, at ``signed``, left it), ``unsigned`` (no commit of its writer is signed), ``row_forged`` (what says
    where its last commit left it is not signed with this installation's key), ``accepted_changed`` (up to ``seq`` it was accepted as it
    stood, and is not so any more), ``no_identity`` (the journal's own id is gone), ``unmarked`` (so is the mark that all of its chains are
    signed), ``heads_missing``, ``heads_unreadable``, ``heads_forged``, ``heads_removed``, ``heads_other_journal`` (``seq`` is the line in
    the heads file).
    """

    kind: str
    chain: str | None = None
    seq: int | None = None
    event: str | None = None
    at: int | None = None  # microseconds since the epoch, as the entry says
    sound: int | None = None
    signed: int | None = None

    @property
    def said(self) -> Text:
        """The problem and its place."""
        from gateway.journal.verification import texts  # noqa: PLC0415  # what is sound is not spoken of: a gateway serves without them

        return texts.problem(
            self.kind, chain=self.chain or "", seq=self.seq, event=self.event, at=self.at, sound=self.sound, signed=self.signed
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A journal's word of itself: its id, whose keys may sign, whether all its chains are signed (``marked``).

    With ``signed`` they must be, whether it says so or not.
    """

    journal: str | None
    trust: Trust
    marked: bool
    signed: bool


def identity(connection: Connection, public_key: Ed25519PublicKey) -> Identity:
    """Read a journal's identity. What cannot be proven here (``marked``) only adds findings."""
    facts: dict[str, str] = {row.key: row.value for row in connection.execute(select(schema.meta))}
    marked = schema.SIGNED_SINCE in facts
    return Identity(journal=facts.get(schema.JOURNAL_ID), trust=Trust(public_key, handovers(facts)), marked=marked, signed=marked)


def restored(connection: Connection, said: Identity) -> list[Restored]:
    """Give the restores that entries tell of, where all chains are signed. Elsewhere anybody could have written the entry."""
    return restores(told(connection, RESTORED)) if said.marked else []


def examine(engine: Engine, heads: Path, public_key: Ed25519PublicKey, *, signed: bool) -> ChainProblem | None:
    """Give the first thing that forbids going on, or None.

    ``engine`` is the writer's, since a standby may not have yet what was signed. ``public_key`` is the installation's first. With
    ``signed`` a chain without a signature is forged. Missing heads forbid nothing, since a new node has none yet. Raises OSError, and what
    SQLAlchemy raises.
    """
    with locked(heads, shared=True):
        line = last_line(heads)  # before the snapshot, which then holds what the line signs
    statement = None if line is None else parsed(line)
    with engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        said = identity(connection, public_key)
        if line is not None and (statement is None or not genuine(statement, _following(said, statement))):
            return ChainProblem(kind="heads_forged")
        if statement is not None and statement["journal"] != said.journal:
            return ChainProblem(kind="heads_other_journal")
        if signed and not said.marked and said.journal is not None:
            return ChainProblem(kind="unmarked")
        every = signed or said.signed or bool(statement and statement.get("signed"))
        return next(_wrong(connection, said, statement, signed=every), None)


def all_chains(engine: Engine, public_key: Ed25519PublicKey) -> ChainProblem | None:
    """Give the first thing that is wrong with the end of any chain, closed ones too, or None. Raises what SQLAlchemy raises."""
    with engine.connect() as connection:
        said = identity(connection, public_key)
        wrong = (one for left in left_by(connection) for one in chain_wrong(connection, said, left, signed=said.marked))
        return next(wrong, None)


def _following(said: Identity, statement: JsonView) -> Trust:
    for one in statement.get("keys", ()):
        said.trust.follow(one)
    return said.trust


def _wrong(connection: Connection, said: Identity, statement: JsonView | None, *, signed: bool) -> Iterator[ChainProblem]:
    known = left_by(connection, open_only=True)
    for left in known:
        yield from chain_wrong(connection, said, left, signed=signed)
    if signed and not known and connection.execute(select(schema.chain.c.id).limit(1)).first() is None:
        row = connection.execute(select(schema.audit.c.chain).limit(1)).first()
        if row is not None:  # entries, and nothing that says where their writer left them
            yield ChainProblem(kind="unsigned", chain=row.chain, seq=0)
    for head in () if statement is None else statement["heads"]:
        yield from _off(connection, said, head, statement["at"] if statement else 0)


def chain_wrong(connection: Connection, said: Identity, left: Left, *, signed: bool) -> Iterator[ChainProblem]:
    """Give what is wrong with the end of one chain: its signature, or its last entry."""
    kind = left.wrong(said.trust, said.journal, signed=signed)
    if kind is not None:
        yield ChainProblem(kind=kind, chain=left.id, seq=left.seq)
    end = last_entry(connection, left.id)
    if (end.seq, end.hash) != (left.seq, left.hash):
        short = left.seq > end.seq
        yield ChainProblem(kind="short" if short else "not_written", chain=left.id, seq=end.seq + short, signed=left.seq)


def _off(connection: Connection, said: Identity, head: JsonView, at: int) -> Iterator[ChainProblem]:
    """Find a signed head that does not lie on its chain, unless a restore cut it off."""
    chain, seq = head["chain"], head["seq"]
    if seq == 0:
        return
    table = schema.audit.c
    row = connection.execute(select(table.hash, table.event, table.at).where(table.chain == chain, table.seq == seq)).first()
    if row is not None and row.hash == head["hash"]:
        return
    if any(at <= one.at and seq > one.kept.get(chain, 0) for one in restored(connection, said)):
        return
    if row is None:
        yield ChainProblem(kind="cut", chain=chain, seq=last_entry(connection, chain).seq + 1, signed=seq)
    else:
        yield ChainProblem(kind="rewritten", chain=chain, seq=seq, event=row.event, at=row.at, sound=0)

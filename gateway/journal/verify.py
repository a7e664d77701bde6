"""Verify the audit: every entry's hash, the signed heads kept elsewhere, and that replaying the entries gives what the tables hold."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Engine, Row, select
from sqlalchemy.exc import DatabaseError

from gateway.journal import schema
from gateway.journal.audit import GENESIS, entry_hash
from gateway.journal.database import DatabaseRefused, refusal
from gateway.journal.findings import ChainReport, Mismatches, Problem, RestoredCopy, VerifyReport
from gateway.journal.heads import Heads, read_heads
from gateway.journal.replay import replay

#: Where ``meta`` keeps the journal's own id.
JOURNAL_ID = "journal"

#: Rows fetched at a time.
_BATCH = 2_000

_NAMES = ("chain", "seq", "at", "event", "actor", "application_id", "event_no", "delivery_id", "details", "hash")

_Row = Row[*tuple[Any, ...]]


def verify(reader: Engine, heads_path: Path, public_key: Ed25519PublicKey, hmac_key: bytes | None = None) -> VerifyReport:
    """Verify a whole journal from one snapshot, beside a running gateway or without one.

    ``hmac_key`` is the installation's key of the commitments; without it contents are not checked against them. Raises
    DatabaseRefused (``unreadable``) when the database itself is broken, or what else a server has to say.
    """
    started = time.perf_counter()
    try:
        with reader.connect() as connection:
            journal = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == JOURNAL_ID)).scalar_one_or_none()
        # Heads before the snapshot: what was signed by now was committed before.
        heads = read_heads(heads_path, public_key, journal)
        chains, mismatches = _read(reader, heads, hmac_key)
    except DatabaseError as error:
        if reader.dialect.name != "sqlite":
            raise refusal(reader, error) from error
        raise DatabaseRefused("unreadable", "journal", f"the database is broken ({error.orig}): restore a backup") from error
    problems = [chain.problem for chain in chains if chain.problem is not None]
    if heads.problem is not None and (heads.problem != "missing" or any(chain.entries for chain in chains)):
        problems.append(Problem(kind=f"heads_{heads.problem}", seq=heads.line))
    return VerifyReport(
        journal=journal,
        chains=tuple(chains),
        heads_lines=heads.lines,
        heads_torn=heads.torn,
        commitments_checked=not mismatches.unchecked,
        problems=tuple(problems),
        mismatches=tuple(mismatches.kept),
        mismatch_count=mismatches.count,
        restored=tuple(
            RestoredCopy(chain=cut.chain, kept=cut.kept, lost=cut.lost, taken_at=cut.taken_at, restored_at=cut.restored_at)
            for cut in heads.cuts
        ),
        seconds=time.perf_counter() - started,
    )


def _read(reader: Engine, heads: Heads, hmac_key: bytes | None) -> tuple[list[ChainReport], Mismatches]:
    with reader.connect() as connection:
        try:
            return _check(connection, heads, hmac_key)
        except DatabaseError as error:
            if reader.dialect.name != "sqlite" or "UTF-8" not in str(error.orig):
                raise
    # Somebody wrote bytes that are no text, which SQLite keeps: read again so that they are found as what they are.
    with reader.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.text_factory = _text
        try:
            return _check(connection, heads, hmac_key)
        finally:
            driver.text_factory = str


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _check(connection: Connection, heads: Heads, hmac_key: bytes | None) -> tuple[list[ChainReport], Mismatches]:
    chains = list(_chains(connection, heads.by_chain))
    return chains, replay(connection, hmac_key)


def _chains(connection: Connection, signed: Mapping[str, Mapping[int, str]]) -> Iterator[ChainReport]:
    """Check every chain that the table, the heads or the writers' own rows know, by name."""
    table = schema.audit
    names = set(connection.execute(select(table.c.chain).distinct()).scalars())
    written = {row.id: (row.seq, row.hash) for row in connection.execute(select(schema.chain))}
    for name in sorted(names | signed.keys() | {name for name, (seq, _) in written.items() if seq}, key=str):
        statement = select(*(table.c[column] for column in _NAMES)).where(table.c.chain == name).order_by(table.c.seq)
        with connection.execute(statement.execution_options(yield_per=_BATCH)) as result:
            yield _chain(str(name), result, signed.get(name, {}), written.get(name))


def _chain(name: str, rows: Iterable[_Row], signed: Mapping[int, str], written: tuple[int, str] | None) -> ChainReport:
    """Walk one chain in order of seq, up to its first bad entry; count them all. ``written``: where its writer's last commit left it."""
    previous, entries, sound = GENESIS, 0, 0
    problem: Problem | None = None
    for row in rows:
        entries += 1
        if problem is not None:
            continue
        kind = _wrong(row, entries, previous, signed.get(entries))
        if kind is not None:
            problem = _problem(kind, name, row, entries, sound)
        previous = row[9]
        if entries in signed:
            sound = entries
    reached = max(signed, default=0)
    if problem is None and reached > entries:
        problem = Problem(kind="cut", chain=name, seq=entries + 1, signed=reached)
    if problem is None and written is not None and written != (entries, previous):
        short = written[0] > entries
        problem = Problem(kind="short" if short else "not_written", chain=name, seq=entries + short, signed=written[0])
    return ChainReport(chain=name, entries=entries, hash=str(previous), signed=max(signed, default=None), problem=problem)


def _wrong(row: _Row, expected: int, previous: str, signed: str | None) -> str | None:
    """Give the kind of what is wrong with one entry; None when it is sound."""
    seq, digest = row[1], row[9]
    if seq != expected:
        return "missing" if isinstance(seq, int) and seq > expected else "changed"
    try:
        if entry_hash(previous, dict(zip(_NAMES, row, strict=True))) != digest:
            return "changed"
    except (orjson.JSONEncodeError, UnicodeEncodeError):  # bytes, or text that is none
        return "changed"
    return "rewritten" if signed is not None and signed != digest else None


def _problem(kind: str, name: str, row: _Row, expected: int, sound: int) -> Problem:
    if kind == "missing":
        return Problem(kind=kind, chain=name, seq=expected)
    at = row[2] if isinstance(row[2], int) else None
    return Problem(kind=kind, chain=name, seq=expected, event=str(row[3]), at=at, sound=sound if kind == "rewritten" else None)

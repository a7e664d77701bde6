"""The verification of the audit: every entry's hash, every signature, and a replay of the entries that gives what the tables hold."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DatabaseError

from gateway.journal.audit.chains import Left, left_by
from gateway.journal.audit.entries import CLOSED, told
from gateway.journal.audit.trust import Trust
from gateway.journal.store import schema
from gateway.journal.store.database import DatabaseRefused, refusal
from gateway.journal.store.statements import streamed
from gateway.journal.verification.findings import ChainReport, Mismatches, VerifyReport
from gateway.journal.verification.guard import ChainProblem, Identity, identity, restored
from gateway.journal.verification.heads_read import Heads, read_heads
from gateway.journal.verification.replay import replay
from gateway.journal.verification.replay_parts import parts, replaying
from gateway.journal.verification.walk import COLUMNS, ChainStanding, Proven, closings


def verify(
    reader: Engine,
    heads_path: Path,
    public_key: Ed25519PublicKey,
    hmac_key: bytes | Sequence[bytes] | None = None,
    *,
    signed: bool = False,
    url: str | None = None,
) -> VerifyReport:
    """Verify a whole journal, beside a running gateway or without one: the walk and the replay, from a snapshot each.

    ``public_key`` is the installation's first. With ``signed`` a chain without a signature is a finding. ``hmac_key`` is the installation's
    key of commitments, or all that it had. Without any, contents from before there were salts are not checked. By ``url`` other processes
    can replay a large journal meanwhile. Raises DatabaseRefused (``unreadable``) when the database itself is broken, or what else a server
    has to say.
    """
    started = time.perf_counter()
    hmac_keys = (hmac_key,) if isinstance(hmac_key, bytes) else tuple(hmac_key or ())
    try:
        with reader.connect() as connection:
            said = identity(connection, public_key)
            cuts = restored(connection, said)
        # Heads before the snapshot, so that what they sign was committed before it.
        heads = read_heads(heads_path, said.trust, said.journal, cuts)
        said = replace(said, signed=said.signed or signed or heads.signed)
        chains, mismatches = _read(reader, heads, said, hmac_keys, url)
    except DatabaseError as error:
        if reader.dialect.name != "sqlite":
            raise refusal(reader, error) from error
        raise DatabaseRefused("unreadable", "journal", f"the database is broken ({error.orig}): restore a backup") from error
    return report(said, chains, heads, mismatches, started=started)


def longer_than(reader: Engine, most: int) -> bool:
    """Tell whether the audit has more entries than these, without counting on."""
    with reader.connect() as connection:
        return connection.execute(select(schema.audit.c.seq).offset(most).limit(1)).first() is not None


def report(said: Identity, chains: list[ChainReport], heads: Heads, mismatches: Mismatches, *, started: float) -> VerifyReport:
    """Put together what was found. ``started`` is on the clock of :func:`time.perf_counter`."""
    problems = [chain.problem for chain in chains if chain.problem is not None]
    if said.journal is None and chains:
        problems.insert(0, ChainProblem(kind="no_identity"))
    elif said.signed and not said.marked:
        problems.insert(0, ChainProblem(kind="unmarked"))
    if heads.problem is not None and (heads.problem != "missing" or any(chain.entries for chain in chains)):
        problems.append(ChainProblem(kind=f"heads_{heads.problem}", seq=heads.line))
    return VerifyReport(
        journal=said.journal,
        chains=tuple(chains),
        heads_lines=heads.lines,
        heads_torn=heads.torn,
        commitments_checked=not mismatches.unchecked,
        problems=tuple(problems),
        mismatches=tuple(mismatches.kept),
        mismatch_count=mismatches.count,
        restored=tuple(heads.cuts),
        accepted=tuple(heads.accepted),
        seconds=time.perf_counter() - started,
    )


def _read(
    reader: Engine, heads: Heads, said: Identity, hmac_keys: Sequence[bytes], url: str | None
) -> tuple[list[ChainReport], Mismatches]:
    try:
        with reader.connect() as connection:
            ranges = parts(connection) if url is not None else []
            if url is None or not ranges:
                return _check(connection, heads, said, hmac_keys)
            with replaying(url, hmac_keys, ranges) as replayed:
                return list(_chains(connection, heads, said)), replayed()
    except DatabaseError as error:
        if reader.dialect.name != "sqlite" or "UTF-8" not in str(error.orig):
            raise
    # Somebody wrote bytes that are no text, which SQLite keeps. They are read again so that they are found as what they are.
    with reader.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.text_factory = _text
        try:
            return _check(connection, heads, said, hmac_keys)
        finally:
            driver.text_factory = str


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _check(connection: Connection, heads: Heads, said: Identity, hmac_keys: Sequence[bytes]) -> tuple[list[ChainReport], Mismatches]:
    chains = list(_chains(connection, heads, said))
    return chains, replay(connection, hmac_keys)


def _chains(connection: Connection, heads: Heads, said: Identity) -> Iterator[ChainReport]:
    """Check every chain that the table, the heads, closings or the writers' own rows know, by name."""
    proven = against(heads, said.journal, said.trust, left_by(connection), told(connection, CLOSED), signed=said.signed)
    names = set(connection.execute(select(schema.audit.c.chain).distinct()).scalars())
    for name in sorted(names | proven.points.keys() | proven.left.keys(), key=str):
        yield proven.walk(name, entries_of(connection, name))


def against(
    heads: Heads, journal: str | None, trust: Trust, left: Iterable[Left], closed: Iterable[tuple[str, str]], *, signed: bool
) -> Proven:
    """Put together what entries are held against: all that heads, closings and the writers' rows say."""
    points = dict(heads.by_chain)
    closings(closed, points, but=heads.stood)
    return Proven(journal=journal, trust=trust, signed=signed, points=points, left={one.id: one for one in left}, accepted=heads.stood)


def entries_of(connection: Connection, name: str) -> Iterator[Any]:
    """Give one chain's entries in order, as :data:`COLUMNS` says."""
    table = schema.audit
    statement = select(*(table.c[column] for column in COLUMNS)).where(table.c.chain == name).order_by(table.c.seq)
    with connection.execute(streamed(statement)) as result:
        for some in result.partitions():
            yield from some


def standing(connection: Connection, name: str) -> dict[str, Any]:
    """Give the standing of a chain, whatever its hashes: its last entry, and a digest of all up to it."""
    table = schema.audit.c
    upto = int(connection.execute(select(func.max(table.seq)).where(table.chain == name)).scalar_one() or 0)
    found = ChainStanding()
    for row in entries_of(connection, name):
        found.add(row, upto)
    return {"chain": name, "seq": upto, "digest": found.digest}

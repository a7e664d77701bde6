"""What is kept of an ``Idempotency-Key``: a keyed digest, since a caller may well use somebody's ID number as one.

A node of the version before keeps keys as they came, and finds nothing else. So there are two times, and ``meta`` says which it is. While
such a node may run, keys are kept as it keeps them, and looked up in both forms. :class:`DigestKeys` ends that in one commit: it turns
every kept key into its digest and has the database refuse any other. A node of the version before that goes on after that can file no more,
and so nothing twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import Connection, Engine, Table, bindparam, insert, select, tuple_, update

from gateway.journal import schema
from gateway.journal.audit import Entry
from gateway.journal.draft import Draft, Needs
from gateway.journal.hmac_keys import HmacKeys
from gateway.journal.reading import patiently
from gateway.journal.statements import Many

#: Where ``meta`` says that no key is kept but as its digest.
DIGESTED = "keys_digested"
#: What begins a digest, and can begin no key: those are of ASCII.
_MARK = "§"
#: Sets the digests of keys apart from everything else that is made with the installation's key (HKDF-Extract, RFC 5869: the salt).
_DOMAIN = b"onestop-gateway idempotency-key"
_SOME = 1000

#: A caller and a key in one of its forms.
Form = tuple[str, str]
#: Commits the change (:meth:`gateway.journal.journal.Journal.write`).
Write = Callable[["DigestKeys"], Awaitable[int]]


@dataclass(slots=True)
class FilingKeys:
    """The forms that keys have in the journal; ``digested`` once it is known that there are digests alone."""

    secrets: HmacKeys = field(repr=False)
    digested: bool = False

    @classmethod
    def of(cls, hmac_keys: HmacKeys | bytes) -> FilingKeys:
        """Those of an installation with these keys, or this one alone."""
        return cls(hmac_keys if isinstance(hmac_keys, HmacKeys) else HmacKeys([hmac_keys]))

    async def begin(self, write: Write, reader: Engine) -> None:
        """See which time it is; a file has one process, so that nobody is beside who starts on it: there it is ended at once."""
        self.digested = await asyncio.to_thread(patiently, reader, is_digested)
        if not self.digested and reader.dialect.name == "sqlite":
            await self.complete(write)

    async def complete(self, write: Write, *, actor: str = "gateway") -> int:
        """Keep digests alone from now on, since nobody of the version before runs any more; gives how many keys were turned into them."""
        done = await write(DigestKeys(keys=self, actor=actor))
        self.digested = True
        return done

    def digest(self, caller: str, key: str) -> str:
        """The digest of a caller's key: HMAC-SHA-256, so that equal keys of two callers do not show."""
        return _digest(self.secrets.first, caller, key)

    def forms(self, caller: str, key: str) -> tuple[Form, ...]:
        """The forms under which a key may be found."""
        digests = tuple((caller, _digest(secret, caller, key)) for secret in self.secrets.all)
        return digests if self.digested else (*digests, (caller, key))

    def kept(self, draft: Draft, caller: str, key: str) -> str:
        """The form in which a change keeps a key now."""
        self.secrets.settle(draft)
        if not self.digested and is_digested(draft.connection):
            self.digested = True
            draft.undo.append(self._forget)  # it may be this very transaction that says so
        return self.digest(caller, key) if self.digested else key

    def _forget(self) -> None:
        self.digested = False


def _digest(secret: bytes, caller: str, key: str) -> str:
    return _MARK + hmac.digest(_own(secret), f"{caller}\0{key}".encode(), hashlib.sha256).hex()


@lru_cache(maxsize=16)
def _own(secret: bytes) -> bytes:
    return hmac.digest(_DOMAIN, secret, "sha256")


def is_digested(connection: Connection) -> bool:
    """Whether the journal keeps digests alone."""
    meta = schema.meta.c
    return connection.execute(select(meta.value).where(meta.key == DIGESTED)).first() is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestKeys:
    """Turn every kept key into its digest, for good; gives how many. Nodes of the version before can file nothing from then on."""

    keys: FilingKeys
    actor: str = "gateway"

    @property
    def needs(self) -> Needs:
        """Nothing."""
        return Needs()

    def decide(self, draft: Draft) -> int:
        """All in this transaction, or nothing; a second time it changes nothing."""
        connection = draft.connection
        if is_digested(connection):
            return 0
        with _alone_with(connection):
            filings, jobs = [self._digest(connection, table) for table in _TABLES]
        connection.execute(insert(schema.meta), {"key": DIGESTED, "value": str(draft.now)})
        draft.audit(Entry(event="keys_digested", actor=self.actor, details={"filings": filings, "jobs": jobs}))
        return filings + jobs

    def _digest(self, connection: Connection, table: Table) -> int:
        done = 0
        for rows in _plain(connection, table):
            digests = [{"b_caller": caller, "b_key": key, "b_digest": self.keys.digest(caller, key)} for caller, key in rows]
            done += _UPDATES[table.name].execute(connection, digests)
        return done


_TABLES = (schema.idempotency, schema.job)
_UPDATES = {
    table.name: Many(
        update(table).where(table.c.caller == bindparam("b_caller"), table.c.key == bindparam("b_key")).values(key=bindparam("b_digest"))
    )
    for table in _TABLES
}


def _plain(connection: Connection, table: Table) -> Iterator[list[Form]]:
    """A table's keys that are no digests, some at a time, along their index."""
    of, last = tuple_(table.c.caller, table.c.key), ("", "")
    while True:
        wanted = select(table.c.caller, table.c.key).where(table.c.key < _MARK, of > last).order_by(table.c.caller, table.c.key)
        rows: list[Form] = [(caller, key) for caller, key in connection.execute(wanted.limit(_SOME))]
        if not rows:
            return
        last = rows[-1]
        yield rows


@contextmanager
def _alone_with(connection: Connection) -> Iterator[None]:
    """Nobody else writes or reads the keys meanwhile, and none can be written after; SQLite is asked to overwrite what was there."""
    if connection.dialect.name != "sqlite":
        names = ", ".join(table.name for table in _TABLES)
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
        yield
        for table in _TABLES:
            connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD CONSTRAINT ck_{table.name}_key CHECK (key >= '{_MARK}')")
        return
    before = connection.exec_driver_sql("PRAGMA secure_delete").scalar_one()
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA secure_delete = {int(before)}")

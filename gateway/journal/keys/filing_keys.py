"""The form in which an ``Idempotency-Key`` is kept: a keyed digest, since a caller may well use somebody's ID number as one.

A node of an older version keeps keys as they came, and finds nothing else. So there are two times, and ``meta`` says which it is. While
such a node may run, keys are kept as it keeps them and looked up in both forms. :class:`DigestKeys` ends that in one commit: it turns every
kept key into its digest and has the database refuse any other. An older node that goes on after that can file no more, and so files nothing
twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, Table, bindparam, insert, select, tuple_, update

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.keys.hmac_keys import HmacKeys
from gateway.journal.read.reading import patiently
from gateway.journal.store import schema
from gateway.journal.store.statements import Many
from gateway.journal.writer.draft import Change, Draft
from gateway.model.keyed import keyed

#: The key of ``meta`` that says that every key is kept as its digest.
DIGESTED = "keys_digested"
#: The beginning of a digest, which no key can have: keys are ASCII.
_MARK = "§"
#: The domain that sets digests of keys apart from all else that the installation's key makes (HKDF-Extract, RFC 5869: the salt).
_DOMAIN = b"onestop-gateway idempotency-key"
_SOME = 1000

#: A caller and a key in one of its forms.
Form = tuple[str, str]
#: A function that commits the change (:meth:`gateway.journal.writer.journal.Journal.write`).
Write = Callable[["DigestKeys"], Awaitable[int]]


@dataclass(slots=True)
class FilingKeys:
    """The forms that keys have in the journal. ``digested`` is set once it is known that there are digests alone."""

    secrets: HmacKeys = field(repr=False)
    digested: bool = False

    @classmethod
    def of(cls, hmac_keys: HmacKeys | bytes) -> FilingKeys:
        """Make those of an installation with these keys, or with this one alone."""
        return cls(hmac_keys if isinstance(hmac_keys, HmacKeys) else HmacKeys([hmac_keys]))

    async def begin(self, write: Write, reader: Engine) -> None:
        """See which time it is. In a file the first ends at once: a single process owns it, so no older node runs beside."""
        self.digested = await asyncio.to_thread(patiently, reader, is_digested)
        if not self.digested and reader.dialect.name == "sqlite":
            await self.complete(write)

    async def complete(self, write: Write, *, actor: str = "gateway") -> int:
        """Keep digests alone from now on, since no older node runs any more. Gives how many keys were turned into them."""
        done = await write(DigestKeys(keys=self, actor=actor))
        self.digested = True
        return done

    def digest(self, caller: str, key: str) -> str:
        """Give the digest of a caller's key: HMAC-SHA-256, so that equal keys of two callers do not show."""
        return _digest(self.secrets.first, caller, key)

    def forms(self, caller: str, key: str) -> tuple[Form, ...]:
        """Give the forms under which a key may be found."""
        digests = tuple((caller, _digest(secret, caller, key)) for secret in self.secrets.all)
        return digests if self.digested else (*digests, (caller, key))

    def kept(self, draft: Draft, caller: str, key: str) -> str:
        """Give the form in which a change keeps a key now."""
        self.secrets.settle(draft)
        if not self.digested and is_digested(draft.connection):
            self.digested = True
            draft.undo.append(self._forget)  # this very transaction may say so, and may yet fail
        return self.digest(caller, key) if self.digested else key

    def _forget(self) -> None:
        self.digested = False


def _digest(secret: bytes, caller: str, key: str) -> str:
    return _MARK + keyed(secret, f"{caller}\0{key}".encode(), _DOMAIN).hex()


def is_digested(connection: Connection) -> bool:
    """Tell whether the journal keeps digests alone."""
    meta = schema.meta.c
    return connection.execute(select(meta.value).where(meta.key == DIGESTED)).first() is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestKeys(Change[int]):
    """A change that turns every kept key into its digest, for good, and counts them. Older nodes can file nothing from then on."""

    keys: FilingKeys
    actor: str = "gateway"

    def decide(self, draft: Draft) -> int:
        """Turn all of them in this transaction, or none. A second time nothing changes."""
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
    """Give a table's keys that are no digests, some at a time, along their index."""
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
    """Keep everybody else from the keys meanwhile, and have plain ones refused after. SQLite is asked to overwrite what was there."""
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

"""Backup of a journal: one consistent snapshot in one file, taken beside a running gateway or without one.

The file is gzip'd JSON lines (RFC 1952, one document a line). First a head: format, version, schema revision, journal, when it was taken,
the heads of the audit's chains, each table's columns. Then the signed heads kept outside the database (``{"heads": [line, …]}``) and the
tables, parents before children (``{"table": name, "rows": [[value, …], …]}``, bytes as ``{"base64": text}``). Last ``{"end": …}`` with what
was counted and the SHA-256 of all lines before it. Keys and secrets are not in it.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Table, func, select
from sqlalchemy.exc import DatabaseError

import gateway
from gateway.journal.audit.head_lines import lines
from gateway.journal.audit.heads import sync_folder
from gateway.journal.backup import texts
from gateway.journal.store import schema
from gateway.journal.store.database import HEAD, DatabaseRefused, open_reader
from gateway.model import JsonObject, JsonView
from gateway.model.errors import GatewayError
from gateway.model.service import Text

FORMAT = "onestop-gateway-backup"
VERSION = 1

#: A listener, told after each line of which table it is and how many of its rows are done.
Progress = Callable[[str, int], None]

#: Rows fetched at a time: few, since a payload may have a megabyte.
_FETCH = 100
#: Bytes beyond which a line is ended.
_LINE_BYTES = 1024 * 1024


class BackupRefused(GatewayError):
    """A backup that cannot be written or read.

    ``code`` is a short stable word: ``exists``, ``unwritable``, ``unreadable``, ``not_a_backup``, ``other_format``, ``newer``,
    ``truncated``, ``damaged``. ``place`` is the file. ``zh`` and ``en`` say what is wrong and what to do.
    """

    def __init__(self, code: str, place: Path, wrong: Text) -> None:
        self.code, self.place = code, place
        self.zh, self.en = f"{place}:{wrong.zh}", f"{place}: {wrong.en}"
        super().__init__(self.en)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """The contents of a backup. ``taken_at`` (microseconds) is before the snapshot. ``tables`` counts rows by table."""

    file: Path
    bytes: int
    sha256: str
    journal: str
    revision: str
    taken_at: int
    tables: Mapping[str, int]
    heads: int  # lines of signed heads


def back_up(url: str, file: Path, *, heads: Path, force: bool = False, tell: Progress = lambda _table, _rows: None) -> BackedUp:
    """Write one snapshot of the journal at ``url`` and the signed heads in ``heads`` to ``file`` (0600), whole or not at all.

    Raises BackupRefused, and DatabaseRefused when there is no journal to read.
    """
    if file.exists() and not force:
        raise BackupRefused("exists", file, texts.EXISTS)
    reader = open_reader(url)
    part = file.with_name(f"{file.name}.part")
    try:
        with lines(heads) as signed:
            # In this order: the snapshot has all that is signed by now, and whatever is sent from now on counts as sent since.
            taken_at = time.time_ns() // 1000
            with reader.connect() as connection, _made(part) as out:
                content = _Content(out)
                journal = _snapshot(connection, signed, content, taken_at, tell)
            size = part.stat().st_size
            _publish(part, file, force=force)
    except DatabaseError as error:
        raise DatabaseRefused("unreadable", "journal", f"the database is broken ({error.orig}): restore a backup") from error
    except OSError as error:
        raise BackupRefused("unwritable", file, texts.not_written(error.strerror)) from error
    finally:
        reader.dispose()
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return BackedUp(
        file=file,
        bytes=size,
        sha256=content.sha256,
        journal=journal,
        revision=HEAD,
        taken_at=taken_at,
        tables=content.counts,
        heads=content.heads,
    )


@dataclass(slots=True)
class _Content:
    """The lines of one file, counted and digested as they are written."""

    out: gzip.GzipFile
    counts: dict[str, int] = field(default_factory=dict)
    heads: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    @property
    def sha256(self) -> str:
        """The digest of all lines so far."""
        return str(self._digest.hexdigest())

    def line(self, value: JsonView) -> None:
        """Write a document that the digest covers."""
        self.raw(orjson.dumps(value))

    def raw(self, document: bytes) -> None:
        """Write a document that is JSON already."""
        self._digest.update(document + b"\n")
        self.out.write(document + b"\n")

    def end(self) -> None:
        """Write the last line."""
        said = {"end": {"tables": self.counts, "heads": self.heads, "sha256": self.sha256}}
        self.out.write(orjson.dumps(said) + b"\n")


def _snapshot(connection: Connection, signed: Iterator[bytes], content: _Content, taken_at: int, tell: Progress) -> str:
    """Write everything that one transaction sees, and give the journal's id."""
    facts = {row.key: row.value for row in connection.execute(select(schema.meta))}
    if schema.JOURNAL_ID not in facts:
        raise DatabaseRefused("not_a_journal", "journal", "this journal was never used: there is nothing to back up")
    if schema.UNFINISHED in facts:
        raise DatabaseRefused("unfinished", "journal", "a restore into this journal did not come to its end: run `gateway restore` again")
    tables = schema.metadata.sorted_tables
    content.line(
        {
            "format": FORMAT,
            "version": VERSION,
            "revision": HEAD,
            "gateway": gateway.__version__,
            "journal": facts[schema.JOURNAL_ID],
            "taken_at": taken_at,
            "chains": _chains(connection),
            "columns": {str(table.name): [str(column.name) for column in table.columns] for table in tables},
        }
    )
    for some in _batches(orjson.dumps(line[:-1].decode("utf-8", "replace")) for line in signed if line.endswith(b"\n")):
        content.raw(b'{"heads":[' + b",".join(some) + b"]}")
        content.heads += len(some)
    for table in tables:
        name = str(table.name)  # SQLAlchemy's own kind of text, which is no key of JSON
        content.counts[name] = 0
        for rows in _batches(_rows(connection, table)):
            content.raw(b'{"table":' + orjson.dumps(name) + b',"rows":[' + b",".join(rows) + b"]}")
            content.counts[name] += len(rows)
            tell(name, content.counts[name])
    content.end()
    return str(facts[schema.JOURNAL_ID])


def _chains(connection: Connection) -> list[JsonObject]:
    table = schema.audit
    reached = select(table.c.chain, func.max(table.c.seq).label("seq")).group_by(table.c.chain).subquery()
    heads = select(table.c.chain, table.c.seq, table.c.hash).join(
        reached, (table.c.chain == reached.c.chain) & (table.c.seq == reached.c.seq)
    )
    return [{"chain": row.chain, "seq": row.seq, "hash": row.hash} for row in connection.execute(heads.order_by(table.c.chain))]


def _rows(connection: Connection, table: Table) -> Iterator[bytes]:
    for rows in connection.execute(select(table).execution_options(yield_per=_FETCH)).partitions():
        for row in rows:
            yield orjson.dumps(tuple(row), default=_plain)


def _plain(value: object) -> dict[str, str]:
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(type(value).__name__)


def _batches(documents: Iterator[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    for document in documents:
        batch.append(document)
        size += len(document)
        if size > _LINE_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@contextlib.contextmanager
def _made(part: Path) -> Iterator[gzip.GzipFile]:
    """Make a new compressed file, which is on the disk when the block ends."""
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=raw, mtime=0) as out:
            yield out
        raw.flush()
        os.fsync(raw.fileno())


def _publish(part: Path, file: Path, *, force: bool) -> None:
    """Give the part its final name, on the disk when this returns."""
    if force:
        part.replace(file)
    else:
        try:
            os.link(part, file)  # unlike a rename it leaves alone what somebody else has made meanwhile
        except FileExistsError as error:
            raise BackupRefused("exists", file, texts.MADE_MEANWHILE) from error
    sync_folder(file.parent)

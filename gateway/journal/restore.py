"""Restore a journal from a backup's file: the whole file is proven first, then loaded in one transaction into an empty journal.

What is loaded is marked as unfinished (:data:`gateway.journal.backup.UNFINISHED`) until the seam has been made; no gateway starts on
it before, and a restore that died is simply run again.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Engine, MetaData, insert, select
from sqlalchemy.exc import SQLAlchemyError

from gateway.journal import schema
from gateway.journal.backup import FORMAT, UNFINISHED, VERSION, BackupRefused, Progress
from gateway.journal.database import HEAD, DatabaseRefused, migrate, open_writer, revision
from gateway.journal.heads import Heads, read_heads

#: The longest line that is read: a megabyte of rows and one more, whatever its payload.
_LINE_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A file that was proven whole. ``chains`` are the audit's heads, ``columns`` and ``tables`` (rows) by table."""

    file: Path
    sha256: str
    revision: str
    gateway: str
    journal: str
    taken_at: int
    chains: tuple[Mapping[str, Any], ...]
    columns: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, int]
    heads: int
    facts: Mapping[str, str]  # the journal's ``meta``


def prove(file: Path, tell: Progress = lambda _table, _rows: None) -> Backup:
    """Read the whole file and prove it: what it is, its digest, its counts. Raises BackupRefused; nothing is touched."""
    reading = _Reading(file)
    facts: dict[str, str] = {}
    for line in reading.lines():
        name = line.get("table")
        if name is not None:
            tell(name, reading.counts[name])
        if name == "meta":
            facts.update({row[0]: row[1] for row in line["rows"]})
    head = reading.head
    return Backup(
        file=file,
        sha256=reading.sha256,
        revision=head["revision"],
        gateway=head["gateway"],
        journal=head["journal"],
        taken_at=head["taken_at"],
        chains=tuple(head["chains"]),
        columns={name: tuple(columns) for name, columns in head["columns"].items()},
        tables=reading.counts,
        heads=reading.heads,
        facts=facts,
    )


def load(url: str, backup: Backup, tell: Progress = lambda _table, _rows: None) -> None:
    """Load a proven backup into the journal at ``url``, which must be empty, and move it up to this code's revision.

    The caller holds the :class:`gateway.journal.database.Lock`. All rows are loaded, or none. Raises DatabaseRefused, BackupRefused.
    """
    from gateway.journal.migrations import upgrade  # noqa: PLC0415  # Alembic takes most of a second to import

    engine = open_writer(url)
    try:
        _make_room(engine, backup)
        upgrade(engine, backup.revision)
        with engine.begin() as connection:
            _fill(connection, backup, tell)
    except (SQLAlchemyError, KeyError, ValueError) as error:
        cause = getattr(error, "orig", None) or type(error).__name__
        zh, en = f"内容无法载入({cause}),未载入任何数据", f"its rows cannot be loaded ({cause}): nothing was; take another backup"
        raise BackupRefused("damaged", backup.file, zh, en) from error
    finally:
        engine.dispose()
    migrate(url)


def known_heads(path: Path, public_key: Ed25519PublicKey, backup: Backup) -> Heads:
    """What the heads file on this machine says, before anything is restored. Raises DatabaseRefused when it cannot be gone on with."""
    heads = read_heads(path, public_key, backup.journal)
    if heads.problem not in (None, "missing"):
        at = f" (line {heads.line})" if heads.line else ""
        detail = (
            f"the signed heads that lie here cannot be gone on with: {heads.problem}{at}. Put this file away (keep it: it is evidence) "
            "and run the restore again; the heads in the backup are used then"
        )
        raise DatabaseRefused("other_heads", str(path), detail)
    return heads


def gone(heads: Heads, backup: Backup) -> list[dict[str, Any]]:
    """What was signed beyond the backup and is not in it: ``chain``, ``from``, ``to``."""
    kept = {head["chain"]: head["seq"] for head in backup.chains}
    reached = {chain: max(signed, default=0) for chain, signed in heads.by_chain.items()}
    return [
        {"chain": chain, "from": kept.get(chain, 0) + 1, "to": seq} for chain, seq in sorted(reached.items()) if seq > kept.get(chain, 0)
    ]


def put_heads(path: Path, backup: Backup) -> None:
    """Write the backup's signed heads where this installation keeps them, unless some lie there. Raises OSError, BackupRefused."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640), "wb") as out:
        for line in _Reading(backup.file, expected=backup.sha256).lines():
            out.writelines(f"{one}\n".encode() for one in line.get("heads", ()))
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)


# -- the journal
def _make_room(engine: Engine, backup: Backup) -> None:
    """Leave no tables. Raises DatabaseRefused when they hold anything but what a restore did not finish."""
    if revision(engine) is None:
        return
    ours = {*schema.metadata.tables, *backup.columns, "alembic_version"}
    with engine.begin() as connection:
        found = _reflected(connection, ours)
        rows = {name for name, table in found.tables.items() if connection.execute(select(table).limit(1)).first() is not None}
        if rows - {"alembic_version"} and not _unfinished(connection, found):
            detail = (
                "this journal holds something already, and a restore never overwrites. Stop the gateway and put the database away "
                "(SQLite: move the file with its -wal and -shm), or name another in GATEWAY_DATA or GATEWAY_DATABASE"
            )
            raise DatabaseRefused("not_empty", engine.url.database or str(connection.engine.url.get_backend_name()), detail)
        found.drop_all(connection)


def _unfinished(connection: Connection, found: MetaData) -> bool:
    meta = found.tables.get("meta")
    return meta is not None and connection.execute(select(meta).where(meta.c.key == UNFINISHED)).first() is not None


def _reflected(connection: Connection, names: set[str]) -> MetaData:
    """The tables as they are: those of an older revision are not what the schema says."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in names)
    return found


def _fill(connection: Connection, backup: Backup, tell: Progress) -> None:
    tables = _reflected(connection, set(backup.columns)).tables
    reading = _Reading(backup.file, expected=backup.sha256)
    for line in reading.lines():
        if "table" not in line:
            continue
        name = line["table"]
        columns = backup.columns[name]
        rows = [dict(zip(columns, map(_value, row), strict=True)) for row in line["rows"]]
        connection.execute(insert(tables[name]), rows)
        tell(name, reading.counts[name])
    connection.execute(insert(tables["meta"]), {"key": UNFINISHED, "value": backup.sha256})


def _value(value: object) -> object:
    return base64.b64decode(value["base64"], validate=True) if isinstance(value, dict) else value


# -- the file
@dataclass(slots=True)
class _Reading:
    """One pass over a file's lines; what was counted and digested holds when the pass has come to its end."""

    file: Path
    expected: str | None = None  # the digest that was proven before: the file must not have changed since
    head: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    heads: int = 0
    sha256: str = ""

    def lines(self) -> Iterator[dict[str, Any]]:
        """Give the lines between the first and the last, each as soon as it is read. Raises BackupRefused."""
        try:
            with gzip.open(self.file, "rb") as content:
                yield from self._read(content)
        except EOFError as error:
            raise self._truncated() from error
        except gzip.BadGzipFile as error:
            raise self._damaged("gzip") if self.head else self._not_a_backup() from error
        except zlib.error as error:
            raise self._damaged("gzip") from error
        except OSError as error:
            zh, en = f"无法读取({error.strerror})", f"cannot be read ({error.strerror}): see the file's name and who may read it"
            raise BackupRefused("unreadable", self.file, zh, en) from error

    def _read(self, content: gzip.GzipFile) -> Iterator[dict[str, Any]]:
        first = content.readline(_LINE_BYTES)
        self._begin(first)
        digest = hashlib.sha256(first)
        while line := content.readline(_LINE_BYTES):
            document = self._document(line)
            if "end" in document:
                self._end(document["end"], digest.hexdigest())
                if content.read(1):
                    raise self._damaged("end")
                return
            digest.update(line)
            yield document
        raise self._truncated()

    def _begin(self, line: bytes) -> None:
        try:
            head = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise self._not_a_backup() from error
        if not isinstance(head, dict) or head.get("format") != FORMAT:
            raise self._not_a_backup()
        if head.get("version") != VERSION:
            zh = f"备份格式为第 {head.get('version')} 版,本网关只读第 {VERSION} 版:请用写出它的版本恢复"
            en = f"its format is version {head.get('version')}, this gateway reads {VERSION}: restore it with the release that wrote it"
            raise BackupRefused("other_format", self.file, zh, en)
        kinds = {"revision": str, "gateway": str, "journal": str, "taken_at": int, "chains": list, "columns": dict}
        if not all(isinstance(head.get(name), kind) for name, kind in kinds.items()) or not _are_heads(head["chains"]):
            raise self._damaged("head")
        if head["revision"] > HEAD:
            zh = f"备份的表结构为 {head['revision']},新于本网关的 {HEAD}:请先安装 {head['gateway']} 或更新的版本"
            en = f"its tables are of revision {head['revision']}, newer than this code's {HEAD}: install {head['gateway']} or newer first"
            raise BackupRefused("newer", self.file, zh, en)
        self.head = head
        self.counts = dict.fromkeys(head["columns"], 0)

    def _document(self, line: bytes) -> dict[str, Any]:
        """One line of rows or heads, or the last, held against what the head promises."""
        if not line.endswith(b"\n"):
            raise self._truncated() if len(line) < _LINE_BYTES else self._damaged("line")
        try:
            document: Any = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise self._damaged("json") from error
        if isinstance(document, dict) and isinstance(document.get("end"), dict):
            return document
        if (
            isinstance(document, dict)
            and isinstance(document.get("heads"), list)
            and all(isinstance(one, str) for one in document["heads"])
        ):
            self.heads += len(document["heads"])
            return document
        if not isinstance(document, dict) or document.get("table") not in self.counts or not isinstance(document.get("rows"), list):
            raise self._damaged("line")
        width = len(self.head["columns"][document["table"]])
        if not all(isinstance(row, list) and len(row) == width and all(map(_is_value, row)) for row in document["rows"]):
            raise self._damaged(document["table"])
        self.counts[document["table"]] += len(document["rows"])
        return document

    def _end(self, said: Mapping[str, Any], digest: str) -> None:
        if said.get("sha256") != digest or (self.expected is not None and digest != self.expected):
            raise self._damaged("sha256")
        if said.get("tables") != self.counts or said.get("heads") != self.heads:
            raise self._damaged("counts")
        self.sha256 = digest

    def _not_a_backup(self) -> BackupRefused:
        zh, en = "不是 gateway backup 写出的文件", "this file was not written by `gateway backup`: name another"
        return BackupRefused("not_a_backup", self.file, zh, en)

    def _truncated(self) -> BackupRefused:
        zh, en = "文件不完整,结尾缺失:请重新传输,或换一份备份", "the file is cut short: copy it again, or take another backup"
        return BackupRefused("truncated", self.file, zh, en)

    def _damaged(self, what: str) -> BackupRefused:
        zh, en = f"文件已损坏({what}):请重新传输,或换一份备份", f"the file is damaged ({what}): copy it again, or take another backup"
        return BackupRefused("damaged", self.file, zh, en)


def _are_heads(chains: list[Any]) -> bool:
    return all(
        isinstance(one, dict) and isinstance(one.get("chain"), str) and isinstance(one.get("seq"), int) and isinstance(one.get("hash"), str)
        for one in chains
    )


def _is_value(value: object) -> bool:
    if isinstance(value, dict):
        text = value.get("base64")
        try:
            return value.keys() == {"base64"} and isinstance(text, str) and base64.b64decode(text, validate=True) is not None
        except binascii.Error:
            return False
    return value is None or isinstance(value, str | int)

"""The reading of a backup's file: everything is proven before anything is made of it.

The format is described in :mod:`gateway.journal.backup.backup`.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from gateway.journal.audit.head_lines import is_head
from gateway.journal.backup import texts
from gateway.journal.backup.backup import FORMAT, VERSION, BackupRefused, Progress
from gateway.journal.store.database import HEAD
from gateway.model import JsonObject, JsonView

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
    chains: tuple[JsonView, ...]
    columns: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, int]
    heads: int
    facts: Mapping[str, str]  # the journal's ``meta``


def prove(file: Path, tell: Progress = lambda _table, _rows: None) -> Backup:
    """Read the whole file and prove it: what it is, its digest, its counts. Raises BackupRefused. Nothing is touched."""
    reading = Reading(file)
    facts: dict[str, str] = {}
    for line in reading.lines():
        name = line.get("table")
        if name is not None:
            tell(name, reading.counts[name])
        if name == "meta":
            facts.update({row[0]: row[1] for row in line["rows"]})
    head = reading.head
    return Backup(
        **{name: head[name] for name in ("revision", "gateway", "journal", "taken_at")},
        file=file,
        sha256=reading.sha256,
        chains=tuple(head["chains"]),
        columns={name: tuple(columns) for name, columns in head["columns"].items()},
        tables=reading.counts,
        heads=reading.heads,
        facts=facts,
    )


@dataclass(slots=True)
class Reading:
    """One pass over a file's lines. What was counted and digested holds when the pass has come to its end."""

    file: Path
    expected: str | None = None  # the digest that was proven before: the file must not have changed since
    head: JsonObject = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    heads: int = 0
    sha256: str = ""

    def lines(self) -> Iterator[JsonObject]:
        """Give the lines between the first and the last, each as soon as it is read. Raises BackupRefused."""
        try:
            with gzip.open(self.file, "rb") as content:
                yield from self._read(content)
        except EOFError as error:
            raise BackupRefused("truncated", self.file, texts.CUT_SHORT) from error
        except gzip.BadGzipFile as error:
            raise self._damaged("gzip") if self.head else BackupRefused("not_a_backup", self.file, texts.NO_BACKUP) from error
        except zlib.error as error:
            raise self._damaged("gzip") from error
        except OSError as error:
            raise BackupRefused("unreadable", self.file, texts.not_read(error.strerror)) from error

    def _read(self, content: gzip.GzipFile) -> Iterator[JsonObject]:
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
        raise BackupRefused("truncated", self.file, texts.CUT_SHORT)

    def _begin(self, line: bytes) -> None:
        try:
            head = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise BackupRefused("not_a_backup", self.file, texts.NO_BACKUP) from error
        if not isinstance(head, dict) or head.get("format") != FORMAT:
            raise BackupRefused("not_a_backup", self.file, texts.NO_BACKUP)
        if head.get("version") != VERSION:
            raise BackupRefused("other_format", self.file, texts.other_format(head.get("version"), VERSION))
        kinds = {"revision": str, "gateway": str, "journal": str, "taken_at": int, "chains": list, "columns": dict}
        if not all(isinstance(head.get(name), kind) for name, kind in kinds.items()):
            raise self._damaged("head")
        if not all(map(is_head, head["chains"])) or not all(map(_are_names, head["columns"].values())) or "meta" not in head["columns"]:
            raise self._damaged("head")
        if head["revision"] > HEAD:
            raise BackupRefused("newer", self.file, texts.newer(head["revision"], HEAD, head["gateway"]))
        self.head = head
        self.counts = dict.fromkeys(head["columns"], 0)

    def _document(self, line: bytes) -> JsonObject:
        """Read one line of rows or heads, or the last, and hold it against what the head promises."""
        if not line.endswith(b"\n"):
            raise BackupRefused("truncated", self.file, texts.CUT_SHORT) if len(line) < _LINE_BYTES else self._damaged("line")
        try:
            found: object = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise self._damaged("json") from error
        document: JsonObject = found if isinstance(found, dict) else {}
        if isinstance(document.get("end"), dict):
            return document
        heads = document.get("heads")
        if isinstance(heads, list) and all(isinstance(one, str) for one in heads):
            self.heads += len(heads)
            return document
        name = document.get("table")
        if not isinstance(name, str) or name not in self.counts or not isinstance(document.get("rows"), list):
            raise self._damaged("line")
        width = len(self.head["columns"][name])
        if not all(isinstance(row, list) and len(row) == width and all(map(_is_value, row)) for row in document["rows"]):
            raise self._damaged(name)
        self.counts[name] += len(document["rows"])
        return document

    def _end(self, said: JsonView, digest: str) -> None:
        if said.get("sha256") != digest or (self.expected is not None and digest != self.expected):
            raise self._damaged("sha256")
        if said.get("tables") != self.counts or said.get("heads") != self.heads:
            raise self._damaged("counts")
        self.sha256 = digest

    def _damaged(self, what: str) -> BackupRefused:
        return BackupRefused("damaged", self.file, texts.damaged(what))


def _are_names(columns: object) -> bool:
    return isinstance(columns, list) and all(isinstance(one, str) for one in columns)


def _is_value(value: object) -> bool:
    if isinstance(value, dict):
        text = value.get("base64")
        try:
            return value.keys() == {"base64"} and isinstance(text, str) and base64.b64decode(text, validate=True) is not None
        except binascii.Error:
            return False
    return value is None or isinstance(value, str | int | float)

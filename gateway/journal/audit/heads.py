"""Signed heads: the reach of the audit, told outside the database so that a cut tail or an older copy put back is found.

Here they are written. :mod:`gateway.journal.audit.head_lines` says what a line holds.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.journal.audit.hash_chain import GENESIS, ChainHead
from gateway.journal.audit.head_lines import digest, ending, files, last_line, locked, parsed, to_sign
from gateway.journal.audit.trust import signature
from gateway.model import JsonObject


class HeadSigner:
    """A writer that appends signed statements to one file, each going on from the last that is there. Any number of processes may share it.

    Threads take turns, since nobody knows whether a write that was given up has ended. ``all_signed`` and ``keys`` are said of the journal
    as soon as they hold (:mod:`gateway.journal.audit.head_lines`). ``key`` is replaced when it is handed over.
    """

    def __init__(self, key: Ed25519PrivateKey, path: Path, *, all_signed: bool = False, keys: Sequence[object] = ()) -> None:
        """Take the signing key (it does not lie in the data folder) and the file, which is made when there is none. Raises OSError."""
        self.key = key
        self.all_signed = all_signed
        self.keys = list(keys)
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = last_line(path)
        self._previous = GENESIS if line is None else digest(line)
        self._latest = None if line is None else parsed(line)
        self._turn = threading.Lock()

    def write(self, journal_id: str, heads: Iterable[ChainHead], at: int, **more: object) -> JsonObject:
        """Append what ``heads`` say at ``at`` (microseconds since the epoch), and give the statement once it is on the disk.

        Call it after the commit, and once when the journal opens, so that a missing file always is a fault. ``more`` is what the line has
        besides. Raises OSError.
        """
        said = [{"chain": head.chain, "seq": head.seq, "hash": head.hash} for head in heads]
        statement: JsonObject = {"journal": journal_id, "at": at, "heads": said, **more}
        if self.all_signed:
            statement["signed"] = True
        with self._turn, locked(self._path):
            return self._written(statement)

    def _written(self, statement: JsonObject) -> JsonObject:
        line = last_line(self._path)
        if line is not None:
            self._previous = digest(line)
            _put_away(self._path, line, statement["at"])
        fresh = not self._path.exists()
        if fresh and self.keys and "keys" not in statement:
            statement["keys"] = self.keys  # so that each file can be followed from the first key
        statement["previous"] = self._previous
        statement["signature"] = signature(self.key, to_sign(statement))
        line = orjson.dumps(statement, option=orjson.OPT_SORT_KEYS)
        _append(self._path, line + b"\n")
        if fresh:
            sync_folder(self._path.parent)
        self._previous = digest(line)
        self._latest = statement
        return statement

    def checkpoint(self) -> JsonObject | None:
        """Give the latest statement as it stands in the file, or None when there is none yet."""
        return self._latest


def _put_away(path: Path, last: bytes, at: int) -> None:
    """Name the file after its month when that is over. Names only grow, so a clock that was set changes no order."""
    statement = parsed(last)
    if statement is None or not path.exists():
        return
    month, now = _month(statement["at"]), _month(at)
    away = path.with_name(f"{path.stem}-{month}{path.suffix}")
    if month < now and all(before.name < away.name for before in files(path)[:-1]):
        path.rename(away)
        sync_folder(path.parent)


def _month(at: int) -> str:
    return datetime.fromtimestamp(at / 1e6, UTC).strftime("%Y-%m")


def _append(path: Path, content: bytes) -> None:
    """Write and sync under the lock. A torn end that a killed process left never was a statement, and goes.

    A line that could not be written whole (disk full) is taken back.
    """
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        with os.fdopen(os.dup(handle), "rb") as file:
            _, end = ending(file)
        if end < os.fstat(handle).st_size:
            os.ftruncate(handle, end)
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, end)
            raise
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder onto the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

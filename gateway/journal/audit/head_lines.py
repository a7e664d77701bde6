"""Signed heads as they lie on the disk: the files, their lines, and what those prove.

One JSON line a statement: ``{"journal", "at", "heads": [{"chain", "seq", "hash"}], "previous", "signature"}``. The signature
(Ed25519, RFC 8032) is over the line's canonical JSON (sorted keys, no spaces) without ``signature``, so each line proves itself.
``previous`` is the SHA-256 of the line before, so that a line between two is missed. Lines hold no personal data. A line may also have:

- ``signed``: every chain of this journal has a signature from here on, so that one without is found.
- ``keys``: handovers of the signing key (:mod:`gateway.journal.audit.trust`), so that what follows is known to be signed by the next.
- ``restored`` (``taken_at``, ``heads``): the journal was put back to a backup with these heads. What was signed beyond them before
  is gone by intent. Only ``gateway restore`` makes such a line.
- ``accepted`` (``problems``, ``chains``): a person took the audit as it was found. What was signed before counts no more.

The file is put away by month: ``audit-heads.jsonl`` is the latest, ``audit-heads-2026-10.jsonl`` one before it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import orjson

from gateway.journal.audit.trust import Trust
from gateway.model import JsonObject, JsonView

_SHAPE = {"journal": str, "at": int, "heads": list, "previous": str, "signature": str}
_MORE = {"signed": bool, "keys": list, "restored": dict, "accepted": dict}
_SHA256 = 64
_LARGEST = 2**63 - 1


def files(path: Path) -> list[Path]:
    """Give every file of signed heads, the oldest first. ``path`` is the latest."""
    before = sorted(path.parent.glob(f"{path.stem}-[0-9][0-9][0-9][0-9]-[0-9][0-9]{path.suffix}"))
    return [*before, *([path] if path.exists() else [])]


@contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the files of signed heads, alone to write or with other readers. Raises OSError.

    A reader that cannot open the lock file reads without it: then nobody writes here either.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | (0 if shared else os.O_CREAT)
    try:
        handle = os.open(path.with_name(f"{path.name}.lock"), flags, 0o640)
    except OSError:
        if not shared:
            raise
        yield
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def lines(path: Path) -> Iterator[Iterator[bytes]]:
    """Give the lines that are there now with their line feeds, the oldest first, a torn one at the end too. Raises OSError."""
    with ExitStack() as stack:
        with locked(path, shared=True):
            opened = [stack.enter_context(file.open("rb")) for file in files(path)]
            sizes = [os.fstat(file.fileno()).st_size for file in opened]
        yield (line for file, size in zip(opened, sizes, strict=True) for line in _upto(file, size))


def _upto(file: IO[bytes], size: int) -> Iterator[bytes]:
    """Give the lines of the first ``size`` bytes, since a snapshot that follows may lack what later ones sign."""
    while size > 0 and (line := file.readline(size)):
        size -= len(line)
        yield line


def last_line(path: Path) -> bytes | None:
    """Give the last whole line without its line feed, or None when there is none. Raises OSError."""
    for file in reversed(files(path)):
        with file.open("rb") as content:
            whole, _ = ending(content)
        if whole is not None:
            return whole
    return None


def ending(file: IO[bytes]) -> tuple[bytes | None, int]:
    """Give the last whole line of a file without its line feed, and the place in the file where it ends."""
    start = file.seek(0, os.SEEK_END)
    tail = b""
    while start > 0 and tail.count(b"\n") < 2:  # the line feeds at both ends of the line
        start -= (step := min(start, 64 * 1024))
        file.seek(start)
        tail = file.read(step) + tail
    end = tail.rfind(b"\n")
    return (tail[tail.rfind(b"\n", 0, end) + 1 : end] if end >= 0 else None), start + end + 1


def parsed(line: bytes) -> JsonObject | None:
    """Give the statement that a line holds, or None when it holds none."""
    try:
        statement = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(statement, dict) or not _SHAPE.keys() <= statement.keys() <= _SHAPE.keys() | _MORE.keys():
        return None
    if not all(isinstance(statement[name], kind) for name, kind in (_SHAPE | _MORE).items() if name in statement):
        return None
    if not all(map(is_point, statement["heads"])):
        return None
    if "restored" in statement and not _has(statement["restored"], "taken_at", "heads", is_head):
        return None
    if "accepted" in statement and not _has(statement["accepted"], "problems", "chains", lambda chain: is_point(chain, "digest")):
        return None
    return statement


def is_head(head: object, digest: str = "hash") -> bool:
    """Tell whether this is ``{"chain", "seq", "hash"}``."""
    if not isinstance(head, dict) or head.keys() != {"chain", "seq", digest}:
        return False
    return isinstance(head["chain"], str) and type(head["seq"]) is int and isinstance(head[digest], str)


def is_point(head: Any, digest: str = "hash") -> bool:  # noqa: ANN401  # whatever a line holds
    """Tell whether this is a head, with a number that a table can hold and a SHA-256."""
    if not is_head(head, digest) or not 0 <= head["seq"] <= _LARGEST:
        return False
    return len(head[digest]) == _SHA256 and all(one in "0123456789abcdef" for one in head[digest])


def _has(said: Mapping[str, object], number: str, several: str, fits: Callable[[Any], bool]) -> bool:
    """Tell whether this has a number and a list of what fits, and nothing else."""
    if said.keys() != {number, several} or not isinstance(said[number], int):
        return False
    return isinstance(these := said[several], list) and all(map(fits, these))


def genuine(statement: JsonView, trust: Trust) -> bool:
    """Tell whether a trusted key signed the statement."""
    return trust.genuine(statement["signature"], to_sign(statement))


def to_sign(statement: JsonView) -> bytes:
    """Give the part of a statement that is signed."""
    return orjson.dumps({name: value for name, value in statement.items() if name != "signature"}, option=orjson.OPT_SORT_KEYS)


def digest(line: bytes) -> str:
    """Give the digest by which the next line names this one."""
    return hashlib.sha256(line).hexdigest()

"""Signed heads: what the audit had reached, said outside the database, so that a cut tail or an older copy put back is found.

One JSON line a statement: ``{"journal", "at", "heads": [{"chain", "seq", "hash"}], "previous", "signature"}``. What is signed
(Ed25519, RFC 8032) is the line's canonical JSON (sorted keys, no spaces) without ``signature``. ``previous`` is the SHA-256 of
the line before, so the last line's signature vouches for all of them. Lines hold no personal data.

A restore signs one line more, with ``"restored": {"taken_at", "heads"}``: the heads of the backup that the journal was put back to.
What was signed beyond those heads before that line is gone by intent. Only ``gateway restore`` makes such a line, so an older copy
that is put back without it is still found, whatever stands in the copy itself.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gateway.journal.audit import GENESIS, ChainHead

#: Bytes of the file's end that hold its last line for certain (a line grows by 150 bytes a chain).
_TAIL = 1024 * 1024


class HeadSigner:
    """Appends signed statements to one file, each going on from the one before; a file has one signer.

    Threads take their turns: who signs at the end does not know whether a write that was given up has ended.
    """

    def __init__(self, key: Ed25519PrivateKey, path: Path) -> None:
        """Take the signing key (it does not lie in the data folder) and the file, made when there is none.

        A last line that a killed process left torn is cut off: it never was a statement. Raises OSError.
        """
        self._key = key
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = _mend(path)
        self._previous = GENESIS if line is None else _digest(line)
        self._latest = None if line is None else _parsed(line)
        self._turn = threading.Lock()

    def write(self, journal_id: str, heads: Iterable[ChainHead], at: int, *, restored: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Append what ``heads`` say at ``at`` (microseconds since the epoch), on the disk when it returns; give the statement.

        Call it after the commit, and once when the journal opens (then a missing file always is a fault). ``restored`` is said by a
        restore alone: ``taken_at`` and ``heads`` of the backup. Raises OSError.
        """
        with self._turn:
            return self._written(journal_id, heads, at, restored)

    def _written(self, journal_id: str, heads: Iterable[ChainHead], at: int, restored: Mapping[str, Any] | None) -> dict[str, Any]:
        statement: dict[str, Any] = {
            "journal": journal_id,
            "at": at,
            "heads": [{"chain": head.chain, "seq": head.seq, "hash": head.hash} for head in heads],
            "previous": self._previous,
        }
        if restored is not None:
            statement["restored"] = dict(restored)
        statement["signature"] = base64.b64encode(self._key.sign(_signed(statement))).decode()
        line = orjson.dumps(statement, option=orjson.OPT_SORT_KEYS)
        fresh = not self._path.exists()
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            before = os.fstat(handle).st_size
            _append(handle, line + b"\n", before)
        finally:
            os.close(handle)
        if fresh:
            _sync_folder(self._path.parent)
        self._previous = _digest(line)
        self._latest = statement
        return statement

    def checkpoint(self) -> dict[str, Any] | None:
        """Give the latest statement, as it stands in the file; None when there is none yet."""
        return self._latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What a restore left of one chain: all up to entry ``kept``; ``lost`` is the highest entry signed beyond it, if any was."""

    chain: str
    kept: int
    lost: int | None
    taken_at: int  # of the backup, microseconds
    restored_at: int


@dataclass(slots=True)
class Heads:
    """What a heads file says.

    ``by_chain`` holds every signed (seq → hash) of each chain that still counts; ``cuts`` what restores made of them. ``problem`` is
    the first thing wrong with the file itself: ``missing``, ``unreadable``, ``forged``, ``removed`` (a line between two),
    ``other_journal``; ``line`` counts from 1.
    """

    by_chain: dict[str, dict[int, str]] = field(default_factory=dict)
    cuts: list[Cut] = field(default_factory=list)
    lines: int = 0
    problem: str | None = None
    line: int | None = None
    torn: bool = False  # the last line was not finished: the process was killed, nothing was signed

    def fail(self, problem: str, line: int | None) -> Heads:
        """Note what is wrong; what was read before it stays."""
        self.problem, self.line = problem, line
        return self


def read_heads(path: Path, public_key: Ed25519PublicKey, journal_id: str | None) -> Heads:
    """Read and prove a heads file; ``journal_id`` is the journal they must be of (None: any). Never raises for its content.

    The first line may go on from a file that was put away. Lines from the first bad one on count for nothing.
    """
    heads = Heads()
    if not path.exists():
        return heads.fail("missing", None)
    previous: bytes | None = None
    statements: list[Mapping[str, Any]] = []
    try:
        with path.open("rb") as file:
            for line in file:
                heads.lines += 1
                if not line.endswith(b"\n"):
                    heads.lines -= 1
                    heads.torn = True
                    break
                statement = _parsed(line[:-1])
                if statement is None:
                    heads.fail("forged", heads.lines)
                    break
                if previous is not None and statement["previous"] != _digest(previous):
                    _blame(heads, statements, statement, public_key)
                    break
                statements.append(statement)
                previous = line[:-1]
    except OSError:
        return heads.fail("unreadable", None)
    return _proven(heads, statements, public_key, journal_id)


def _blame(heads: Heads, before: list[Mapping[str, Any]], statement: Mapping[str, Any], public_key: Ed25519PublicKey) -> None:
    """A line that does not go on from the one before it: one of the two is forged, or lines between them are gone."""
    if not _genuine(before[-1], public_key):
        before.pop()
        heads.fail("forged", heads.lines - 1)
    else:
        heads.fail("removed" if _genuine(statement, public_key) else "forged", heads.lines)


def _proven(heads: Heads, statements: list[Mapping[str, Any]], public_key: Ed25519PublicKey, journal_id: str | None) -> Heads:
    """Take the heads of the lines that the last genuine signature vouches for."""
    while statements and not _genuine(statements[-1], public_key):
        heads.fail("forged", len(statements))
        statements.pop()
    for number, statement in enumerate(statements, 1):
        if journal_id is not None and statement["journal"] != journal_id:
            return heads.fail("other_journal", number)
        if "restored" in statement:
            _cut(heads, statement)
        for head in statement["heads"]:
            heads.by_chain.setdefault(head["chain"], {})[head["seq"]] = head["hash"]
    return heads


def _cut(heads: Heads, statement: Mapping[str, Any]) -> None:
    """Let go of what was signed beyond the backup that this line says was restored."""
    kept = {head["chain"]: head["seq"] for head in statement["restored"]["heads"]}
    for chain in sorted(kept.keys() | heads.by_chain.keys()):
        signed, upto = heads.by_chain.get(chain, {}), kept.get(chain, 0)
        beyond = [seq for seq in signed if seq > upto]
        for seq in beyond:
            del signed[seq]
        taken_at = statement["restored"]["taken_at"]
        heads.cuts.append(Cut(chain=chain, kept=upto, lost=max(beyond, default=None), taken_at=taken_at, restored_at=statement["at"]))
    heads.by_chain = {chain: signed for chain, signed in heads.by_chain.items() if signed}


def _parsed(line: bytes) -> dict[str, Any] | None:
    """Give the statement a line holds; None when it is none."""
    try:
        statement = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    shape = {"journal": str, "at": int, "heads": list, "previous": str, "signature": str}
    if not isinstance(statement, dict) or statement.keys() - {"restored"} != shape.keys():
        return None
    if not all(isinstance(statement[name], kind) for name, kind in shape.items()) or not all(map(is_head, statement["heads"])):
        return None
    if "restored" in statement:
        restored = statement["restored"]
        if not isinstance(restored, dict) or restored.keys() != {"taken_at", "heads"} or not isinstance(restored["taken_at"], int):
            return None
        if not isinstance(restored["heads"], list) or not all(map(is_head, restored["heads"])):
            return None
    return statement


def is_head(head: object) -> bool:
    """Whether this is ``{"chain", "seq", "hash"}``."""
    if not isinstance(head, dict) or head.keys() != {"chain", "seq", "hash"}:
        return False
    return isinstance(head["chain"], str) and isinstance(head["seq"], int) and isinstance(head["hash"], str)


def _genuine(statement: Mapping[str, Any], public_key: Ed25519PublicKey) -> bool:
    try:
        public_key.verify(base64.b64decode(statement["signature"], validate=True), _signed(statement))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _signed(statement: Mapping[str, Any]) -> bytes:
    return orjson.dumps({name: value for name, value in statement.items() if name != "signature"}, option=orjson.OPT_SORT_KEYS)


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _append(handle: int, content: bytes, before: int) -> None:
    """Write and sync; a line that could not be written whole (disk full) is taken back."""
    rest = memoryview(content)
    try:
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, before)
        raise


def _mend(path: Path) -> bytes | None:
    """Cut a torn last line off and give the last whole one, without its line feed; None when there is none."""
    if not path.exists():
        return None
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        start = max(0, size - _TAIL)
        file.seek(start)
        tail = file.read()
        end = tail.rfind(b"\n")
        if end + 1 != len(tail):
            file.truncate(start + end + 1)
            os.fsync(file.fileno())
        if end < 0:
            return None
        return tail[tail.rfind(b"\n", 0, end) + 1 : end]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

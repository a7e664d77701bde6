"""A walk along chains in order of their entries: each one's hash, what was signed of it, where its writer's last commit left the chain.

Rows come from a journal or from an export, and both are proven alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain as chained
from typing import Any

import orjson

from gateway.journal.audit.chains import Left
from gateway.journal.audit.entries import CLOSED, details_of
from gateway.journal.audit.hash_chain import GENESIS, HASHED, values_hash
from gateway.journal.audit.head_lines import is_point
from gateway.journal.audit.trust import Trust
from gateway.journal.verification.findings import ChainReport
from gateway.journal.verification.guard import ChainProblem
from gateway.journal.verification.heads_read import Points

#: An entry's columns as they are read: those that its hash covers, then the hash.
COLUMNS = (*HASHED, "hash")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """All that entries are held against. ``accepted`` has the last entry and the digest of each chain that was accepted as it stood."""

    journal: str | None
    trust: Trust
    signed: bool
    points: Mapping[str, Points] = field(default_factory=dict)
    left: Mapping[str, Left] = field(default_factory=dict)
    accepted: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def walk(self, name: str, rows: Iterable[Sequence[Any]]) -> ChainReport:
        """Walk one chain to its end, and name its first bad place."""
        walk = _Walk(name, self.points.get(name, Points()))
        if name in self.accepted:
            rows = walk.accept(rows, *self.accepted[name])
        walk.go(rows)
        left = self.left.get(name)
        if walk.problem is None:
            walk.problem = walk.ended(left) or self._unproven(name, left, walk)
        return walk.report()

    def _unproven(self, name: str, left: Left | None, walk: _Walk) -> ChainProblem | None:
        if left is None:
            return ChainProblem(kind="unsigned", chain=name, seq=walk.entries) if self.signed and walk.entries else None
        kind = left.wrong(self.trust, self.journal, signed=self.signed)
        return None if kind is None else ChainProblem(kind=kind, chain=name, seq=left.seq)


class _Walk:
    def __init__(self, name: str, points: Points) -> None:
        self.name = name
        self.entries = 0
        self.problem: ChainProblem | None = None
        self._highest = points.highest
        self._points = iter(points)
        self._point = next(self._points, None)
        self._previous = GENESIS
        self._expected = 1
        self._sound = 0

    def accept(self, rows: Iterable[Sequence[Any]], upto: int, digest: str) -> Iterable[Sequence[Any]]:
        """Take a chain's beginning as it stands, when that is as it was accepted. Gives the rows after it."""
        found = ChainStanding()
        remaining = iter(rows)
        following: list[Sequence[Any]] = []
        for row in remaining:
            if not found.add(row, upto):
                following = [row]
                break
        self.entries, self._previous, self._expected, self._sound = found.entries, found.hash, upto + 1, upto
        if found.digest != digest:
            self.problem = ChainProblem(kind="accepted_changed", chain=self.name, seq=upto)
        return chained(following, remaining)

    def go(self, rows: Iterable[Sequence[Any]]) -> None:
        """Walk up to the first bad entry, and count them all."""
        for row in rows:
            self.entries += 1
            if self.problem is None:
                kind = self._wrong(row)
                if kind is not None:
                    self._fail(kind, row)
            self._previous = row[9]
            self._expected += 1

    def _wrong(self, row: Sequence[Any]) -> str | None:
        """Give the kind of what is wrong with one entry, or None when it is sound."""
        seq, hash_ = row[1], row[9]
        if seq != self._expected:
            return "missing" if isinstance(seq, int) and seq > self._expected else "changed"
        try:
            if values_hash(self._previous, tuple(row[:9])) != hash_:
                return "changed"
        except (orjson.JSONEncodeError, UnicodeEncodeError):  # bytes, or text that is none
            return "changed"
        while self._point is not None and self._point[0] <= seq:
            if self._point[0] == seq:
                if self._point[1] != hash_:
                    return "rewritten"
                self._sound = seq
            self._point = next(self._points, None)
        return None

    def _fail(self, kind: str, row: Sequence[Any]) -> None:
        if kind == "missing":
            self.problem = ChainProblem(kind=kind, chain=self.name, seq=self._expected)
            return
        at = row[2] if isinstance(row[2], int) else None
        sound = self._sound if kind == "rewritten" else None
        self.problem = ChainProblem(kind=kind, chain=self.name, seq=self._expected, event=str(row[3]), at=at, sound=sound)

    def ended(self, left: Left | None) -> ChainProblem | None:
        """Hold the chain's end against what was signed, and against its writer's last commit."""
        last = self._expected - 1
        if self._highest is not None and self._highest > last:
            return ChainProblem(kind="cut", chain=self.name, seq=last + 1, signed=self._highest)
        if left is None or (left.seq, left.hash) == (last, self._previous):
            return None
        short = left.seq > last
        return ChainProblem(kind="short" if short else "not_written", chain=self.name, seq=last + short, signed=left.seq)

    def report(self) -> ChainReport:
        return ChainReport(chain=self.name, entries=self.entries, hash=str(self._previous), signed=self._highest, problem=self.problem)


class ChainStanding:
    """The standing of a chain's entries, whatever their hashes, which a person takes by accepting them."""

    def __init__(self) -> None:
        self.entries = 0
        self.hash = GENESIS
        self._digest = hashlib.sha256()

    def add(self, row: Sequence[Any], upto: int) -> bool:
        """Take an entry. False when it is beyond ``upto``."""
        if isinstance(row[1], int) and row[1] > upto:
            return False
        self.entries += 1
        self.hash = str(row[9])
        self._digest.update(repr(tuple(row)).encode("utf-8", "surrogateescape") + b"\n")
        return True

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over all entries taken."""
        return self._digest.hexdigest()


def closings(entries: Iterable[tuple[str, str]], points: dict[str, Points], *, but: Container[str]) -> None:
    """Add the ends of chains that were closed, as entries (event, details) say, ``but`` those that were accepted otherwise."""
    for event, text in entries:
        if event == CLOSED and is_point(details := details_of(text) or {}) and details["chain"] not in but:
            points.setdefault(details["chain"], Points()).add(details["seq"], details["hash"])

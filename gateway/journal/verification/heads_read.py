"""The reading of signed heads as a stream: every line is proven by itself, whatever follows it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gateway.journal.audit.entries import Restored
from gateway.journal.audit.head_lines import digest, genuine, lines, parsed
from gateway.journal.audit.trust import Trust
from gateway.journal.verification.findings import AcceptanceNote, RestoredCopy
from gateway.model import JsonObject, JsonView

_BYTES = 32  # of a SHA-256


class Points:
    """Signed points of one chain: (seq, hash) in 40 bytes each, handed out in order of seq."""

    def __init__(self) -> None:
        self._seqs = array("q")
        self._hashes = bytearray()
        self._ordered = True

    def add(self, seq: int, hash_: str) -> None:
        """Take one more point. The same one again takes no room."""
        raw = bytes.fromhex(hash_)
        if self._seqs and seq <= self._seqs[-1]:
            if seq == self._seqs[-1] and raw == self._hashes[-_BYTES:]:
                return
            self._ordered = False
        self._seqs.append(seq)
        self._hashes += raw

    def cut(self, upto: int) -> int | None:
        """Let go of the points beyond ``upto``, and give the highest of them."""
        highest = self.highest
        if highest is None or highest <= upto:
            return None
        kept = [pair for pair in self if pair[0] <= upto]
        self._seqs, self._hashes, self._ordered = array("q"), bytearray(), True
        for pair in kept:
            self.add(*pair)
        return highest

    @property
    def highest(self) -> int | None:
        """The highest seq that was signed, or None."""
        return max(self._seqs, default=None)

    def __iter__(self) -> Iterator[tuple[int, str]]:
        places: Iterable[int] = range(len(self._seqs))
        for place in places if self._ordered else sorted(places, key=self._seqs.__getitem__):
            yield self._seqs[place], self._hashes[place * _BYTES : (place + 1) * _BYTES].hex()


@dataclass(slots=True)
class Heads:
    """The contents of the files of signed heads.

    ``by_chain`` holds what is signed of each chain and still counts, ``cuts`` what restores took away. ``stood`` has the last entry and the
    digest up to it of each chain that was accepted although it does not fit its hashes. ``problem`` is the first thing wrong
    with the file itself: ``missing``, ``unreadable``, ``forged``, ``removed`` (a line between two), ``other_journal``. ``line`` counts from
    1, over all files.
    """

    by_chain: dict[str, Points] = field(default_factory=dict)
    cuts: list[RestoredCopy] = field(default_factory=list)
    accepted: list[AcceptanceNote] = field(default_factory=list)
    stood: dict[str, tuple[int, str]] = field(default_factory=dict)
    signed: bool = False  # every chain has a signature
    lines: int = 0
    problem: str | None = None
    line: int | None = None
    torn: bool = False  # the last line was not finished: the process was killed, nothing was signed

    def fail(self, problem: str, line: int | None) -> Heads:
        """Note what is wrong, unless something was wrong before it. What was read until then stays."""
        if self.problem is None:
            self.problem, self.line = problem, line
        return self


def read_heads(path: Path, trust: Trust, journal_id: str | None, restored: Iterable[Restored] = ()) -> Heads:
    """Read and prove the signed heads of the journal ``journal_id`` (None: any). Never raises for their content.

    The first line may go on from a file that was put away. From the first bad line on none counts, until one that accepts it. ``restored``
    are the cuts that the journal itself tells of, since heads kept elsewhere may not.
    """
    try:
        with lines(path) as found:
            return prove(found, trust, journal_id, restored)
    except OSError:
        return Heads().fail("unreadable", None)


def prove(found: Iterable[bytes], trust: Trust, journal_id: str | None, restored: Iterable[Restored] = ()) -> Heads:
    """Prove lines, wherever they come from."""
    heads = Heads()
    previous: bytes | None = None
    lost: dict[tuple[int, str], int] = {}
    known = list(restored)
    for line in found:
        if not line.endswith(b"\n"):
            heads.torn = True
            continue
        heads.lines += 1
        statement = parsed(line[:-1])
        problem = _wrong(statement, previous, trust, journal_id, accepting_only=heads.problem is not None)
        previous = line[:-1]
        if problem is not None or statement is None:
            heads.fail(problem or "forged", heads.lines)
        else:
            _take(heads, statement, known, lost)
    if not heads.lines and not heads.torn:
        return heads.fail("missing", None)
    for number, one in enumerate(known):
        for chain in sorted(chain for place, chain in lost if place == number):
            kept, beyond = one.kept.get(chain, 0), lost[number, chain]
            heads.cuts.append(RestoredCopy(chain=chain, kept=kept, lost=beyond, taken_at=one.taken_at, restored_at=one.at))
    return heads


def _wrong(
    statement: JsonObject | None, previous: bytes | None, trust: Trust, journal_id: str | None, *, accepting_only: bool
) -> str | None:
    """Give what is wrong with one line. After a bad one every line is, except one that accepts it."""
    if statement is None or (accepting_only and "accepted" not in statement):
        return "forged"
    for one in statement.get("keys", ()):  # they prove themselves
        trust.follow(one)
    if not genuine(statement, trust):
        return "forged"
    if previous is not None and statement["previous"] != digest(previous):
        return "removed"
    return "other_journal" if journal_id is not None and statement["journal"] != journal_id else None


def _take(heads: Heads, statement: JsonView, known: list[Restored], lost: dict[tuple[int, str], int]) -> None:
    at = statement["at"]
    if "accepted" in statement:
        heads.problem = heads.line = None
        heads.by_chain.clear()
        stood = {one["chain"]: (one["seq"], one["digest"]) for one in statement["accepted"]["chains"]}
        heads.stood |= stood
        chains = tuple((chain, seq) for chain, (seq, _) in sorted(stood.items()))
        heads.accepted.append(AcceptanceNote(at=at, problems=statement["accepted"]["problems"], chains=chains))
    if "restored" in statement:
        _cut(heads, statement, known, lost)
    heads.signed |= statement.get("signed", False)
    for head in statement["heads"]:
        chain, seq = head["chain"], head["seq"]
        gone = [number for number, one in enumerate(known) if at <= one.at and seq > one.kept.get(chain, 0)]
        if gone:
            lost[gone[0], chain] = max(seq, lost.get((gone[0], chain), 0))
        else:
            heads.by_chain.setdefault(chain, Points()).add(seq, head["hash"])


def _cut(heads: Heads, statement: JsonView, known: list[Restored], lost: dict[tuple[int, str], int]) -> None:
    """Let go of what was signed beyond the backup that this line says was restored."""
    kept = {head["chain"]: head["seq"] for head in statement["restored"]["heads"]}
    taken_at = statement["restored"]["taken_at"]
    told = [number for number, one in enumerate(known) if (one.taken_at, one.kept) == (taken_at, kept)]  # by the journal too
    dropped = {chain: lost.pop((number, chain)) for number, chain in list(lost) if number in told}
    for chain in sorted(kept.keys() | heads.by_chain.keys() | dropped.keys()):
        beyond = heads.by_chain[chain].cut(kept.get(chain, 0)) if chain in heads.by_chain else None
        highest = max((seq for seq in (beyond, dropped.get(chain)) if seq is not None), default=None)
        heads.cuts.append(RestoredCopy(chain=chain, kept=kept.get(chain, 0), lost=highest, taken_at=taken_at, restored_at=statement["at"]))
    heads.by_chain = {chain: points for chain, points in heads.by_chain.items() if points.highest is not None}

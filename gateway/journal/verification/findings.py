"""Findings of a verification of the audit, as values that say in words where to look."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.journal.verification import texts
from gateway.journal.verification.guard import ChainProblem, Finding
from gateway.model.case import NOBODY
from gateway.model.service import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch(Finding):
    """A row that is not what the audit says it is.

    ``what`` is a table, ``entry``, ``rows`` (all of a case that a baseline vouched for) or ``baseline`` (a second one). ``id`` names it (a
    payload by part and revision, an entry by its event number, others as their entries do). ``field`` is the column, or ``image`` or
    ``contents`` where a digest differs, or None for the row itself. ``table`` and ``audit`` are the two values, or the beginnings of
    digests, and None where that side has nothing. Never personal data.
    """

    what: str
    id: str
    application_id: str
    field: str | None
    table: texts.Value
    audit: texts.Value

    @property
    def said(self) -> Text:
        """The difference and its place."""
        owned = self.what != "application" and self.application_id != NOBODY
        place = texts.row(self.what, self.id, self.application_id if owned else None)
        if self.what == "baseline":
            return texts.vouched_again(place)
        if self.field == "image":
            return texts.other_image(place, self.table, self.audit)
        if self.field is not None:
            return texts.other_value(place, self.field, self.table, self.audit)
        return texts.deleted(place) if self.table is None else texts.put_in(place)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoredCopy(Finding):
    """A note, not a fault: one chain was put back to a backup by ``gateway restore``, which signed that it did.

    ``kept`` is the last entry of the backup. The entries from there up to ``lost`` (None: none is known) are gone with the old journal.
    """

    chain: str
    kept: int
    lost: int | None
    taken_at: int  # microseconds
    restored_at: int

    @property
    def said(self) -> Text:
        """The chain that was put back, and the entries that are gone."""
        return texts.restored(self.chain, self.kept, self.lost, taken_at=self.taken_at, restored_at=self.restored_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceNote(Finding):
    """A note, not a fault: a person took the audit as it was found (``gateway audit accept``), with so many problems.

    ``chains`` are those that do not fit their hashes, each up to the entry that was its last: nobody can prove what stood there.
    """

    at: int  # microseconds
    problems: int
    chains: tuple[tuple[str, int], ...]

    @property
    def said(self) -> Text:
        """The state that was accepted, and the time."""
        return texts.accepted(self.at, self.problems, self.chains)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """One chain: the count of its entries, the hash of the last, the highest that is signed, its first bad place."""

    chain: str
    entries: int
    hash: str
    signed: int | None
    problem: ChainProblem | None


@dataclass(slots=True)
class Mismatches:
    """The first of the rows that differ, and the count of all."""

    kept: list[Mismatch] = field(default_factory=list)
    count: int = 0
    unchecked: int = 0  # payloads from before there were salts: their commitments are keyed, and the key is not here
    most: int = 100

    def add(self, mismatch: Mismatch) -> None:
        """Count one, and keep it while there is room."""
        self.count += 1
        if len(self.kept) < self.most:
            self.kept.append(mismatch)

    def take(self, others: Mismatches) -> None:
        """Add those that were found elsewhere."""
        self.kept += others.kept[: self.most - len(self.kept)]
        self.count += others.count
        self.unchecked += others.unchecked


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """All that verifying found: ``problems`` in the order to look at them, the first hundred ``mismatches`` of ``mismatch_count``.

    ``restored`` and ``accepted`` are notes: what signed restores cut off from chains, and what a person took as it was.
    """

    journal: str | None
    chains: tuple[ChainReport, ...]
    heads_lines: int
    heads_torn: bool
    commitments_checked: bool
    problems: tuple[ChainProblem, ...]
    mismatches: tuple[Mismatch, ...]
    mismatch_count: int
    seconds: float
    restored: tuple[RestoredCopy, ...] = ()
    accepted: tuple[AcceptanceNote, ...] = ()

    @property
    def ok(self) -> bool:
        """Tell whether nothing at all is wrong."""
        return not self.problems and not self.mismatch_count

    @property
    def entries(self) -> int:
        """The count of entries in all chains."""
        return sum(chain.entries for chain in self.chains)

    @property
    def first(self) -> ChainProblem | None:
        """The first bad entry (or line of the heads file)."""
        return self.problems[0] if self.problems else None

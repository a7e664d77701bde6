"""The seam that a restore leaves: what may have gone out after the backup is in doubt, and the audit says so.

The journal that was lost went on after the backup was taken. So whatever it may have sent since is not sent blindly again, but by its
operation's resend rule. No number that it may have given since is given twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gateway.cases.casework import RESTORED, Casework, NoAdapter, merged
from gateway.cases.results import early_callbacks
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.queues import facts, numbers
from gateway.journal.queues.deliveries import RESTORED_CASE, open_cases
from gateway.journal.read import nodes
from gateway.journal.store import schema
from gateway.journal.store.database import Engine
from gateway.journal.writer.draft import Change, Draft, Needs, Write
from gateway.model import Details, JsonView
from gateway.model.delivery import Action, Delivery, DeliveryState, Facts
from gateway.model.identifiers import day_of
from gateway.model.moves import Move, freed, later, overtaken, ready
from gateway.model.os_user import own_actor

S = DeliveryState

#: Sequences of 办件编号 that are left out on the day of the restore: more than the lost journal can have given since the backup.
LEFT_OUT = 1_000_000
#: Cases of one commit.
_CASES = 200

_MOVED = frozenset({S.READY, S.SENDING})
#: Open, and the next thing that happens to them may be that they are sent.
_SUSPECT = frozenset({S.WAITING, S.READY, S.SENDING, S.IN_DOUBT, S.HELD})


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginSeam(Change[None]):
    """The first entry after the restore: what was restored, from when, and what is known to be gone. Leaves numbers out."""

    taken_at: int
    details: JsonView
    implementations: frozenset[str]

    def decide(self, draft: Draft) -> None:
        """Write the entry, and move the day's numbers on."""
        numbers.leave_out(draft, self.implementations, day_of(self.taken_at), day_of(draft.now), LEFT_OUT)
        details = {**self.details, "taken_at": self.taken_at, "restored_at": draft.now, "numbers_left_out": LEFT_OUT}
        draft.audit(Entry(event="journal_restored", actor=own_actor(), details=details))


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """Put in doubt the deliveries of these cases that may have gone out since, and count them by the state they stand in now."""

    cases: Sequence[str]
    taken_at: int
    casework: Casework

    @property
    def needs(self) -> Needs:
        """The cases with their payload, since a callback that waits may settle a doubt at once."""
        return Needs(cases=tuple(self.cases), payload=True, inbox=True)

    def decide(self, draft: Draft) -> dict[str, int]:
        """Write an entry a case, also where nothing was under way: a revision of it asks for that entry (``since_restore``)."""
        counts: dict[str, int] = {}
        for case_id in self.cases:
            before = draft.case(case_id)
            doubted = []
            for delivery in before.deliveries.values():
                now = self._suspect(draft, delivery)
                if now.doubt_since is not None:
                    doubted.append(now.step)
                    counts[now.state.value] = counts.get(now.state.value, 0) + 1
            details: Details = {"taken_at": self.taken_at, "doubted": doubted}
            for delivery in before.deliveries.values():
                if delivery.lease_owner is not None:
                    details = merged(details, early_callbacks(self.casework, draft, case_id, delivery.id))
            draft.settle(case_id, RESTORED_CASE, "local", details, before=before)
        return counts

    def _suspect(self, draft: Draft, delivery: Delivery) -> Delivery:
        move: list[Move] = []
        if delivery.lease_owner is not None:
            move = [freed() if delivery.action is Action.SUBMIT else later(draft.now)]
            if delivery.being_sent:
                draft.end_attempt(delivery, RESTORED)
        if delivery.state not in _SUSPECT or self._read_only(delivery):
            if delivery.state in _MOVED:
                move = [ready(draft.now)]  # a question may be asked again at will
            return draft.put(delivery, *move, overtaken(delivery)) if move else delivery
        doubt: Facts = {"doubt_since": delivery.doubt_since or self.taken_at, "last_sent_at": draft.now}
        doubted = draft.put(delivery, *move, overtaken(delivery), doubt)
        return self.casework.suspect(draft, doubted) if delivery.state in _MOVED else doubted

    def _read_only(self, delivery: Delivery) -> bool:
        try:
            return self.casework.operation(delivery)[1].read_only
        except NoAdapter:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish(Change[None]):
    """The end of a restore: from here on a gateway may start on this journal."""

    def decide(self, draft: Draft) -> None:
        """Take the mark of an unfinished restore away, and the nodes that the copy knew."""
        facts.forget(draft, schema.UNFINISHED)
        nodes.forget(draft)  # those of the copy's time are none of this journal's


async def make_seam(
    write: Write,
    reader: Engine,
    casework: Casework,
    *,
    taken_at: int,
    details: JsonView,
    tell: Callable[[str, int], None] = lambda _what, _count: None,
) -> dict[str, int]:
    """Make the seam in a journal that was just loaded, and count the deliveries in doubt by the state they stand in.

    ``details`` are what the audit's first entry says of the backup besides its times. Read all cases through ``reader``. :class:`Finish` is
    written by the caller, once the heads are signed.
    """
    codes = frozenset(service.definition.codes.implementation for service in casework.catalogue.services.values())
    await write(BeginSeam(taken_at=taken_at, details=details, implementations=codes))
    counts: dict[str, int] = {}
    done = 0
    for cases in _open_cases(reader):
        for state, count in (await write(Suspect(cases=cases, taken_at=taken_at, casework=casework))).items():
            counts[state] = counts.get(state, 0) + count
        done += len(cases)
        tell("seam", done)
    return counts


def _open_cases(reader: Engine) -> Iterator[list[str]]:
    last = ""
    while True:
        with reader.connect() as connection:
            cases = open_cases(connection, last, _CASES)
        if not cases:
            return
        yield cases
        last = cases[-1]

"""The seam that a restore leaves: what may have gone out after the backup is in doubt, and the audit says so.

The journal that was lost went on after the backup was taken. So whatever it may have sent since is not sent blindly again, but by its
operation's resend rule. No number that it may have given since is given twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Engine, bindparam, delete, select, update

from gateway.cases.casework import RESTORED, Casework, NoAdapter, merged
from gateway.cases.results import early_callbacks
from gateway.journal.audit.hash_chain import Entry
from gateway.journal.backup.backup import UNFINISHED
from gateway.journal.store import schema
from gateway.journal.writer.draft import Change, Draft, Needs, Write
from gateway.model.application import APPLICATION_ENDED
from gateway.model.delivery import Action, Delivery, DeliveryState, Facts
from gateway.model.identifiers import CHINA
from gateway.model.moves import Move, freed, later, overtaken, ready
from gateway.model.os_user import own_actor

S = DeliveryState

#: Sequences of 办件编号 that are left out on the day of the restore: more than the lost journal can have given since the backup.
LEFT_OUT = 1_000_000
#: Cases of one commit.
_CASES = 200

_EVENT = "case_restored"
_MOVED = frozenset({S.READY, S.SENDING})
#: Open, and the next thing that happens to them may be that they are sent.
_SUSPECT = frozenset({S.WAITING, S.READY, S.SENDING, S.IN_DOUBT, S.HELD})


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginSeam(Change[None]):
    """The first entry after the restore: what was restored, from when, and what is known to be gone. Leaves numbers out."""

    taken_at: int
    details: Mapping[str, Any]
    implementations: frozenset[str]

    def decide(self, draft: Draft) -> None:
        """Write the entry, and move the day's numbers on."""
        since, today = _day(self.taken_at), _day(draft.now)
        table = schema.number_block
        move = (
            update(table)
            .where(table.c.implementation == bindparam("b_implementation"), table.c.day == bindparam("b_day"))
            .values(next=bindparam("b_next"))
        )
        known = {(row.implementation, row.day): row.next for row in draft.connection.execute(select(table))}
        for (implementation, day), following in sorted(known.items()):
            if day >= min(since, today):
                draft.execute(move, {"b_implementation": implementation, "b_day": day, "b_next": following + LEFT_OUT})
                here = {"implementation": implementation, "day": day}
                draft.hold(table, {**here, "next": following + LEFT_OUT}, was={**here, "next": following})
        for implementation in sorted({implementation for implementation, _ in known} | self.implementations):
            if (implementation, today) not in known:  # the lost journal may have begun the day all the same
                draft.insert(table, {"implementation": implementation, "day": today, "next": 1 + LEFT_OUT})
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
        """Write an entry a case, also where nothing was under way: a revision of it asks for that entry (:func:`since_restore`)."""
        counts: dict[str, int] = {}
        for case_id in self.cases:
            before = draft.case(case_id)
            doubted = []
            for delivery in before.deliveries.values():
                now = self._suspect(draft, delivery)
                if now.doubt_since is not None:
                    doubted.append(now.step)
                    counts[now.state.value] = counts.get(now.state.value, 0) + 1
            details: dict[str, Any] = {"taken_at": self.taken_at, "doubted": doubted}
            for delivery in before.deliveries.values():
                if delivery.lease_owner is not None:
                    details = merged(details, early_callbacks(self.casework, draft, case_id, delivery.id))
            draft.settle(case_id, _EVENT, "local", details, before=before)
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
        draft.execute(delete(schema.meta).where(schema.meta.c.key == bindparam("b_key")), {"b_key": UNFINISHED})
        draft.connection.execute(delete(schema.node))  # those of the copy's time are none of this journal's


async def make_seam(
    write: Write,
    reader: Engine,
    casework: Casework,
    *,
    taken_at: int,
    details: Mapping[str, Any],
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
    table = schema.application
    ended = [state.value for state in APPLICATION_ENDED]
    last = ""
    while True:
        statement = select(table.c.id).where(table.c.id > last, table.c.state.not_in(ended)).order_by(table.c.id).limit(_CASES)
        with reader.connect() as connection:
            cases = list(connection.execute(statement).scalars())
        if not cases:
            return
        yield cases
        last = cases[-1]


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1_000_000, CHINA):%Y%m%d}"


def since_restore(draft: Draft, application_id: str) -> Facts:
    """Give the facts of a delivery that begins anew in a case which a restore found open, and none in any other case.

    The journal that was lost may have begun the same round, under the same key.
    """
    table = schema.audit
    statement = select(table.c.at, table.c.details).where(table.c.application_id == application_id, table.c.event == _EVENT)
    rows = list(draft.connection.execute(statement))
    if not rows:
        return {}
    return {"doubt_since": min(orjson.loads(row.details)["taken_at"] for row in rows), "last_sent_at": max(row.at for row in rows)}

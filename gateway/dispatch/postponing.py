"""Deliveries that wait for a department to open, or for tomorrow's quota: due then by a time in the journal, written by the batch.

Only what is handed over or taken back is put off. A question that may not be asked now keeps its time and is asked when it may be. What
is put off uses up no attempt and counts as no failure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.cases.casework import Casework
from gateway.departments.openings import SPREAD, in_line
from gateway.departments.retries import SECOND
from gateway.journal.queues import due
from gateway.journal.queues.departments import quota_used
from gateway.journal.read.lists import id_time
from gateway.journal.writer.batch import load_cases
from gateway.journal.writer.draft import Change, Draft
from gateway.model.delivery import Action, Delivery, DeliveryState
from gateway.model.moves import later

#: Deliveries that one change puts off, or fetches back.
AT_ONCE = 200


def put_off(draft: Draft, delivery: Delivery, opens: int) -> Delivery:
    """Make it due when its department opens, in its place in the line."""
    return draft.put(delivery, later(in_line(opens, id_time(delivery.id))))


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchBack(Change[bool]):
    """Make due earlier what waits for longer than its department's hours and quota want now, and tell whether there may be more.

    Hours, maintenance and quotas may be changed while deliveries wait for what held before.
    """

    department: str
    casework: Casework

    def decide(self, draft: Draft) -> bool:
        """Find what is due too late, load its cases together, make it due in line."""
        openings = self.casework.openings
        opens = openings.opens(self.department, Action.SUBMIT, draft.now)
        first = self._first_sends(draft, opens)
        found = self._due_after(draft, opens, first)
        load_cases(draft.connection, draft.loaded, sorted({case for _, case in found} - draft.loaded.cases.keys()), ())
        for place, (delivery_id, case_id) in enumerate(found):
            delivery = draft.case(case_id).by_id(delivery_id)
            if delivery.state is not DeliveryState.READY or delivery.due_at is None or delivery.due_at <= opens:
                continue  # another change of this batch has moved it
            then = opens if delivery.attempts else first
            if then > draft.now:
                put_off(draft, delivery, then)
            else:
                draft.put(delivery, later(draft.now + place))  # in the order they had; these few flood nobody
        return len(found) == AT_ONCE

    def _first_sends(self, draft: Draft, opens: int) -> int:
        """Give the time at which a first send may go: tomorrow, where today's quota is used up."""
        openings = self.casework.openings
        quota = openings.quota(self.department)
        if quota is None or quota_used(draft.connection, self.department, draft.now) < quota:
            return opens
        return openings.after_today(self.department, draft.now)

    def _due_after(self, draft: Draft, opens: int, first: int) -> Sequence[tuple[str, str]]:
        """Find the deliveries that are due later than there is a reason for: their ids, and their cases'."""
        retry = self.casework.departments[self.department].config.retry
        wait = int(max(retry.longest_seconds, retry.retry_after_longest_seconds) * SECOND)
        again = opens + SPREAD + wait  # a retry has reasons of its own to wait
        return due.due_late(draft, self.department, first=first + SPREAD, again=again, any_=opens + SPREAD, most=AT_ONCE)

"""The change that takes due work: by the batch, a department at a time, never by the delivery."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from gateway.cases.casework import Casework
from gateway.dispatch.postponing import AT_ONCE, put_off
from gateway.journal.queues import due as queue
from gateway.journal.queues.departments import quota_used
from gateway.journal.queues.due import Claimable
from gateway.journal.store.unavailable import StatementFailed
from gateway.journal.writer.batch import load_cases
from gateway.journal.writer.draft import Change, Draft
from gateway.model.case import Case
from gateway.model.delivery import Action, Delivery
from gateway.model.moves import held, in_doubt

log = structlog.get_logger()

#: Actions that take a permit each; polls are asked about many at once.
_SINGLE = (Action.SUBMIT, Action.FIND, Action.WITHDRAW)


@dataclass(slots=True, kw_only=True)
class _Chosen:
    """Due deliveries of one department. ``late`` ones wait until it opens. ``full``: the rate let less begin than there are permits for."""

    dues: list[Claimable] = field(default_factory=list)
    late: dict[Claimable, int] = field(default_factory=dict)  # with when they may go
    full: bool = False
    more: bool = False  # than were looked at to be put off


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """Number of deliveries that may be taken of one department: a permit each, one for all that are polled."""

    permits: int
    polls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Permits used for one department, and the time of its next delivery (microseconds, None where nothing is due)."""

    permits: int
    next_due: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Change[dict[str, Claimed]]):
    """Lease due deliveries, as many as each department may take. The commit hands them to the dispatcher.

    Permits are taken when it decides, and those that nothing needs are given back at once: were they held from when it is asked for,
    what is filed meanwhile would find none and have to be claimed in its turn.
    """

    wanted: Mapping[str, Capacity]
    casework: Casework

    def decide(self, draft: Draft) -> dict[str, Claimed]:
        """Find due deliveries, load their cases together and lease them, or put off those that may not be begun now."""
        found: dict[str, _Chosen] = {}
        held: dict[str, int] = {}
        permits = self.casework.permits
        draft.undo.append(lambda: permits.give_all(held))
        for department, wanted in sorted(self.wanted.items()):
            held[department] = permits.reserve(department, wanted.permits)
            found[department] = self._choose(draft, department, held[department], wanted.polls)
        by_case: dict[str, list[Claimable]] = {}
        for due in (due for chosen in found.values() for due in chosen.dues):
            by_case.setdefault(due.application_id, []).append(due)
        late = {due: opens for chosen in found.values() for due, opens in chosen.late.items()}
        missing = sorted((by_case.keys() | {due.application_id for due in late}) - draft.loaded.cases.keys())
        load_cases(draft.connection, draft.loaded, missing, sorted(by_case.keys() - draft.loaded.whole))
        for case_id, dues in by_case.items():
            self._lease(draft, case_id, dues)
        for due, opens in late.items():
            self._put_off(draft, due, opens)
        self._count(draft)
        leased = {work.delivery.id for work in draft.work}
        answer: dict[str, Claimed] = {}
        for department, chosen in found.items():
            taken = [due for due in chosen.dues if due.delivery_id in leased]
            used = sum(1 for due in taken if due.action is not Action.POLL) + any(due.action is Action.POLL for due in taken)
            permits.give(department, held[department] - used)
            held[department] = used
            next_due = self._next_due(draft, department, draft.changed, more=chosen.more)
            if next_due is not None and chosen.full:
                next_due = max(next_due, draft.now + permits.spacing(department))
            answer[department] = Claimed(permits=used, next_due=next_due)
        return answer

    def _choose(self, draft: Draft, department: str, permits: int, most_polls: int) -> _Chosen:
        """Choose among the due ones the longest due first, whatever its action."""
        chosen = _Chosen()
        calls = [due for action in _SINGLE for due in self._calls(draft, department, action, permits, chosen)]
        asks = permits > 0 and self._opens(draft, department, Action.POLL) <= draft.now
        polls = self._due(draft, department, Action.POLL, most_polls) if asks else []
        calls, polls = _share(sorted(calls, key=lambda due: due.due_at), polls, permits)
        most = len(calls) + bool(polls)
        begun = self.casework.permits.begin(department, most)
        calls, polls = _share(calls, polls, begun)
        chosen.dues, chosen.full = [*calls, *polls], begun < most
        return chosen

    def _opens(self, draft: Draft, department: str, action: Action) -> int:
        return self.casework.openings.opens(department, action, draft.now)

    def _calls(self, draft: Draft, department: str, action: Action, permits: int, chosen: _Chosen) -> list[Claimable]:
        """Give the due ones of an action. Those that wait for the department to open, or for tomorrow's quota, join the late ones."""
        opens = self._opens(draft, department, action)
        if opens > draft.now:
            if action is not Action.FIND:  # a question keeps its time
                self._late(chosen, self._due(draft, department, action, AT_ONCE), opens)
            return []
        if action is not Action.SUBMIT:
            return self._due(draft, department, action, permits)
        if self.casework.permits.held_until(department) > draft.now:
            return []
        quota = self.casework.openings.quota(department)
        if quota is None:
            return self._due(draft, department, action, permits)
        return self._within_quota(draft, department, quota, permits, chosen)

    def _within_quota(self, draft: Draft, department: str, quota: int, permits: int, chosen: _Chosen) -> list[Claimable]:
        """Give those that were sent before, and as many of the others as may still go today."""
        dues = self._due(draft, department, Action.SUBMIT, permits)
        first = [due for due in dues if due.attempts == 0]
        if not first:
            return dues
        left = quota - quota_used(draft.connection, department, draft.now)
        if left > 0:
            beyond = set(first[left:])
            return [due for due in dues if due not in beyond]
        dues = self._due(draft, department, Action.SUBMIT, max(permits, AT_ONCE))
        self._late(chosen, [due for due in dues if due.attempts == 0], self.casework.openings.after_today(department, draft.now))
        return [due for due in dues if due.attempts][:permits]

    @staticmethod
    def _late(chosen: _Chosen, dues: list[Claimable], opens: int) -> None:
        chosen.late.update(dict.fromkeys(dues, opens))
        chosen.more |= len(dues) >= AT_ONCE

    @staticmethod
    def _put_off(draft: Draft, due: Claimable, opens: int) -> None:
        delivery = draft.case(due.application_id).by_id(due.delivery_id)
        if delivery.due_at is not None and delivery.due_at <= draft.now and delivery.action is due.action:
            put_off(draft, delivery, opens)

    def _count(self, draft: Draft) -> None:
        """Count first hand-overs against their departments' quotas."""
        counts = Counter(work.delivery.department for work in draft.work if self._counts(work.delivery))
        for department, count in sorted(counts.items()):
            quota_used(draft.connection, department, draft.now, more=count)

    def _counts(self, leased: Delivery) -> bool:
        first = leased.action is Action.SUBMIT and leased.attempts == 1
        return first and self.casework.openings.quota(leased.department) is not None

    def _due(self, draft: Draft, department: str, action: Action, most: int) -> list[Claimable]:
        return queue.due(draft, department, action, most) if most > 0 else []

    def _lease(self, draft: Draft, case_id: str, dues: list[Claimable]) -> None:
        before = draft.case(case_id)
        disclosed: dict[str, list[str]] = {}
        withheld: dict[str, str] = {}
        counted: list[str] = []
        for due in dues:
            delivery = before.by_id(due.delivery_id)
            if delivery.due_at is None or delivery.due_at > draft.now or delivery.action is not due.action:
                continue  # another change of this batch has moved it
            if delivery.action is not Action.SUBMIT:
                if delivery.action is Action.FIND:  # it is asked by its request, which the definition it is pinned to makes
                    self.casework.service(draft, before.application)
                self.casework.lease(draft, delivery)
                continue
            try:
                seen = self._disclosed(draft, before, delivery)
                sendable = delivery.doubt_since is None or self.casework.judge(delivery, draft.now).remembers(delivery, draft.now)
            except StatementFailed:
                raise
            except Exception as error:  # one case that cannot be sent is held for a person; it must not stop all the others
                log.exception("request_not_made", delivery=delivery.id, department=delivery.department, error=type(error).__name__)
                withheld[delivery.step] = "not_sendable"
                draft.put(delivery, held(), problem="not_sendable", data_refused=True)
                continue
            if sendable:
                if self._counts(self.casework.lease(draft, delivery)):
                    counted.append(delivery.department)
                disclosed[delivery.step] = seen
            else:
                withheld[delivery.step] = "key_forgotten"
                draft.put(delivery, in_doubt(), problem="key_forgotten")
        if disclosed or withheld:
            event = "attempt_started" if disclosed else "attempt_withheld"
            details = {"disclosed": disclosed, "withheld": withheld, **({"counted": counted} if counted else {})}
            draft.settle(case_id, event, "gateway", details, before=before)

    def _disclosed(self, draft: Draft, case: Case, delivery: Delivery) -> list[str]:
        service = self.casework.service(draft, case.application)
        return list(service.steps[delivery.step].disclosed(self.casework.context(case, draft.payload(case.application.id), delivery)))

    def _next_due(self, draft: Draft, department: str, changed: set[str], *, more: bool) -> int | None:
        dues: list[int] = []
        for action in Action:
            # What this batch changes is written when all of its changes have decided, so it still looks due.
            following = queue.next_dues(draft, department, action, len(changed) + 1)
            first = [due_at for delivery_id, due_at in following if delivery_id not in changed][:1]
            if not more:
                opens = self._opens(draft, department, action)
                first = [max(due, opens) for due in first]
            dues += [max(due, self.casework.permits.held_until(department)) for due in first] if action is Action.SUBMIT else first
        return min(dues, default=None)


def _share(calls: list[Claimable], polls: list[Claimable], slots: int) -> tuple[list[Claimable], list[Claimable]]:
    """Divide so many slots: polls need one together, and where there is but one the longest due has it."""
    if not polls or len(calls) < slots:
        return calls[:slots], polls
    if slots > 1:
        return calls[: slots - 1], polls
    if slots == 1 and polls[0].due_at < calls[0].due_at:
        return [], polls
    return calls[:slots], []

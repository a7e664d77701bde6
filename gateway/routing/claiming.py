"""The change that takes due work: by the batch, a department at a time, never by the delivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from gateway.journal import schema
from gateway.journal.batch import load_cases
from gateway.journal.draft import Draft, Needs
from gateway.model.delivery import Action
from gateway.routing.casework import Casework

#: Actions that take a permit each; polls are asked about many at once.
_SINGLE = (Action.SUBMIT, Action.FIND, Action.WITHDRAW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How many deliveries of one department may be taken: a permit each for ``calls``, one permit for all ``polls``."""

    calls: int
    polls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What was taken of one department, and when its next delivery is due (microseconds; None: nothing is)."""

    calls: int
    polls: int
    next_due: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Lease what is due, up to what each department may take; what was leased reaches the dispatcher by the commit."""

    wanted: Mapping[str, Wanted]
    casework: Casework

    @property
    def needs(self) -> Needs:
        """Nothing beforehand: which cases is what this change finds out."""
        return Needs()

    def decide(self, draft: Draft) -> dict[str, Claimed]:
        """Find what is due, load its cases together, lease it."""
        found: dict[str, tuple[list[str], list[str]]] = {}
        cases: dict[str, str] = {}
        for department, wanted in sorted(self.wanted.items()):
            calls: list[str] = []
            for action in _SINGLE:
                calls += self._due(draft, department, action, wanted.calls - len(calls), cases)
            found[department] = calls, self._due(draft, department, Action.POLL, wanted.polls, cases)
        missing = sorted(set(cases.values()) - draft.loaded.cases.keys())
        load_cases(draft.connection, draft.loaded, missing, sorted(set(cases.values()) - draft.loaded.payloads.keys()))
        by_case: dict[str, list[str]] = {}
        for delivery_id, case_id in cases.items():
            by_case.setdefault(case_id, []).append(delivery_id)
        for case_id, delivery_ids in by_case.items():
            self._lease(draft, case_id, delivery_ids)
        leased = {work.delivery.id for work in draft.work}
        return {
            department: Claimed(
                calls=sum(1 for d in calls if d in leased),
                polls=sum(1 for d in polls if d in leased),
                next_due=self._next_due(draft, department, leased),
            )
            for department, (calls, polls) in found.items()
        }

    def _due(self, draft: Draft, department: str, action: Action, most: int, cases: dict[str, str]) -> list[str]:
        if most <= 0:
            return []
        table = schema.delivery
        statement = (
            select(table.c.id, table.c.application_id)
            .where(table.c.department == department, table.c.action == action.value, table.c.due_at <= draft.now)
            .order_by(table.c.due_at)
            .limit(most)
        )
        rows = draft.connection.execute(statement).all()
        cases.update({row.id: row.application_id for row in rows})
        return [row.id for row in rows]

    def _lease(self, draft: Draft, case_id: str, delivery_ids: list[str]) -> None:
        before = draft.case(case_id)
        service = None
        disclosed: dict[str, list[str]] = {}
        for delivery_id in delivery_ids:
            delivery = before.by_id(delivery_id)
            if delivery.due_at is None or delivery.due_at > draft.now:  # another change of this batch has moved it
                continue
            draft.lease(delivery)
            if delivery.action is Action.SUBMIT:
                service = service or self.casework.service(draft, before.application)
                ctx = self.casework.context(before, draft.payload(case_id))
                disclosed[delivery.step] = list(service.steps[delivery.step].disclosed(ctx))
        if disclosed:
            draft.settle(case_id, "attempt_started", "gateway", {"disclosed": disclosed}, before=before)

    def _next_due(self, draft: Draft, department: str, leased: set[str]) -> int | None:
        table = schema.delivery
        dues: list[int] = []
        for action in Action:
            # Leases are written when all changes of the batch have decided, so those made here still look due.
            statement = (
                select(table.c.id, table.c.due_at)
                .where(table.c.department == department, table.c.action == action.value, table.c.due_at.is_not(None))
                .order_by(table.c.due_at)
                .limit(len(leased) + 1)
            )
            dues += [row.due_at for row in draft.connection.execute(statement) if row.id not in leased][:1]
        return min(dues, default=None)

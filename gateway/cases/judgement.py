"""What follows from what a department said or failed to say: pure, a delivery and a result in, changes of the delivery out.

The resend rule is obeyed for every ambiguous end, and doubt is sticky: only an outcome, an absence that may be believed,
or a person settles it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gateway.departments.retries import SECOND, used_up, wait_microseconds
from gateway.model.delivery import Action, Delivery, DeliveryState
from gateway.model.department import DepartmentConfig
from gateway.model.errors import AuthFailed, Busy, DepartmentError, InDoubt, Invalid, Unavailable
from gateway.model.outcome import (
    Absent,
    Accepted,
    Approved,
    FindResult,
    Found,
    Kept,
    Outcome,
    Rejected,
    Returned,
    Unknown,
    Withdrawn,
    WithdrawResult,
)
from gateway.sdk.department import Ask, Department, Operation, Safe

S = DeliveryState

Result = Outcome | FindResult | WithdrawResult | DepartmentError

#: The problem of one whose department says, each time it is polled, that it does not know the reference.
REFERENCE_UNKNOWN = "reference_unknown"
ABSENT_AFTER_ACCEPTANCE = "absent_after_acceptance"

#: Failures of a question that pass by themselves: the next time it may be answered. Any other in doubt is one of what is asked.
_PASSING = frozenset(
    {
        "adapter_deadline",
        "connect_timeout",
        "connection_lost",
        "loop_blocked",
        "node_stopped",
        "not_recorded",
        "reply_truncated",
        "timeout",
    }
)


@dataclass(frozen=True, slots=True)
class StillOpen:
    """A poll's answer for a reference that is not decided yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Changes to make to the delivery, the outcome to keep, and the word for the attempt, the log and the audit."""

    result: str
    changes: dict[str, Any] = field(default_factory=dict)
    outcome: Outcome | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Judges results of one department's operation. ``outage``: the department counts as down, so failures are not this delivery's."""

    config: DepartmentConfig
    department: type[Department] | Department
    operation: Operation
    now: int
    outage: bool = False

    def judge(self, delivery: Delivery, result: Result | StillOpen) -> Judgement:
        """Say what becomes of the delivery, which stands leased for its action."""
        match result:
            case Approved() | Accepted() | Rejected() | Returned():
                return self.outcome(delivery, result)
            case StillOpen():
                return Judgement(result="still_open", changes=self._later(delivery))
            case Withdrawn():
                return Judgement(result="withdrawn", changes=_ended(S.WITHDRAWN))
            case Kept(code=code):
                return Judgement(
                    result="kept", changes={**self._follow(delivery.changed(withdrawing=False)), "withdrawing": False, "problem": code}
                )
            case Found(outcome=outcome):
                return self.outcome(delivery, outcome, result="found")
            case Absent():
                return self._absent(delivery)
            case Unknown():
                return Judgement(result="unknown", changes=self._check_later(delivery, "unknown"))
            case DepartmentError():
                return self._failure(delivery, result)

    def outcome(self, delivery: Delivery, outcome: Outcome, *, result: str = "") -> Judgement:
        """What an outcome makes of a delivery, however it came (reply, poll, find, callback, a person)."""
        settled: dict[str, Any] = {"doubt_since": None, "problem": None, "checks": 0}
        if outcome.reference is not None:
            settled["reference"] = outcome.reference
        word = f"{result}_{outcome.kind}" if result else outcome.kind
        match outcome:
            case Accepted(check_after=after):
                known = delivery.changed(reference=outcome.reference)
                changes = {**settled, **self._follow(known, after.total_seconds() if after else None)}
                if delivery.state is S.DECIDING:
                    changes["checks"] = delivery.checks + 1
                return Judgement(result=word, changes=changes)
            case Approved():
                return Judgement(result=word, changes={**_ended(S.APPROVED), **settled}, outcome=outcome)
            case Returned(code=code):
                return Judgement(result=word, changes={**_ended(S.RETURNED), **settled, "outcome_code": code[:50]}, outcome=outcome)
            case _:
                return Judgement(result=word, changes={**_ended(S.REJECTED), **settled, "outcome_code": outcome.code[:50]}, outcome=outcome)

    def remembers(self, delivery: Delivery, at: int) -> bool:
        """Whether the department will still recognise the delivery's key at that time (microseconds), so that it may be sent again."""
        resend = self.operation.resend
        if not isinstance(resend, Safe):
            return False
        # After a restore the doubt may be older than the first attempt that is known of.
        known = [at for at in (delivery.first_sent_at, delivery.doubt_since) if at is not None]
        since = min(known, default=delivery.last_sent_at or self.now)
        return self.operation.read_only or at < since + int(resend.remembered.total_seconds() * SECOND)

    def asked_again(self, delivery: Delivery) -> dict[str, Any] | None:
        """How a held one that the department has accepted is asked about again, now; none where it cannot be, or says it is not there."""
        if delivery.state is not S.HELD or delivery.doubt_since is None or delivery.reference is None:
            return None
        if not can_be_asked_again(self.department, delivery.problem):
            return None
        return {**self._follow(delivery), "due_at": self.now, "doubt_since": None}

    def doubt(self, delivery: Delivery, code: str) -> dict[str, Any]:
        """What the resend rule makes of a delivery that may have been processed."""
        changes: dict[str, Any] = {"doubt_since": delivery.doubt_since or self.now, "problem": code}
        resend = self.operation.resend
        if isinstance(resend, Safe):
            if used_up(self.config.retry, delivery.failures, delivery.first_sent_at, self.now):
                return {**changes, **_free(S.HELD)}
            wait = wait_microseconds(self.config.retry, delivery.failures)
            if self.remembers(delivery, self.now + wait):
                return {**changes, **_free(S.READY, Action.SUBMIT, self.now + wait)}
        elif isinstance(resend, Ask):
            return {**changes, **_free(S.IN_DOUBT, Action.FIND, self.now + wait_microseconds(self.config.retry, 1)), "checks": 0}
        return {**changes, **_free(S.IN_DOUBT, Action.SUBMIT)}

    def suspect(self, delivery: Delivery) -> dict[str, Any]:
        """What the resend rule makes, at once, of a delivery that may have gone out without this journal knowing of it."""
        if self.operation.read_only:
            return {**_free(S.READY, Action.SUBMIT, self.now), "doubt_since": None}
        if isinstance(self.operation.resend, Ask):
            return {**_free(S.IN_DOUBT, Action.FIND, self.now), "checks": 0}
        return _free(S.READY, Action.SUBMIT, self.now) if self.remembers(delivery, self.now) else _free(S.IN_DOUBT)

    # -- what is not an outcome
    def _failure(self, delivery: Delivery, error: DepartmentError) -> Judgement:
        if error.code == "no_word":
            return Judgement(result=error.code, detail=error.detail, changes={**self._astray(delivery), "problem": error.code})
        if delivery.action is not Action.SUBMIT:
            wait = error.retry_after if isinstance(error, Busy) else 0.0
            later = self._check_later(delivery, error.code, wait)
            if isinstance(error, Invalid) or (not self.outage and in_vain(error) and later["checks"] >= self.config.retry.attempts):
                later = {**self._astray(delivery), "problem": error.code}  # asked again it would only be refused again
            return Judgement(result=error.code, detail=error.detail, changes=later)
        counted = not self.outage and not isinstance(error, Busy | AuthFailed)
        failures = delivery.failures + counted
        changes = self._failed_submit(delivery.changed(failures=failures), error)
        return Judgement(result=error.code, detail=error.detail, changes={**changes, "failures": failures, "problem": error.code})

    def _failed_submit(self, delivery: Delivery, error: DepartmentError) -> dict[str, Any]:
        if isinstance(error, Invalid):
            return {**_free(S.HELD), "data_refused": True if error.code != "no_adapter" else None}
        if isinstance(error, InDoubt):
            return self.doubt(delivery, error.code)
        if delivery.doubt_since is not None:
            # This attempt was refused, but an earlier one may have been processed: the rule goes on holding.
            changes = self.doubt(delivery, error.code)
            if isinstance(error, Busy) and changes.get("due_at") is not None:
                changes["due_at"] = max(changes["due_at"], self.now + self._retry_after(error))
                if changes["action"] is Action.SUBMIT and not self.remembers(delivery, changes["due_at"]):
                    return {**changes, **_free(S.IN_DOUBT)}  # by the time it may come back its key is forgotten
            return changes
        if not isinstance(error, Busy | AuthFailed) and used_up(self.config.retry, delivery.failures, delivery.first_sent_at, self.now):
            return _free(S.HELD)
        at_least = error.retry_after if isinstance(error, Busy) else 0.0
        number = delivery.failures if isinstance(error, Unavailable) else 1
        return _free(S.READY, Action.SUBMIT, self.now + wait_microseconds(self.config.retry, number, at_least=at_least))

    def _retry_after(self, error: Busy) -> int:
        return int(min(error.retry_after, self.config.retry.retry_after_longest_seconds) * SECOND)

    def _absent(self, delivery: Delivery) -> Judgement:
        if delivery.action is Action.POLL and delivery.problem != REFERENCE_UNKNOWN:  # once may be early: it has only just been accepted
            return Judgement(result="absent", changes=self._check_later(delivery, REFERENCE_UNKNOWN))
        if delivery.state is S.DECIDING or not isinstance(self.operation.resend, Ask):
            problem = REFERENCE_UNKNOWN if delivery.action is Action.POLL else ABSENT_AFTER_ACCEPTANCE
            return Judgement(result="absent", changes={**self._astray(delivery), "problem": problem})
        settle = self.operation.resend.settle.total_seconds()
        # From the end of the last attempt, not from its start: what it sent last may have left just before.
        believable = max(delivery.doubt_since or 0, delivery.last_sent_at or 0) + int(settle * SECOND)
        if self.now < believable:
            changes = {**_free(delivery.state, Action.FIND, believable), "checks": delivery.checks + 1}
            return Judgement(result="absent_too_early", changes=changes)
        if delivery.withdrawing:
            return Judgement(result="absent", changes={**_ended(S.WITHDRAWN), "doubt_since": None})
        if used_up(self.config.retry, delivery.failures, delivery.first_sent_at, self.now):
            return Judgement(result="absent", changes={**_free(S.HELD), "doubt_since": None})
        return Judgement(result="absent", changes={**_free(S.READY, Action.SUBMIT, self.now), "doubt_since": None})

    def _check_later(self, delivery: Delivery, code: str, at_least: float = 0) -> dict[str, Any]:
        checks = delivery.checks + 1 if delivery.problem == code else 1  # in a row, with the same failure
        due = self.now + wait_microseconds(self.config.retry, checks, at_least=at_least)
        return {**_free(delivery.state, delivery.action, due), "checks": checks, "problem": code}

    def _later(self, delivery: Delivery) -> dict[str, Any]:
        due = self.now + int(self.config.poll.every_seconds * SECOND)
        return {**_free(delivery.state, Action.POLL, due), "checks": delivery.checks + 1, "problem": None}

    def _follow(self, delivery: Delivery, check_after: float | None = None) -> dict[str, Any]:
        """How a decision that comes later is waited for: nothing waits without a next time."""
        if delivery.withdrawing and self.department.can_withdraw and delivery.reference is not None:
            return _free(S.DECIDING, Action.WITHDRAW, self.now)
        poll = self.config.poll
        if self.department.can_poll:
            return _free(S.DECIDING, Action.POLL, self.now + int((check_after or poll.every_seconds) * SECOND))
        wait = int((check_after or poll.callback_patience_seconds) * SECOND)
        if self.department.can_find or self.department.calls_back:
            return _free(S.DECIDING, Action.FIND, self.now + wait)
        return {**self._astray(delivery), "problem": "nothing_follows"}

    def _astray(self, delivery: Delivery) -> dict[str, Any]:
        """It was accepted, and no way is left to learn what became of it: a person asks the department, and never sends it blindly."""
        return {**_free(S.HELD), "doubt_since": delivery.doubt_since or self.now}


def in_vain(error: object) -> bool:
    """Tell whether a question that failed can only fail in the same way again: it was answered, and not with what was asked for."""
    return isinstance(error, InDoubt) and error.code not in _PASSING and not error.code.startswith("http_5")


def can_be_asked_again(department: type[Department] | Department, problem: str | None) -> bool:
    """Tell whether a department can be asked once more about a case that it has accepted, held for that problem."""
    return department.can_poll or (department.can_find and problem != ABSENT_AFTER_ACCEPTANCE)


def _free(state: DeliveryState, action: Action = Action.SUBMIT, due_at: int | None = None) -> dict[str, Any]:
    return {"state": state, "action": action, "due_at": due_at, "lease_owner": None, "lease_until": None}


def _ended(state: DeliveryState) -> dict[str, Any]:
    return {**_free(state), "skip_reason": None}

"""Judgement of what a department said or failed to say: pure, a delivery and a result in, a move and facts of the delivery out.

The resend rule is obeyed for every ambiguous end, and doubt is sticky: only an outcome, an absence that may be believed,
or a person settles it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from gateway.departments.retries import SECOND, used_up, wait_microseconds
from gateway.model.delivery import Action, Delivery, DeliveryState, Facts
from gateway.model.department import DepartmentConfig
from gateway.model.errors import AuthFailed, Busy, DepartmentError, InDoubt, Invalid, Unavailable
from gateway.model.moves import Move, Question, asked, asked_whether, decided, deciding, held, in_doubt, later, ready, withdrawn
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
Way = tuple[Move, Facts]

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
    """Move and facts of the delivery, the outcome to keep, and the word for the attempt, the log and the audit."""

    result: str
    move: Move
    facts: Facts = field(default_factory=Facts)
    outcome: Outcome | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The delivery as it stands once a result is recorded. ``stale``: its lease had gone, and nothing moved."""

    delivery: Delivery
    result: str
    stale: bool = False


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
                then = self.now + int(self.config.poll.every_seconds * SECOND)
                return Judgement(result="still_open", move=asked(Action.POLL, then), facts={"checks": delivery.checks + 1, "problem": None})
            case Withdrawn():
                return Judgement(result="withdrawn", move=withdrawn())
            case Kept(code=code):
                move, facts = self._follow(delivery.changed(withdrawing=False))
                return Judgement(result="kept", move=move, facts={**facts, "withdrawing": False, "problem": code, "checks": 0})
            case Found(outcome=outcome):
                return self.outcome(delivery, outcome, result="found")
            case Absent():
                return self._absent(delivery)
            case Unknown():
                move, facts = self._check_later(delivery, "unknown")
                return Judgement(result="unknown", move=move, facts=facts)
            case DepartmentError():
                move, facts = self._failure(delivery, result)
                return Judgement(result=result.code, detail=result.detail, move=move, facts={**facts, "problem": result.code})

    def outcome(self, delivery: Delivery, outcome: Outcome, *, result: str = "") -> Judgement:
        """Say what an outcome makes of a delivery, however it came (reply, poll, find, callback, a person)."""
        settled: Facts = {"doubt_since": None, "problem": None, "checks": 0}
        if outcome.reference is not None:
            settled["reference"] = outcome.reference
        word = f"{result}_{outcome.kind}" if result else outcome.kind
        match outcome:
            case Accepted(check_after=after):
                if delivery.state is S.DECIDING:
                    settled["checks"] = delivery.checks + 1
                move, facts = self._follow(delivery.changed(reference=outcome.reference), after.total_seconds() if after else None)
                return Judgement(result=word, move=move, facts={**settled, **facts})
            case Approved():
                return Judgement(result=word, move=decided(S.APPROVED), facts=settled, outcome=outcome)
            case Returned() | Rejected():
                settled["outcome_code"] = outcome.code[:50]
                state: Literal[S.RETURNED, S.REJECTED] = S.RETURNED if isinstance(outcome, Returned) else S.REJECTED
                return Judgement(result=word, move=decided(state), facts=settled, outcome=outcome)

    def remembers(self, delivery: Delivery, at: int) -> bool:
        """Tell whether the department will still recognise the delivery's key at that time (microseconds), so that it may be sent again."""
        resend = self.operation.resend
        if not isinstance(resend, Safe):
            return False
        # After a restore the doubt may be older than the first attempt that is known of.
        known = [at for at in (delivery.first_sent_at, delivery.doubt_since) if at is not None]
        since = min(known, default=delivery.last_sent_at or self.now)
        return self.operation.read_only or at < since + int(resend.remembered.total_seconds() * SECOND)

    def asked_again(self, delivery: Delivery, due_at: int) -> Way | None:
        """Say how a held one that was accepted is asked about again: not at all where nothing answers, or it was said not to be there."""
        if delivery.state is not S.HELD or delivery.doubt_since is None or delivery.reference is None:
            return None
        question = self._question(delivery)
        if question is None or not can_be_asked_again(self.department, delivery.problem):
            return None
        return deciding(question[0], due_at), {"doubt_since": None}

    def doubt(self, delivery: Delivery, code: str, earliest: int = 0) -> Way:
        """Apply the resend rule to a delivery that may have been processed. Its next time is ``earliest`` at the soonest."""
        facts: Facts = {"doubt_since": delivery.doubt_since or self.now, "problem": code}
        resend = self.operation.resend
        if isinstance(resend, Ask):
            return asked_whether(max(self.now + wait_microseconds(self.config.retry, 1), earliest)), {**facts, "checks": 0}
        if isinstance(resend, Safe):
            if used_up(self.config.retry, delivery.failures, delivery.first_sent_at, self.now):
                return held(), facts
            then = max(self.now + wait_microseconds(self.config.retry, delivery.failures), earliest)
            if self.remembers(delivery, then):
                return ready(then), facts
        return in_doubt(), facts

    def suspect(self, delivery: Delivery) -> Way:
        """Apply the resend rule, at once, to a delivery that may have gone out without this journal knowing of it."""
        if self.operation.read_only:
            return ready(self.now), {"doubt_since": None}
        if isinstance(self.operation.resend, Ask):
            return asked_whether(self.now), {"checks": 0}
        return ready(self.now) if self.remembers(delivery, self.now) else in_doubt(), {}

    # -- what is not an outcome
    def _failure(self, delivery: Delivery, error: DepartmentError) -> Way:
        if error.code == "no_word":
            return self._astray(delivery)
        if delivery.action is not Action.SUBMIT:
            move, facts = self._check_later(delivery, error.code, error.retry_after if isinstance(error, Busy) else 0.0)
            refused_again = not self.outage and in_vain(error) and facts["checks"] >= self.config.retry.attempts
            # Asked again it would only be refused again.
            return self._astray(delivery) if isinstance(error, Invalid) or refused_again else (move, facts)
        counted = not self.outage and not isinstance(error, Busy | AuthFailed)
        failures = delivery.failures + counted
        move, facts = self._failed_submit(delivery.changed(failures=failures), error)
        return move, {**facts, "failures": failures}

    def _failed_submit(self, delivery: Delivery, error: DepartmentError) -> Way:
        if isinstance(error, Invalid):
            return held(), {"data_refused": True if error.code != "no_adapter" else None}
        # Refused, but in doubt all the same where an earlier attempt may have been processed: the rule goes on holding.
        if isinstance(error, InDoubt) or delivery.doubt_since is not None:
            return self.doubt(delivery, error.code, self.now + self._retry_after(error) if isinstance(error, Busy) else 0)
        if not isinstance(error, Busy | AuthFailed) and used_up(self.config.retry, delivery.failures, delivery.first_sent_at, self.now):
            return held(), {}
        at_least = error.retry_after if isinstance(error, Busy) else 0.0
        number = delivery.failures if isinstance(error, Unavailable) else 1
        return ready(self.now + wait_microseconds(self.config.retry, number, at_least=at_least)), {}

    def _retry_after(self, error: Busy) -> int:
        return int(min(error.retry_after, self.config.retry.retry_after_longest_seconds) * SECOND)

    def _absent(self, delivery: Delivery) -> Judgement:
        if delivery.action is Action.POLL and delivery.problem != REFERENCE_UNKNOWN:  # once may be early: it has only just been accepted
            move, facts = self._check_later(delivery, REFERENCE_UNKNOWN)
            return Judgement(result="absent", move=move, facts=facts)
        if delivery.state is S.DECIDING or not isinstance(self.operation.resend, Ask):
            move, facts = self._astray(delivery)
            facts["problem"] = REFERENCE_UNKNOWN if delivery.action is Action.POLL else ABSENT_AFTER_ACCEPTANCE
            return Judgement(result="absent", move=move, facts=facts)
        settle = self.operation.resend.settle.total_seconds()
        # From the end of the last attempt, not from its start: what it sent last may have left just before.
        believable = max(delivery.doubt_since or 0, delivery.last_sent_at or 0) + int(settle * SECOND)
        if self.now < believable:
            return Judgement(result="absent_too_early", move=asked(Action.FIND, believable), facts={"checks": delivery.checks + 1})
        if delivery.withdrawing:
            move = withdrawn()
        else:
            over = used_up(self.config.retry, delivery.failures, delivery.first_sent_at, self.now)
            move = held() if over else ready(self.now)
        return Judgement(result="absent", move=move, facts={"doubt_since": None})

    def _check_later(self, delivery: Delivery, code: str, at_least: float = 0) -> Way:
        checks = delivery.checks + 1 if delivery.problem == code else 1  # in a row, with the same failure
        wait = wait_microseconds(self.config.retry, checks, at_least=at_least, grows=True)
        return later(self.now + wait), {"checks": checks, "problem": code}

    def _follow(self, delivery: Delivery, check_after: float | None = None) -> Way:
        """Wait for a decision that comes later: nothing waits without a next time."""
        question = self._question(delivery, check_after)
        if question is not None:
            return deciding(*question), {}
        move, facts = self._astray(delivery)
        return move, {**facts, "problem": "nothing_follows"}

    def _question(self, delivery: Delivery, check_after: float | None = None) -> tuple[Question, int] | None:
        """Give the next question about it, and its time: none where its department answers none and never calls back."""
        if delivery.withdrawing and self.department.can_withdraw and delivery.reference is not None:
            return Action.WITHDRAW, self.now
        poll = self.config.poll
        if self.department.can_poll:
            return Action.POLL, self.now + int((check_after or poll.every_seconds) * SECOND)
        if self.department.can_find or self.department.calls_back:
            return Action.FIND, self.now + int((check_after or poll.callback_patience_seconds) * SECOND)
        return None

    def _astray(self, delivery: Delivery) -> Way:
        """Hold one that was accepted and of which nothing more can be learnt: a person asks the department, and never sends it blindly."""
        return held(), {"doubt_since": delivery.doubt_since or self.now}


def in_vain(error: object) -> bool:
    """Tell whether a question that failed can only fail in the same way again: it was answered, and not with what was asked for."""
    return isinstance(error, InDoubt) and error.code not in _PASSING and not error.code.startswith("http_5")


def can_be_asked_again(department: type[Department] | Department, problem: str | None) -> bool:
    """Tell whether a department can be asked once more about a case that it has accepted, held for that problem."""
    return department.can_poll or (department.can_find and problem != ABSENT_AFTER_ACCEPTANCE)

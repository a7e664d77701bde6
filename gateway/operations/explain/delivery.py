"""Explanations, for operators and front ends, of why a delivery stands where it stands and what happens next.

Each sentence of ``texts.py`` describes what the code does. A test brings a delivery into every situation and compares the words with the
events.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.cases.casework import RESTORED
from gateway.catalogue.share import pointer_of_source
from gateway.model.delivery import ENDED, Action, Delivery, DeliveryState, SkipReason
from gateway.model.service import Text
from gateway.operations.explain import texts
from gateway.operations.explain.known import Known, WhyAndNext, act, clock, down, no_adapter, paused, restored, shut, so_far, why_used_up
from gateway.sdk.department import Ask, Safe
from gateway.texts.sentences import joined, listed, name

S = DeliveryState

#: Problems of accepted deliveries that asking again cannot solve.
_NOT_ASKED_AGAIN = frozenset({"absent_after_acceptance", "no_word", "nothing_follows"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Two texts in Chinese and English, without personal data."""

    why: Text
    next: Text


def explain(known: Known) -> Explanation:
    """Explain why the delivery stands where it stands, and what happens next."""
    explanation = _explanation(*_why_and_next(known))
    otherwise = known.delivery.told_otherwise
    return explanation if otherwise is None else _told_otherwise(known, explanation, otherwise)


def _why_and_next(known: Known) -> WhyAndNext:
    d, standing, opening = known.delivery, known.standing, known.opening
    if d.lease_until is not None and d.lease_until <= known.now:
        return joined(so_far(known), texts.left(clock(d.lease_until))), texts.TAKEN_OVER
    if d.lease_owner is not None and d.state is not S.SENDING:
        return _under_way(known)
    if d.due_at is not None:
        if standing.paused_since is not None:
            return paused(known, standing.paused_since)
        if opening is not None and opening.shut is not None:
            return shut(known, opening)
        if known.department is None:
            return no_adapter(known)
        if standing.breaker != "closed":
            return down(known)
    return _BY_STATE.get(d.state, _ended)(known)


def _told_otherwise(known: Known, explanation: Explanation, sources: str) -> Explanation:
    """Add that the application was corrected after its department was told, which a person must tell the department."""
    fields = sorted({pointer_of_source(one) or f"/{one.replace('.', '/')}" for one in sources.split(",")})
    otherwise = texts.told_otherwise(listed(map(name, fields)), known.delivery.sent_revision or "-")
    return _explanation(joined(explanation.why, otherwise), joined(explanation.next, texts.tell_it(known.title)))


def _under_way(known: Known) -> WhyAndNext:
    """Explain a delivery that is being asked about or taken back at this moment."""
    now = texts.BEING_TAKEN_BACK if known.delivery.action is Action.WITHDRAW else texts.BEING_ASKED_ABOUT
    return joined(so_far(known), now), texts.BY_THE_ANSWER


def _waiting(known: Known) -> WhyAndNext:
    after = known.delivery.after
    open_ones = [d for d in known.siblings if d.step in after and d.state not in (S.APPROVED, S.SKIPPED)]
    why = texts.after_steps(listed([texts.step_in_state(d.step, d.state.value) for d in open_ones] or map(name, after)))
    if any(d.state is S.RETURNED for d in open_ones):
        return why, texts.BEFORE_RETURNED
    if any(d.awaits_person for d in open_ones):
        return why, texts.BEFORE_HELD
    return why, texts.BEFORE_ENDED if open_ones and all(d.state in ENDED for d in open_ones) else texts.BEFORE_OPEN


def _ready(known: Known) -> WhyAndNext:
    d, when = known.delivery, known.when
    if d.doubt_since is not None:
        return _doubted(d), texts.follows_recognised(when, act(known))
    quota = known.config.quota if known.config else None
    if quota is not None and d.attempts == 0 and known.standing.quota_used >= quota:
        return _used_up(known, quota)
    if d.problem is None:
        return texts.IN_QUEUE, texts.follows(when, act(known))
    most = known.config.retry.attempts if known.config else None
    bound = f"{d.failures}/{most}" if most else str(d.failures)
    return texts.not_processed(d.problem, d.attempts, bound), texts.tried_again(when)


def _used_up(known: Known, quota: int) -> WhyAndNext:
    """Explain a delivery that waits for another day's quota, and name that day once the delivery has been put off."""
    due = known.delivery.due_at
    if due is None or due <= known.now:
        return texts.used_up(known.title, quota), texts.ON_ANOTHER_DAY
    return why_used_up(known.title, quota, due), texts.sent_from(clock(due))


def _sending(known: Known) -> WhyAndNext:
    d = known.delivery
    since = clock(d.last_sent_at) if d.last_sent_at else "-"
    deadline = known.config.limits.deadline_seconds if known.config else None
    return texts.sending(d.attempts, since), texts.ends_within(f"{deadline:g}" if deadline else "-")


def _deciding(known: Known) -> WhyAndNext:
    d = known.delivery
    why = texts.deciding_as(known.title, name(d.reference) if d.reference else texts.NO_NUMBER)
    if d.reference is not None and d.problem is not None and d.checks:
        why = joined(why, texts.asked_in_vain(d.checks, d.problem))
    if d.due_at is None:
        return why, texts.NOTHING_FOLLOWS
    by_itself = known.calls_back and d.action is not Action.WITHDRAW
    return why, (texts.unless_called_back if by_itself else texts.follows)(known.when, act(known))


def _in_doubt(known: Known) -> WhyAndNext:
    d = known.delivery
    resend = known.operation.resend if known.operation else None
    if d.due_at is None:
        return _doubted(d), texts.NOT_SENT_AGAIN
    if d.action is Action.SUBMIT:
        return _ready(known)
    settle = f"{resend.settle.total_seconds():g}" if isinstance(resend, Ask) else "-"
    then = texts.THEN_WITHDRAWN if d.withdrawing else texts.THEN_SENT_AGAIN
    return _doubted(d), texts.asked_until_absent(known.when, settle, then)


def _doubted(d: Delivery) -> Text:
    if d.problem == RESTORED:
        return restored(d)
    return texts.doubted_since(d.problem or "-", clock(d.doubt_since) if d.doubt_since else "-")


def _held(known: Known) -> WhyAndNext:
    d, problem = known.delivery, known.delivery.problem or "-"
    if d.correctable:
        return texts.data_refused(problem), texts.CORRECT_IT
    if d.doubt_since is None:
        return texts.held(problem), texts.RETRY
    if d.reference is not None and d.problem not in _NOT_ASKED_AGAIN:
        # Retrying asks again and sends nothing.
        return texts.asking_refused(d.reference, problem), texts.RIGHT_REFERENCE
    match known.operation.resend if known.operation else None:
        case Ask():
            otherwise = texts.OR_ASK
        case Safe():
            otherwise = texts.OR_SEND_AGAIN
        case _:
            otherwise = texts.NEVER_AGAIN
    return texts.held(problem), joined(texts.RESOLVE, otherwise)


def _returned(known: Known) -> WhyAndNext:
    code = known.delivery.outcome_code
    return texts.returned(known.title, name(code) if code else texts.NO_CODE), texts.REVISE_IT


def _ended(known: Known) -> WhyAndNext:
    d, title = known.delivery, known.title
    match d.state:
        case S.APPROVED:
            why = texts.approved(title)
        case S.REJECTED:
            why = texts.rejected(title, d.outcome_code or "-")
        case S.WITHDRAWN:
            why = texts.WITHDRAWN
        case _:
            why = texts.BEFORE_REJECTED if d.skip_reason is SkipReason.PARENT_REJECTED else texts.NOT_APPLICABLE
    return why, texts.NOTHING_MORE


def _explanation(why: Text, following: Text) -> Explanation:
    """Leave out the space that parts a sentence from one that does not follow."""
    return Explanation(why=Text(zh=why.zh, en=why.en.strip()), next=Text(zh=following.zh, en=following.en.strip()))


_BY_STATE: Mapping[DeliveryState, Callable[[Known], WhyAndNext]] = {
    S.WAITING: _waiting,
    S.READY: _ready,
    S.SENDING: _sending,
    S.DECIDING: _deciding,
    S.IN_DOUBT: _in_doubt,
    S.HELD: _held,
    S.RETURNED: _returned,
}

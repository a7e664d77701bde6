"""Explanations, for operators and front ends, of why a delivery stands where it stands and what happens next.

Each sentence describes what the code does. A test brings a delivery into every situation and compares the words with the events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.cases.casework import RESTORED
from gateway.catalogue.share import pointer_of_source
from gateway.model.delivery import ENDED, Action, Delivery, DeliveryState, SkipReason
from gateway.model.service import Text
from gateway.operations.explain.closed import down, no_adapter, paused, shut, why_shut, why_used_up
from gateway.operations.explain.known import Both, Known, act, clock, joined, restored, so_far
from gateway.sdk.department import Ask, Safe

if TYPE_CHECKING:
    from gateway.departments.openings import Opening
    from gateway.journal.store.views import DepartmentStanding
    from gateway.model.department import DepartmentConfig
    from gateway.sdk.department import Department, Operation

__all__ = ["Explanation", "explain", "why_shut", "why_used_up"]

S = DeliveryState

#: Problems of accepted deliveries that asking again cannot solve.
_NOT_ASKED_AGAIN = frozenset({"absent_after_acceptance", "no_word", "nothing_follows"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Two texts in Chinese and English, without personal data."""

    why: Text
    next: Text


def explain(
    delivery: Delivery,
    *,
    siblings: Iterable[Delivery],
    standing: DepartmentStanding,
    config: DepartmentConfig | None,
    department: Department | type[Department] | None,
    operation: Operation | None,
    now: int,
    opening: Opening | None = None,
) -> Explanation:
    """Explain why the delivery stands where it stands, and what happens next.

    ``siblings`` are all deliveries of its application. ``standing`` tells the department's health and any pause. ``config`` is None if the
    department is not configured, ``department`` and ``operation`` if it has no adapter or the adapter lacks the operation. ``now`` is in
    microseconds since the epoch. ``opening`` tells whether the department is open for the delivery's action.
    """
    known = Known(
        delivery=delivery,
        siblings=tuple(siblings),
        standing=standing,
        config=config,
        department=department,
        operation=operation,
        now=now,
        opening=opening,
    )
    explanation = _both(*_why_and_next(known))
    return explanation if delivery.told_otherwise is None else _told_otherwise(known, explanation, delivery.told_otherwise)


def _why_and_next(known: Known) -> tuple[Both, Both]:
    d, standing, opening = known.delivery, known.standing, known.opening
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
    title, revision = known.title, known.delivery.sent_revision
    fields = sorted({pointer_of_source(name) or f"/{name.replace('.', '/')}" for name in sources.split(",")})
    zh, en = "、".join(fields), ", ".join(fields)
    why, following = explanation.why, explanation.next
    return _both(
        (
            f"{why.zh}部门所知与办件现在的内容不同（{zh}）：它按第 {revision or '-'} 版办理。",
            f"{why.en} It was told otherwise than the application says now ({en}): it goes by revision {revision or '-'}.",
        ),
        (
            f"{following.zh}更正的内容不会再发给它；请告知{title.zh}更正了哪些内容。",
            f"{following.en} The correction is not sent to it: tell {title.en} what was corrected.",
        ),
    )


def _under_way(known: Known) -> tuple[Both, Both]:
    """Explain a delivery that is being asked about or taken back at this moment."""
    withdraws = known.delivery.action is Action.WITHDRAW
    now = (
        ("正在向部门撤回。", "It is being taken back right now.")
        if withdraws
        else ("正在向部门查询。", "It is being asked about right now.")
    )
    return joined(so_far(known), now), (
        "有了答复就继续；没有答复则稍后再问。",
        "It goes on by the answer; without one it is asked about again later.",
    )


def _waiting(known: Known) -> tuple[Both, Both]:
    open_ones = [d for d in known.siblings if d.step in known.delivery.after and d.state not in (S.APPROVED, S.SKIPPED)]
    names = "、".join(f"{d.step}（{d.state.value}）" for d in open_ones) or "、".join(known.delivery.after)
    named = ", ".join(f"{d.step} ({d.state.value})" for d in open_ones) or ", ".join(known.delivery.after)
    why = (f"等待前面的步骤：{names}。", f"It comes after steps that are not done: {named}.")
    if any(d.state is S.RETURNED for d in open_ones):
        return why, ("前面的步骤待申请人补正；补正后自动继续。", "The step before waits for the applicant; then it goes on by itself.")
    if any(d.awaits_person for d in open_ones):
        return why, ("前面的步骤需要人工处理；处理后自动继续。", "A person has to look at the step before; then it goes on by itself.")
    if open_ones and all(d.state in ENDED for d in open_ones):
        return why, ("即将自动跳过或撤回。", "It is about to be skipped or withdrawn.")
    return why, (
        "前面的步骤办结后，若本步骤适用则自动发送；前面有步骤被驳回或撤回则跳过。",
        "When they are done it is sent by itself, if it applies; it is skipped when one of them is rejected or withdrawn.",
    )


def _ready(known: Known) -> tuple[Both, Both]:
    d, when, (zh, en) = known.delivery, known.when, act(known)
    if d.doubt_since is not None:
        person = (
            "；部门已不记得此标识或次数用尽则转人工。",
            "; when it no longer does, or the attempts are used up, a person has to look.",
        )
        following = (f"{when.zh}{zh}，部门会识别重复", f"It is {en} {when.en}, which the department recognises")
        return _doubted(d), joined(following, person)
    quota = known.config.quota if known.config else None
    if quota is not None and d.attempts == 0 and known.standing.quota_used >= quota:
        return _used_up(known, quota)
    following = (f"{when.zh}{zh}。", f"It is {en} {when.en}.")
    if d.problem is None:
        return ("排队等待发送。", "It waits for its turn."), following
    most = known.config.retry.attempts if known.config else None
    bound = f"{d.failures}/{most}" if most else str(d.failures)
    return (
        (
            f"上次未被办理（{d.problem}）；已尝试 {d.attempts} 次，计入的失败 {bound} 次（部门停机和要求稍后的不计）。",
            f"The last attempt was not processed ({d.problem}); {d.attempts} made, {bound} count as failed (outages and 'busy' do not).",
        ),
        (
            f"{when.zh}重试；次数或期限用尽则转人工。",
            f"It is tried again {when.en}; when attempts or time are used up, a person has to look.",
        ),
    )


def _used_up(known: Known, quota: int) -> tuple[Both, Both]:
    """Explain a delivery that waits for another day's quota, and name that day once the delivery has been put off."""
    due = known.delivery.due_at
    if due is None or due <= known.now:
        why = (f"{known.title.zh}今日限额 {quota} 件已用完。", f"{known.title.en}'s quota of {quota} a day is used up.")
        return why, ("另日按先后顺序发送，等待不计次数。", "It is sent in its turn on another day; waiting uses up no attempt.")
    at = clock(due)
    following = (f"{at} 起按先后顺序发送，等待不计次数。", f"It is sent in its turn from {at} on; waiting uses up no attempt.")
    return why_used_up(known.title, quota, due), following


def _sending(known: Known) -> tuple[Both, Both]:
    d = known.delivery
    since = clock(d.last_sent_at) if d.last_sent_at else "-"
    deadline = known.config.limits.deadline_seconds if known.config else None
    limit = f"{deadline:g}" if deadline else "-"
    return (f"第 {d.attempts} 次发送进行中（始于 {since}）。", f"Attempt {d.attempts} is under way (since {since})."), (
        f"约 {limit} 秒内有结果；没有答复则存疑，按重发规则处理。",
        f"It ends within about {limit} s; without a reply it is in doubt, and the resend rule decides.",
    )


def _deciding(known: Known) -> tuple[Both, Both]:
    d, title, when, (zh, en) = known.delivery, known.title, known.when, act(known)
    why = (
        f"{title.zh}已受理，编号 {d.reference or '无'}，正在办理。",
        f"{title.en} has it as {d.reference or '(no number)'} and is deciding.",
    )
    if d.due_at is None:
        return why, ("没有下一步：请运行 gateway check --live。", "Nothing follows by itself: run gateway check --live.")
    if not known.calls_back or d.action is Action.WITHDRAW:
        return why, (f"{when.zh}{zh}。", f"It is {en} {when.en}.")
    return why, (f"等待部门回告；没有回告则{when.zh}{zh}。", f"The department calls back; until it has, this is {en} {when.en}.")


def _in_doubt(known: Known) -> tuple[Both, Both]:
    d, when = known.delivery, known.when
    resend = known.operation.resend if known.operation else None
    if d.due_at is None:
        return _doubted(d), (
            "不会自动重发：请向部门核实后填写结果（resolve）。",
            "Nothing is sent again by itself: ask the department, then say what became of it (resolve).",
        )
    if d.action is Action.SUBMIT:
        return _ready(known)
    settle = f"{resend.settle.total_seconds():g}" if isinstance(resend, Ask) else "-"
    then = ("才会重发", "is it sent again") if not d.withdrawing else ("才算撤回", "does it count as withdrawn")
    return _doubted(d), (
        f"{when.zh}向部门查询，不需要人工；最后一次发送 {settle} 秒后仍查无此件{then[0]}。",
        f"The department is asked {when.en}, and nobody need do anything; only if it is absent {settle} s after the last send {then[1]}.",
    )


def _doubted(d: Delivery) -> Both:
    if d.problem == RESTORED:
        return restored(d)
    since, problem = clock(d.doubt_since) if d.doubt_since else "-", d.problem or "-"
    return (
        f"已发出但没有可信的答复（{problem}，始于 {since}），部门可能已经办理。",
        f"It was sent and no reply proves what became of it ({problem}, since {since}): the department may have done it.",
    )


def _held(known: Known) -> tuple[Both, Both]:
    d = known.delivery
    resend = known.operation.resend if known.operation else None
    if d.correctable:
        return (f"已挂起：内容未被接受（{d.problem or '-'}）。", f"It is held: its data was refused ({d.problem or '-'})."), (
            "申请人提交更正（revisions）后再送；或排除原因后再送（retry）。",
            "It is sent again when a revision corrects the data; or put right what is wrong and send it again (retry).",
        )
    why = (f"已挂起，需要人工处理（{d.problem or '-'}）。", f"It is held for a person ({d.problem or '-'}).")
    if d.doubt_since is None:
        return why, ("请排除原因后再送（retry）。", "Put right what is wrong and send it again (retry).")
    if d.reference is not None and d.problem not in _NOT_ASKED_AGAIN:
        return _refused_when_asked(d)
    ask = ("请向部门核实后填写结果（resolve）", "Ask the department, then say what became of it (resolve)")
    if isinstance(resend, Ask):
        return why, joined(ask, ("，或先查询再按结果继续（retry）。", ", or have it asked about and go on by the answer (retry)."))
    if isinstance(resend, Safe):
        return why, joined(ask, ("，或在部门记得此标识期间重发（retry）。", ", or send it again while it remembers its key (retry)."))
    return why, joined(ask, ("；不得重发。", "; it may not be sent again."))


def _refused_when_asked(d: Delivery) -> tuple[Both, Both]:
    """Explain an accepted delivery whose department refuses to answer for its reference. Retrying asks again and sends nothing."""
    return (
        f"已受理（编号 {d.reference}），但查询被拒绝（{d.problem or '-'}）：编号可能有误，或部门的查询有变化。",
        f"It was accepted as {d.reference}, but asking about it is refused ({d.problem or '-'}): the reference may be mistyped.",
    ), (
        "请向部门核实：编号有误的，用 resolve 填写正确的编号或结果；查询已恢复的，用 retry 再次查询，不会重发。",
        "Ask the department: resolve it with the right reference, or with the outcome; or retry, which asks again and sends nothing.",
    )


def _returned(known: Known) -> tuple[Both, Both]:
    code, title = known.delivery.outcome_code, known.title
    return (f"{title.zh}要求补正（代码 {code or '无'}）。", f"{title.en} returned it (code {code or 'none'})."), (
        "申请人提交修改后，只重办受影响的步骤。",
        "It is sent again, with what follows from it, when the applicant files a revision.",
    )


def _ended(known: Known) -> tuple[Both, Both]:
    d, title = known.delivery, known.title
    nothing = ("已办结。", "Nothing more.")
    match d.state:
        case S.APPROVED:
            return (f"{title.zh}已办结。", f"{title.en} approved it."), nothing
        case S.REJECTED:
            code = d.outcome_code or "-"
            return (f"{title.zh}不予办理（代码 {code}）。", f"{title.en} rejected it (code {code})."), nothing
        case S.WITHDRAWN:
            return ("申请人已撤回。", "The applicant took it back."), nothing
        case _ if d.skip_reason is SkipReason.PARENT_REJECTED:
            return ("前面的步骤被驳回，本步骤不再办理。", "A step it comes after was rejected."), nothing
        case _:
            return ("本步骤不适用于此办件。", "The step does not apply to this application."), nothing


def _both(why: Both, following: Both) -> Explanation:
    return Explanation(why=Text(zh=why[0], en=why[1].strip()), next=Text(zh=following[0], en=following[1].strip()))


_BY_STATE: Mapping[DeliveryState, Callable[[Known], tuple[Both, Both]]] = {
    S.WAITING: _waiting,
    S.READY: _ready,
    S.SENDING: _sending,
    S.DECIDING: _deciding,
    S.IN_DOUBT: _in_doubt,
    S.HELD: _held,
    S.RETURNED: _returned,
}

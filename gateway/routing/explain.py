"""Why a delivery stands where it stands and what happens next, in words for operators and for who waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from gateway.model.delivery import ENDED, NEEDS_ATTENTION, Action, Delivery, DeliveryState, SkipReason
from gateway.model.identifiers import CHINA
from gateway.model.service import Text
from gateway.routing.casework import RESTORED
from gateway.routing.judgement import ABSENT_AFTER_ACCEPTANCE
from gateway.routing.openings import Shut
from gateway.routing.share import pointer_of_source
from gateway.sdk.department import Ask, Never, Operation, Safe

if TYPE_CHECKING:
    from gateway.journal.views import Standing
    from gateway.model.department import DepartmentConfig
    from gateway.routing.openings import Opening

_EPOCH = datetime.fromtimestamp(0, UTC)
S = DeliveryState

#: Problems of what was accepted and that asking again cannot mend.
_NOT_ASKED_AGAIN = frozenset({ABSENT_AFTER_ACCEPTANCE, "no_word", "nothing_follows"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Both in Chinese and English, without personal data."""

    why: Text
    next: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """All that an explanation is made from."""

    delivery: Delivery
    siblings: tuple[Delivery, ...]
    standing: Standing
    config: DepartmentConfig | None
    operation: Operation | None
    now: int
    paused_since: int | None
    opening: Opening | None

    @property
    def title(self) -> Text:
        """The department's title."""
        name = self.delivery.department
        return self.config.title if self.config else Text(zh=name, en=name)

    @property
    def when(self) -> Text:
        """When it is due, in words."""
        due = self.delivery.due_at
        if due is None:
            return Text(zh="轮到时", en="when its turn comes")
        if due <= self.now:
            return Text(zh="马上", en="as soon as there is a free place")
        return Text(zh=f"{_clock(due)} ", en=f"at {_clock(due)}")


def explain(
    delivery: Delivery,
    *,
    siblings: Iterable[Delivery],
    standing: Standing,
    config: DepartmentConfig | None,
    operation: Operation | None,
    now: int,
    paused_since: int | None = None,
    opening: Opening | None = None,
) -> Explanation:
    """Say why and what next.

    ``siblings`` are all deliveries of its application, ``standing`` the department's breaker, ``config`` and ``operation`` none where the
    department is not loaded, ``now`` microseconds since the epoch, ``paused_since`` when an operator paused the department, ``opening``
    whether it takes now what the delivery's action is.
    """
    known = _Known(
        delivery=delivery,
        siblings=tuple(siblings),
        standing=standing,
        config=config,
        operation=operation,
        now=now,
        paused_since=paused_since,
        opening=opening,
    )
    if paused_since is not None and delivery.due_at is not None:
        explanation = _paused(known, paused_since)
    elif opening is not None and opening.shut is not None and delivery.due_at is not None:
        explanation = _shut(known, opening)
    else:
        explanation = _BY_STATE.get(delivery.state, _ended)(known)
    return explanation if delivery.told_otherwise is None else _told_otherwise(known, explanation, delivery.told_otherwise)


def _told_otherwise(known: _Known, explanation: Explanation, sources: str) -> Explanation:
    """Add that the application was corrected after its department was told: what that has or granted stands, and somebody tells it."""
    title, revision = known.title, known.delivery.sent_revision
    fields = sorted({pointer_of_source(name) or f"/{name.replace('.', '/')}" for name in sources.split(",")})
    zh, en = "、".join(fields), ", ".join(fields)
    why, following = explanation.why, explanation.next
    return _both(
        (
            f"{why.zh}部门所知与办件现在的内容不同({zh}):它按第 {revision or '-'} 版办理。",
            f"{why.en} It was told otherwise than the application says now ({en}): it goes by revision {revision or '-'}.",
        ),
        (
            f"{following.zh}更正的内容不会再发给它;请告知{title.zh}更正了哪些内容。",
            f"{following.en} The correction is not sent to it: tell {title.en} what was corrected.",
        ),
    )


def _paused(known: _Known, since: int) -> Explanation:
    """What is due waits for the department to be resumed; what the department does by itself is taken all the same."""
    d, title = known.delivery, known.title
    why = (f"{title.zh}自 {_clock(since)} 起由运维人员暂停。", f"{title.en} has been paused by an operator since {_clock(since)}.")
    zh, en = ("恢复(resume)后按顺序发送。", "When it is resumed, its queue goes out in order.")
    if d.state is S.DECIDING:
        why = f"{title.zh}已受理,正在办理。{why[0]}", f"{title.en} has it and is deciding. {why[1]}"
        zh, en = ("部门回告仍会接收;恢复(resume)后继续查询。", "A callback is taken; it is asked about again when it is resumed.")
    elif d.state is S.IN_DOUBT or d.doubt_since is not None:
        why = f"已发出但没有可信的答复({d.problem or '-'})。{why[0]}", f"No reply proves what became of it ({d.problem or '-'}). {why[1]}"
        zh, en = ("恢复(resume)后按重发规则处理。", "When it is resumed, the resend rule decides what follows.")
    return _both(why, (zh, en))


def _shut(known: _Known, opening: Opening) -> Explanation:
    """What is due waits for the department to open: no attempt, and nothing that failed."""
    d, closed = known.delivery, why_shut(known.title, opening)
    at = _clock(max(d.due_at or 0, opening.until or 0))
    if d.action is Action.SUBMIT:
        why = closed if d.doubt_since is None else _with_doubt(d, closed)
        return _both(why, (f"{at} 发送,等待不计次数。", f"It is sent at {at}; waiting uses up no attempt."))
    if d.action is Action.WITHDRAW:
        return _both(closed, (f"{at} 撤回。", f"It is taken back at {at}."))
    if d.state is S.DECIDING:
        why = (f"{known.title.zh}已受理,正在办理。{closed[0]}", f"{known.title.en} has it and is deciding. {closed[1]}")
        return _both(why, (f"部门回告仍会接收;{at} 继续查询。", f"A callback is taken; it is asked about again at {at}."))
    return _both(_with_doubt(d, closed), (f"{at} 向部门查询。", f"The department is asked at {at}."))


def _with_doubt(d: Delivery, closed: tuple[str, str]) -> tuple[str, str]:
    problem = d.problem or "-"
    return f"已发出但没有可信的答复({problem})。{closed[0]}", f"No reply proves what became of it ({problem}). {closed[1]}"


def why_shut(title: Text, opening: Opening) -> tuple[str, str]:
    """Why a department takes no work now, in Chinese and in English."""
    until = _clock(opening.until) if opening.until is not None else "-"
    if opening.missing is not None:
        year = opening.missing
        return (
            f"{title.zh}何时受理无法确定:缺少 {year} 年的官方日历(告警)。",
            f"When {title.en} takes work is not known: there is no official calendar for {year} (an alarm).",
        )
    if opening.shut is Shut.MAINTENANCE:
        return f"{title.zh}计划维护中,{until} 恢复受理。", f"{title.en} is in planned maintenance: closed until {until}."
    return f"{title.zh}不在受理时间,{until} 开始受理。", f"{title.en} is outside its hours: closed until {until}."


def why_used_up(title: Text, quota: int, until: int) -> tuple[str, str]:
    """That today's quota of a department is used up, in Chinese and in English."""
    clock = _clock(until)
    return f"{title.zh}今日限额 {quota} 件已用完,{clock} 起继续。", f"{title.en}'s quota of {quota} a day is used up until {clock}."


def _used_up(known: _Known, quota: int) -> Explanation:
    """It waits for another day's quota; when it is due says when that is."""
    due = known.delivery.due_at or known.now
    why = why_used_up(known.title, quota, due)
    return _both(
        why, (f"{_clock(due)} 按先后顺序发送,等待不计次数。", f"It is sent in its turn from {_clock(due)} on; waiting uses up no attempt.")
    )


def _waiting(known: _Known) -> Explanation:
    open_ones = [d for d in known.siblings if d.step in known.delivery.after and d.state not in (S.APPROVED, S.SKIPPED)]
    names = ", ".join(f"{d.step} ({d.state.value})" for d in open_ones) or ", ".join(known.delivery.after)
    why = (f"等待前面的步骤:{names}。", f"It comes after steps that are not done: {names}.")
    if any(d.state in NEEDS_ATTENTION for d in open_ones):
        return _both(
            why, ("前面的步骤需要人工处理;处理后自动继续。", "A person has to look at the step before; then it goes on by itself.")
        )
    if any(d.state is S.RETURNED for d in open_ones):
        return _both(
            why, ("前面的步骤待申请人补正;补正后自动继续。", "The step before waits for the applicant; then it goes on by itself.")
        )
    if open_ones and all(d.state in ENDED for d in open_ones):
        return _both(why, ("即将自动跳过或撤回。", "It is about to be skipped or withdrawn."))
    return _both(why, ("前面的步骤办结后自动发送;若被驳回则跳过。", "It is sent when they are approved, and skipped when one is rejected."))


def _ready(known: _Known) -> Explanation:
    d, title, when = known.delivery, known.title, known.when
    if known.standing.breaker == "stopped":
        return _both(
            (
                f"{title.zh}已停用:凭据被拒绝({known.standing.problem or '-'})。",
                f"{title.en} is stopped: it refused our credentials ({known.standing.problem or '-'}).",
            ),
            ("运维人员更正凭据后自动继续。", "It goes on when an operator has corrected the credentials."),
        )
    if known.standing.breaker in ("open", "half_open"):
        probe = known.standing.probe_at
        clock = _clock(probe) if probe else "-"
        return _both(
            (
                f"{title.zh}的系统自 {_clock(known.standing.since)} 起不可用。",
                f"{title.en} has been unavailable since {_clock(known.standing.since)}.",
            ),
            (f"{clock} 再次探测,恢复后按顺序发送。", f"It is probed again at {clock}; when it answers, its queue goes out in order."),
        )
    if d.action is not Action.SUBMIT:
        return _both(
            ("需要先向部门查询。", "The department has to be asked first."),
            (f"{when.zh}查询。", f"It is asked {when.en}."),
        )
    if d.problem == RESTORED:
        return _both(
            _restored(d),
            (f"{when.zh}用同一标识重发,部门会识别重复。", f"It is sent {when.en} under its key, which the department recognises."),
        )
    quota = known.config.quota if known.config else None
    if quota is not None and d.attempts == 0 and known.standing.quota_used >= quota:
        return _used_up(known, quota)
    if d.problem is None:
        return _both(("排队等待发送。", "It waits for its turn."), (f"{when.zh}发送。", f"It is sent {when.en}."))
    most = known.config.retry.attempts if known.config else None
    tries = f"{d.attempts}/{most}" if most else str(d.attempts)
    return _both(
        (f"上次未能送达({d.problem}),已尝试 {tries} 次。", f"The last attempt was not processed ({d.problem}); attempts so far: {tries}."),
        (f"{when.zh}重试;次数用尽则转人工。", f"It is tried again {when.en}; when the attempts are used up, a person has to look."),
    )


def _sending(known: _Known) -> Explanation:
    d = known.delivery
    since = _clock(d.last_sent_at) if d.last_sent_at else "-"
    deadline = known.config.limits.deadline_seconds if known.config else None
    limit = f"{deadline:g}" if deadline else "-"
    return _both(
        (f"第 {d.attempts} 次发送进行中(始于 {since})。", f"Attempt {d.attempts} is under way (since {since})."),
        (
            f"最多 {limit} 秒内有结果;没有答复则存疑,按重发规则处理。",
            f"It ends within {limit} s; without a reply it is in doubt, and the resend rule decides.",
        ),
    )


def _deciding(known: _Known) -> Explanation:
    d, title = known.delivery, known.title
    if d.due_at is None:
        following = ("等待部门回告。", "The department will call back.")
    else:
        following = (f"部门回告,或{known.when.zh}查询。", f"The department calls back, or is asked {known.when.en}.")
    return _both(
        (
            f"{title.zh}已受理,编号 {d.reference or '无'},正在办理。",
            f"{title.en} has it as {d.reference or '(no number)'} and is deciding.",
        ),
        following,
    )


def _in_doubt(known: _Known) -> Explanation:
    d = known.delivery
    since = _clock(d.doubt_since) if d.doubt_since else "-"
    why = (
        _restored(d)
        if d.problem == RESTORED
        else (
            f"已发出但没有可信的答复({d.problem or '-'},始于 {since}),部门可能已经办理。",
            f"It was sent and no reply proves what became of it ({d.problem or '-'}, since {since}): the department may have done it.",
        )
    )
    resend = known.operation.resend if known.operation else None
    if d.due_at is None or isinstance(resend, Never) or resend is None:
        following = (
            "不会自动重发:请向部门核实后填写结果(resolve)。",
            "Nothing is sent again: ask the department, then say what became of it (resolve).",
        )
    elif isinstance(resend, Ask):
        settle = f"{resend.settle.total_seconds():g}"
        following = (
            f"{known.when.zh}向部门查询;{settle} 秒后仍查无此件才会重发。",
            f"The department is asked {known.when.en}; only if it is absent {settle} s after the last send is it sent again.",
        )
    else:
        assert isinstance(resend, Safe)  # noqa: S101  # the three resend rules are all there are
        following = (
            f"{known.when.zh}用同一标识重发,部门会识别重复。",
            f"It is sent again {known.when.en} under the same key, which the department recognises.",
        )
    return _both(why, following)


def _restored(d: Delivery) -> tuple[str, str]:
    since = _clock(d.doubt_since) if d.doubt_since else "-"
    return (
        f"账本由 {since} 的备份恢复:此后是否已发给部门,无从得知。",
        f"The journal was restored from a backup of {since}: whether it went to the department after that is not known.",
    )


def _held(known: _Known) -> Explanation:
    d = known.delivery
    if d.correctable:
        return _both(
            (f"已挂起:内容未被接受({d.problem or '-'})。", f"It is held: its data was refused ({d.problem or '-'})."),
            (
                "申请人提交更正(revisions)后再送;或排除原因后再送(retry)。",
                "It is sent again when a revision corrects the data; or put right what is wrong and send it again (retry).",
            ),
        )
    doubt = d.doubt_since is not None
    if doubt and d.reference is not None and d.problem not in _NOT_ASKED_AGAIN:
        return _refused_when_asked(d)
    following = (
        (
            "请向部门核实后填写结果(resolve),或按重发规则再送(retry)。",
            "Ask the department, then say what became of it (resolve), or send it again by the resend rule (retry).",
        )
        if doubt
        else (
            "请排除原因后再送(retry),或填写结果(resolve)。",
            "Put right what is wrong and send it again (retry), or say what became of it (resolve).",
        )
    )
    return _both((f"已挂起,需要人工处理({d.problem or '-'})。", f"It is held for a person ({d.problem or '-'})."), following)


def _refused_when_asked(d: Delivery) -> Explanation:
    """It was accepted, and its department will not tell of it under that reference: asked again is not sent again."""
    return _both(
        (
            f"已受理（编号 {d.reference}），但查询被拒绝（{d.problem or '-'}）：编号可能有误，或部门的查询有变化。",
            f"It was accepted as {d.reference}, but asking about it is refused ({d.problem or '-'}): the reference may be mistyped.",
        ),
        (
            "请向部门核实：编号有误的，用 resolve 填写正确的编号或结果；查询已恢复的，用 retry 再次查询，不会重发。",
            "Ask the department: resolve it with the right reference, or with the outcome; or retry, which asks again and sends nothing.",
        ),
    )


def _returned(known: _Known) -> Explanation:
    code, title = known.delivery.outcome_code, known.title
    return _both(
        (f"{title.zh}要求补正(代码 {code or '无'})。", f"{title.en} returned it (code {code or 'none'})."),
        ("申请人提交修改后,只重办受影响的步骤。", "It is sent again, with what follows from it, when the applicant files a revision."),
    )


def _ended(known: _Known) -> Explanation:
    d, title = known.delivery, known.title
    nothing = ("已办结。", "Nothing more.")
    match d.state:
        case S.APPROVED:
            return _both((f"{title.zh}已办结。", f"{title.en} approved it."), nothing)
        case S.REJECTED:
            code = d.outcome_code or "-"
            return _both((f"{title.zh}不予办理(代码 {code})。", f"{title.en} rejected it (code {code})."), nothing)
        case S.WITHDRAWN:
            return _both(("申请人已撤回。", "The applicant took it back."), nothing)
        case _ if d.skip_reason is SkipReason.PARENT_REJECTED:
            return _both(("前面的步骤被驳回,本步骤不再办理。", "A step it comes after was rejected."), nothing)
        case _:
            return _both(("本步骤不适用于此办件。", "The step does not apply to this application."), nothing)


def _both(why: tuple[str, str], following: tuple[str, str]) -> Explanation:
    return Explanation(why=Text(zh=why[0], en=why[1]), next=Text(zh=following[0], en=following[1]))


def _clock(microseconds: int) -> str:
    return f"{(_EPOCH + timedelta(microseconds=microseconds)).astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


_BY_STATE: Mapping[DeliveryState, Callable[[_Known], Explanation]] = {
    S.WAITING: _waiting,
    S.READY: _ready,
    S.SENDING: _sending,
    S.DECIDING: _deciding,
    S.IN_DOUBT: _in_doubt,
    S.HELD: _held,
    S.RETURNED: _returned,
}

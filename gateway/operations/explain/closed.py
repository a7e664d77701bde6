"""Words for a department that takes no work now, for its deliveries and for the department itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.departments.breaker import STOPPED, probed_every
from gateway.departments.openings import Shut
from gateway.operations.explain.known import Both, Known, act, clock, joined, so_far, taken

if TYPE_CHECKING:
    from gateway.departments.openings import Opening
    from gateway.model.service import Text


def why_shut(title: Text, opening: Opening) -> Both:
    """Explain why the department takes no work now."""
    until = clock(opening.until) if opening.until is not None else "-"
    if opening.missing is not None:
        year = opening.missing
        return (
            f"{title.zh}何时受理无法确定：缺少 {year} 年的官方日历（告警）。",
            f"When {title.en} takes work is not known: there is no official calendar for {year} (an alarm).",
        )
    if opening.shut is Shut.MAINTENANCE:
        return f"{title.zh}计划维护中，{until} 恢复受理。", f"{title.en} is in planned maintenance: closed until {until}."
    return f"{title.zh}不在受理时间，{until} 开始受理。", f"{title.en} is outside its hours: closed until {until}."


def why_used_up(title: Text, quota: int, until: int) -> Both:
    """Explain that today's quota of a department is used up."""
    at = clock(until)
    return f"{title.zh}今日限额 {quota} 件已用完，{at} 起继续。", f"{title.en}'s quota of {quota} a day is used up until {at}."


def paused(known: Known, since: int) -> tuple[Both, Both]:
    """Explain that due work waits until the department is resumed, while callbacks from the department are still taken."""
    title, (zh, en) = known.title, act(known)
    why = (f"{title.zh}自 {clock(since)} 起由运维人员暂停。", f"{title.en} has been paused by an operator since {clock(since)}.")
    following = (f"恢复（resume）后按顺序{zh}。", f"When it is resumed, it is {en} in its turn.")
    return joined(so_far(known), why), joined(taken(known), following)


def shut(known: Known, opening: Opening) -> tuple[Both, Both]:
    """Explain that due work waits for the department to open, which costs no attempt and is no failure."""
    d, (zh, en) = known.delivery, act(known)
    why = joined(so_far(known), why_shut(known.title, opening))
    if opening.shut is Shut.UNKNOWN:
        following = (
            f"官方日历就位并重新加载（reload）后按受理时间{zh}。",
            f"Once the calendar is there and reloaded, it is {en} when the department opens.",
        )
    elif opening.until is None:
        following = (f"开始受理后{zh}。", f"It is {en} when the department opens.")
    else:
        at = clock(max(d.due_at or 0, opening.until))
        following = (f"{at} 起{zh}，等待不计次数。", f"It is {en} at {at} or soon after; waiting uses up no attempt.")
    return why, joined(taken(known), following)


def no_adapter(known: Known) -> tuple[Both, Both]:
    """Explain that the queue of a department without an adapter stays, and that nothing is begun."""
    title, (zh, en) = known.title, act(known)
    why = (
        f"{title.zh}现在没有可用的适配器（未安装、已停用或不能加载）。",
        f"{title.en} has no adapter now (not installed, disabled, or not to be loaded).",
    )
    following = (f"适配器可用后{zh}。", f"It is {en} once there is one.")
    return joined(so_far(known), why), following


def down(known: Known) -> tuple[Both, Both]:
    """Explain that a department that is down, or refuses our credentials, is probed with single calls, beginning with what is due first."""
    title, standing, (zh, en) = known.title, known.standing, act(known)
    since, problem = clock(standing.since), standing.problem or "-"
    stopped = standing.breaker == STOPPED
    if stopped:
        why = (f"{title.zh}自 {since} 起拒绝我方凭据（{problem}）。", f"{title.en} has refused our credentials since {since} ({problem}).")
    else:
        why = (f"{title.zh}的系统自 {since} 起不可用（{problem}）。", f"{title.en} has been unavailable since {since} ({problem}).")
    at = standing.probe_at
    then = ("随时", "at any moment") if at is None or at <= known.now else (f"{clock(at)} ", f"at {clock(at)}")
    every = f"{probed_every(known.config.breaker, standing.breaker):g}" if known.config else "-"
    following = (
        f"{then[0]}再次探测（每 {every} 秒一次）；恢复后按顺序{zh}。",
        f"The department is probed again {then[1]} (each {every} s); when it answers, this is {en} in its turn.",
    )
    if stopped:
        mend = ("若是我方凭据有误，请更正后重新加载（reload）。", " If our credentials are wrong, put the right ones in place and reload.")
        following = joined(following, mend)
    return joined(so_far(known), why), joined(taken(known), following)

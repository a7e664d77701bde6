"""Sentences on services: which are suspended, with which notice, and what may be done about it."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

all_taken: Final = TextOf[int]("{0} 个事项都在受理。", "Services: {0}, all of them take applications.")
some_suspended: Final = TextOf[int, int](
    "{0} 个事项，{1} 个现在暂停受理。在办的件照常。",
    "Services: {0}. Suspended now: {1}. What is under way goes on.",
)
IS_TAKEN: Final = Text(zh="受理中", en="Takes applications")
IS_SUSPENDED: Final = Text(zh="暂停受理", en="Suspended")
IS_PLANNED: Final = Text(zh="计划暂停", en="To be suspended")
IS_GONE: Final = Text(zh="已不在事项目录中", en="Not in the catalogue any more")
from_until: Final = TextOf[Text, Text]("{0.zh} 至 {1.zh}", "{0.en} until {1.en}")
from_on: Final = TextOf[Text]("{0.zh} 起，恢复时间另行通知", "From {0.en} until further notice")
SUSPEND_LINK: Final = Text(zh="暂停受理…", en="Suspend…")
RESUME_LINK: Final = Text(zh="更改、恢复…", en="Change, resume…")
SERVICE_DETAILS: Final = Text(zh="详情", en="Details")

ITS_SUSPENSIONS: Final = Text(zh="暂停", en="Suspensions")
OVERLAPPING: Final = Text(
    zh="有几次暂停重叠：全部结束后才恢复受理，公告以开始最晚的为准。",
    en="Several overlap: applications are taken again when the last is over, and the one that began last gives the notice.",
)
PUBLIC_NOTICE: Final = Text(zh="公告", en="Notice")
SUSPEND_IT: Final = Text(zh="暂停受理", en="Suspend it")
SUSPEND_ANOTHER: Final = Text(zh="再计划一次暂停", en="Plan another suspension")
SUSPEND_SAYS: Final = Text(
    zh="不再收新件，公告显示在办事指南上；在办的件、补正、撤回照常。暂停前已交来的仍可补录。",
    en="Nothing new is taken, and the guide shows the notice. What is under way goes on, and may be corrected and withdrawn. What was "
    "handed in before may still be entered late.",
)
NOTICE_ZH: Final = Text(zh="公告（中文）", en="Notice in Chinese")
NOTICE_EN: Final = Text(zh="公告（英文，选填）", en="Notice in English (optional)")
NOTICE_HINT: Final = Text(
    zh="所有人都能看到：为什么、什么时候恢复、急办找谁。不要写个人信息。",
    en="Everybody reads it: why, until when, whom to ask. Nothing personal.",
)
NOTICE_EN_HINT: Final = Text(zh="不填则显示中文公告。", en="Left empty: the Chinese one is shown.")
FIRST_DAY: Final = Text(zh="开始日期（选填）", en="First day (optional)")
FIRST_DAY_HINT: Final = Text(zh="不填或填今天：立即开始。例如 2026-12-05", en="Empty, or today: at once. Such as 2026-12-05")
LAST_DAY: Final = Text(zh="最后一天（选填）", en="Last day (optional)")
LAST_DAY_HINT: Final = Text(
    zh="当天结束后自动恢复受理。不填：恢复时间另行通知。例如 2026-12-07",
    en="At its end applications are taken again. Empty: until further notice. Such as 2026-12-07",
)
WHY_SUSPENDED: Final = Text(zh="事由（必填，内部，记入审计）", en="Reason (required, not public, audited)")
CHANGE_END: Final = Text(zh="更改最后一天", en="Change the last day")
RESUME_NOW: Final = Text(zh="恢复受理", en="Resume now")
CALL_OFF: Final = Text(zh="取消这次暂停", en="Call it off")
service_reason: Final = TextOf[str]("事由：{0}", "Reason: {0}")

NO_NOTICE: Final = Text(zh="请填写公告", en="Give the notice")
NO_REASON_TO_SUSPEND: Final = Text(zh="请填写事由", en="Give the reason")
NO_DATE: Final = Text(zh="请写成年-月-日，如 2026-12-05", en="Write year-month-day, such as 2026-12-05")

#: Said after something was done, by the word in the address.
DONE: Final = {
    "suspended": Text(zh="已记录，各节点一秒内生效。", en="Done: it holds on every node within a second."),
    "changed": Text(zh="最后一天已更改。", en="The last day is changed."),
    "resumed": Text(zh="已恢复受理或取消。", en="It is resumed, or called off."),
}

"""Sentences of the screens in the hall."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

BOARD: Final = Text(zh="今日办件公示", en="Today’s cases")
#: Of all that came today, and of those of them that were decided: each a number, or that there are few.
board_sums: Final = TextOf[Text, Text]("收件 {0.zh}，其中已办结 {1.zh}", "{0.en} received, {1.en} of them done")
FEW: Final = Text(zh="不足 5 件", en="fewer than 5")
NO_CASES_SHOWN: Final = Text(
    zh="同一事项当天满 5 件，才在这里逐件公示。请用查询码查您的办件。",
    en="Cases are listed here once there are five of their kind in a day. Follow yours by its query code.",
)
page_of: Final = TextOf[int, int]("第 {0} 屏，共 {1} 屏", "Screen {0} of {1}")
LAST_DIGITS: Final = Text(zh="编号尾号", en="Number ends in")
CASE_STATE: Final = Text(zh="进度", en="Progress")
SHOWN_UNDER_WAY: Final = Text(zh="办理中", en="in progress")
SHOWN_RETURNED: Final = Text(zh="待补正", en="to be corrected")
SHOWN_DONE: Final = Text(zh="已办结", en="done")
SHOWN_WITHDRAWN: Final = Text(zh="已撤回", en="taken back")

BOARD_DEPARTMENTS: Final = Text(zh="部门", en="Departments")
TAKES_WORK: Final = Text(zh="正常办理", en="open")
IS_PAUSED: Final = Text(zh="暂停办理", en="paused")
IS_AWAY: Final = Text(zh="系统暂时中断", en="cannot be reached now")
IN_MAINTENANCE_NOW: Final = Text(zh="系统维护", en="maintenance")
CLOSED_NOW: Final = Text(zh="非办公时间", en="closed")
opens_at: Final = TextOf[Text, Text]("{0.zh}，{1.zh} 恢复", "{0.en}, until {1.en}")
STILL_TAKEN: Final = Text(
    zh="部门暂停或中断时，窗口照常收件，恢复后自动送交。", en="Come all the same: what is for a closed department goes there once it opens."
)
service_suspended: Final = TextOf[Text, Text, Text]("{0.zh}{1.zh}。{2.zh}", "{0.en}: {1.en}. {2.en}")
service_down: Final = TextOf[Text, Text]("{0.zh}现在不收件：{1.zh}暂时不能办理。", "{0.en}: not possible now, {1.en} cannot act.")
BOARD_NOTICES: Final = Text(zh="通知", en="Notices")
GUIDE_ON_PHONE: Final = Text(zh="扫码看办事指南", en="Guides to every service, on your phone")
ONLY_LAST_DIGITS: Final = Text(zh="只显示尾号，不显示姓名", en="Last digits only, never names")
updated_at: Final = TextOf[str]("{0} 更新", "Updated at {0}")
not_updated: Final = TextOf[str]("网络中断，以下是 {0} 的情况", "Disconnected: this is how it was at {0}")

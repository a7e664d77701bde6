"""Sentences of the day's book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

book_of_day: Final = TextOf[str, int]("{0} 收件 {1} 件", "{0}: {1} received")
book_of_days: Final = TextOf[str, str, int]("{0} 至 {1} 收件 {2} 件", "{0} to {1}: {2} received")
steps_of_day: Final = TextOf[str, int]("{0} 交来 {1} 项", "{0}: {1} handed over")
steps_of_days: Final = TextOf[str, str, int]("{0} 至 {1} 交来 {2} 项", "{0} to {1}: {2} handed over")
BOOK_OF_CENTRE: Final = Text(zh="全中心的收件，按收件时间计。", en="What the whole centre received, by the time of receipt.")
BOOK_OF_GROUP: Final = Text(zh="本组的收件，按收件时间计。", en="What your group received, by the time of receipt.")
book_of_department: Final = TextOf[Text](
    "这几日收件中已交给{0.zh}的环节，按中心收件时间计。",
    "Steps of cases received then that were handed to {0.en}, by the centre's time of receipt.",
)
BOOK_DAY: Final = Text(zh="日期", en="Day")
BOOK_TO_DAY: Final = Text(zh="至（可不填）", en="Up to (optional)")
BOOK_SERVICE_OF: Final = Text(zh="事项", en="Service")
BOOK_STOP: Final = Text(zh="。", en=". ")
BOOK_BY: Final = Text(zh="收件人", en="Received by")
BOOK_SHOW: Final = Text(zh="查看", en="Show")
BOOK_AS_CSV: Final = Text(zh="导出 CSV", en="Export as CSV")
BOOK_CSV_NOTE: Final = Text(
    zh="导出的内容与本页相同，导出会记入审计。", en="The file says what this page says. The audit keeps who exported it."
)
BOOK_NOT_A_DAY: Final = Text(zh="请填写日期，如 2026-11-28", en="Give a day, such as 2026-11-28")
BOOK_WRONG_DAYS: Final = Text(zh="请更正日期后再查看。", en="Correct the days, then look again.")
BOOK_BY_WHOM: Final = Text(zh="按收件人", en="By who received it")
BOOK_RECEIVED_COUNT: Final = Text(zh="收件", en="Received")
BOOK_OPEN_COUNT: Final = Text(zh="未办结", en="Still open")
BOOK_LATE_COUNT: Final = Text(zh="未办结且超期", en="Open and overdue")
BOOK_ENDED_COUNT: Final = Text(zh="已办结", en="Ended")
#: Numbers by the state that they lead to.
BOOK_STATES: Final[Mapping[str, Text]] = {
    "open": BOOK_OPEN_COUNT,
    "late": BOOK_LATE_COUNT,
    "returned": Text(zh="退回补正", en="Sent back"),
    "approved": Text(zh="通过", en="Approved"),
    "rejected": Text(zh="不予通过", en="Rejected"),
    "withdrawn": Text(zh="撤回", en="Taken back"),
    "voided": Text(zh="作废", en="Voided"),
}
BOOK_CASES: Final = Text(zh="逐件", en="Case by case")
BOOK_CASE: Final = Text(zh="办件编号", en="Case")
BOOK_RECEIVED_AT: Final = Text(zh="收件时间", en="Received")
BOOK_APPLICANT: Final = Text(zh="申请人", en="Applicant")
BOOK_STANDS: Final = Text(zh="办理状态", en="State")
BOOK_DEPARTMENTS: Final = Text(zh="部门与进展", en="Departments")
BOOK_PROMISED: Final = Text(zh="承诺期限", en="Promised by")
BOOK_ENDED_AT: Final = Text(zh="办结时间", en="Ended")
BOOK_ENDED_LATE: Final = Text(zh="超期办结", en="ended late")
entered_late: Final = TextOf[Text]("补录，实际提交于 {0.zh}", "entered late; handed in {0.en}")
BOOK_NO_CASES: Final = Text(zh="这几日没有收件。", en="Nothing was received then.")
BOOK_NO_STEPS: Final = Text(
    zh="这几日的收件中，没有已交给本部门的。尚在等待其他部门的办件，轮到本部门时才会出现在这里。",
    en="Of what was received then, nothing was handed to your department. A case that waits for others is here once it is your turn.",
)
BOOK_NOTHING_FITS: Final = Text(zh="有收件，但没有符合所选条件的。", en="Cases were received, but none that fits what was chosen.")
BOOK_ALL: Final = Text(zh="全部", en="All")

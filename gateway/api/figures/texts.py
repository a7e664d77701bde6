"""Sentences on figures that are asked for in a way that they cannot be given, and the heads of the day's book as a file."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

NO_DEPARTMENT: Final = Text(zh="没有这个部门，或您无权查看", en="there is no such department, or it is not yours to see")
NOT_AFTER: Final = Text(zh="须晚于 from；未给出则为现在", en="must be after `from`; it is now unless given")

# The day's book.
NOT_BEFORE_DAY: Final = Text(zh="不能早于 day", en="must not be before `day`")
TOO_MANY_DAYS: Final = TextOf[int]("最多 {0} 天", "must be within {0} days")
BOOK_NUMBER: Final = Text(zh="办件编号", en="Case")
BOOK_SERVICE: Final = Text(zh="事项", en="Service")
BOOK_RECEIVED: Final = Text(zh="收件时间", en="Received")
BOOK_HANDED_IN: Final = Text(zh="补录：实际提交时间", en="Entered late: handed in")
BOOK_FILER: Final = Text(zh="收件人", en="Received by")
BOOK_APPLICANT: Final = Text(zh="申请人（脱敏）", en="Applicant (masked)")
BOOK_STATE: Final = Text(zh="办理状态", en="State")
BOOK_STEPS: Final = Text(zh="部门与进展", en="Departments")
BOOK_DUE: Final = Text(zh="承诺期限", en="Promised by")
BOOK_LATE: Final = Text(zh="是否超期", en="Late")
BOOK_ENDED: Final = Text(zh="办结时间", en="Ended")
IS_LATE: Final = Text(zh="是", en="yes")
IS_NOT_LATE: Final = Text(zh="否", en="no")
step_stands: Final = TextOf[Text, Text]("{0.zh}：{1.zh}", "{0.en}: {1.en}")
CASE_IS_VOIDED: Final = Text(zh="已作废", en="voided")
THIS_MACHINE: Final = Text(zh="本机命令行", en="command line on this machine")

"""Sentences on a department's day."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

DAY_COMPARE: Final = Text(
    zh="某部门某一天收到我们什么、答复了什么，供与部门的记录逐件核对。",
    en="What a department was sent on one day and what it answered, to be compared with its own record.",
)
DAY_DEPARTMENT: Final = Text(zh="部门", en="Department")
DAY_WHICH: Final = Text(zh="日期", en="Day")
SHOW_DAY: Final = Text(zh="查看", en="Show")
DAY_AS_CSV: Final = Text(zh="下载全天（CSV）", en="Download the whole day (CSV)")
FIRST_THESE: Final = Text(zh="先核对这些：结果不明", en="Compare these first: outcome unknown")
FIRST_WHY: Final = Text(zh="我们发出了，没有答复能证明部门是否收到。", en="They were sent, and no reply proves what became of them.")
THE_OTHERS: Final = Text(zh="其余", en="The others")
NO_DOUBT: Final = Text(zh="这一页没有结果不明的件。", en="Of nothing on this page the outcome is unknown.")
NOTHING_THAT_DAY: Final = Text(zh="这一天没有向该部门发送，它也没有答复。", en="On this day it was sent nothing, and answered nothing.")
DAY_MORE: Final = Text(zh="下一页", en="Next page")
DAY_CASE: Final = Text(zh="办件编号", en="Case")
DAY_OPERATION: Final = Text(zh="事项", en="What")
operation_of_round: Final = TextOf[Text, int]("{0.zh}（第 {1} 轮）", "{0.en} (round {1})")
DAY_KEY: Final = Text(zh="我方随件编号", en="Our key, sent with it")
DAY_SENT: Final = Text(zh="当日发送", en="Sent")
sent_times: Final = TextOf[str, int]("{0}，{1} 次", "{0}, {1}×")
NOT_SENT_THAT_DAY: Final = Text(zh="当日未发送", en="not on this day")
DAY_ANSWER: Final = Text(zh="当日答复", en="Answered")
DAY_NO_ANSWER: Final = Text(zh="没有答复", en="no reply")
day_answered: Final = TextOf[Text, str]("{0.zh} · {1}", "{0.en} · {1}")
DAY_REFERENCE: Final = Text(zh="部门编号", en="Its reference")
DAY_STATE: Final = Text(zh="现在", en="Now")

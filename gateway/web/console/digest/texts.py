"""Sentences of the digest."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

DIGEST_DAY: Final = Text(zh="哪一天", en="Which day")
DIGEST_SHOW: Final = Text(zh="查看", en="Show")
DIGEST_NOT_A_DAY: Final = Text(zh="请填日期，如 2026-11-28。", en="Give a day, such as 2026-11-28.")
digest_of: Final = TextOf[str, int, int]("{0}：收件 {1} 件，办结 {2} 件", "{0}: {1} received, {2} ended")
digest_hours: Final = TextOf[int]("只清点了 24 小时中的 {0} 小时。", "Of 24 hours {0} are counted.")
DIGEST_CASES: Final = Text(zh="那一天的办件", en="Cases of that day")
DIGEST_NOW: Final = Text(zh="现在", en="Now")
DIGEST_APPROVED: Final = Text(zh="通过", en="approved")
DIGEST_REJECTED: Final = Text(zh="不予通过", en="rejected")
DIGEST_WITHDRAWN: Final = Text(zh="撤回或作废", en="withdrawn or voided")
DIGEST_ON_TIME: Final = Text(zh="按期", en="on time")
on_time_of_promised: Final = TextOf[int, int]("{1} 件中 {0} 件", "{0} of {1}")
DIGEST_OPEN: Final = Text(zh="在途", en="under way")
DIGEST_RETURNED: Final = Text(zh="待申请人补正", en="waiting for the applicant")
DIGEST_LATE: Final = Text(zh="已超期", en="overdue")
DIGEST_OLDEST: Final = Text(zh="最早一件收件于", en="oldest received")
DIGEST_HELD: Final = Text(zh="待人工处理的交办", en="deliveries that are held")
DIGEST_DOUBT: Final = Text(zh="结果不明的交办", en="deliveries in doubt")
DIGEST_JOBS: Final = Text(zh="批量重发（当天开始，现在进行）", en="jobs (begun that day, running now)")
begun_and_running: Final = TextOf[int, int]("{0}，{1}", "{0}, {1}")
DIGEST_AUDIT: Final = Text(zh="审计", en="audit")
DIGEST_SOUND: Final = Text(zh="与签名一致，照常记录", en="as it was signed; entries are written")
DIGEST_BROKEN: Final = Text(zh="与签名不一致，已停止记录", en="not as it was signed: nothing is written")
DIGEST_DEPARTMENTS: Final = Text(zh="各部门", en="Departments")
DIGEST_CALLS: Final = Text(zh="调用", en="calls")
DIGEST_FAILED: Final = Text(zh="失败", en="failed")
DIGEST_95: Final = Text(zh="95% 不超过", en="95 % within")
DIGEST_ENDING: Final = Text(zh="将到期或刚到期", en="Ending soon, or just ended")
DIGEST_COMMAND: Final = Text(zh="命令行同样可得：", en="The command line says the same:")

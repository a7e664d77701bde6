"""Sentences of the console's frame."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

ATTENTION: Final = Text(zh="待处理", en="Needs attention")
CASES: Final = Text(zh="办件", en="Cases")
DEPARTMENTS: Final = Text(zh="部门", en="Departments")
MANY_AGAIN: Final = Text(zh="批量重发", en="Send many again")
ACCOUNTS: Final = Text(zh="账号", en="Accounts")
TRENDS: Final = Text(zh="趋势", en="Trends")
AUDIT: Final = Text(zh="审计", en="Audit")
RECONCILIATION: Final = Text(zh="对账", en="Reconciliation")
CONFIGURATION: Final = Text(zh="配置与节点", en="Configuration and nodes")
CONSOLE_PAGES: Final = Text(zh="控制台", en="Console")
LOOK_INTO: Final = Text(zh="查看", en="Look into")
FIND_A_CASE: Final = Text(zh="查办件", en="Find a case")
FIND_HINT: Final = Text(zh="办件编号、后几位或部门回执号", en="Case number, its last digits, or a department's reference")
live_at: Final = TextOf[str]("实时 · {0}", "Live · {0}")
lost_at: Final = TextOf[str]("已断开，{0} 的数据", "Connection lost; as of {0}")
SHOW_NEW: Final = Text(zh="有新的变化，显示", en="Something is new: show it")

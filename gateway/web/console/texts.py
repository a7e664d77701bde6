"""Sentences of the console's frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

COUNTER: Final = Text(zh="前台", en="Counter")
ATTENTION: Final = Text(zh="待处理", en="Needs attention")
CASES: Final = Text(zh="办件", en="Cases")
CONSOLE_SERVICES: Final = Text(zh="事项", en="Services")
DAY_BOOK: Final = Text(zh="台账", en="Day's book")
DEPARTMENTS: Final = Text(zh="部门", en="Departments")
MANY_AGAIN: Final = Text(zh="批量重发", en="Send many again")
ACCOUNTS: Final = Text(zh="账号", en="Accounts")
DAILY_DIGEST: Final = Text(zh="每日简报", en="Daily digest")
TRENDS: Final = Text(zh="趋势", en="Trends")
AUDIT: Final = Text(zh="审计", en="Audit")
RECONCILIATION: Final = Text(zh="对账", en="Reconciliation")
CONFIGURATION: Final = Text(zh="配置与节点", en="Configuration and nodes")
API_KEYS: Final = Text(zh="密钥", en="Keys")
MENU: Final = Text(zh="菜单", en="Menu")
CONSOLE_PAGES: Final = Text(zh="控制台", en="Console")
LOOK_INTO: Final = Text(zh="查看", en="Look into")
FIND_A_CASE: Final = Text(zh="查办件", en="Find a case")
FIND_HINT: Final = Text(zh="办件编号、后几位或部门回执号", en="Case number, its last digits, or a department's reference")
live_at: Final = TextOf[str]("实时 · {0}", "Live · {0}")
lost_at: Final = TextOf[str]("已断开，{0} 的数据", "Connection lost; as of {0}")
SHOW_NEW: Final = Text(zh="有新的变化，显示", en="Something is new: show it")
AS_A_TABLE: Final = Text(zh="看数据", en="As a table")
CHART_WHAT: Final = Text(zh="项目", en="What")
CHART_NUMBER: Final = Text(zh="数量", en="Number")
NEEDS_ATTENTION: Final = Text(zh="要人处理", en="needs a person")
TOLD_OTHERWISE: Final = Text(zh="部门所知已不同", en="told otherwise")
CASE_VOIDED: Final = Text(zh="已作废", en="voided")
WITHDRAWAL_ASKED: Final = Text(zh="申请人要求撤回", en="withdrawal asked")

# Ages and days.
JUST_NOW: Final = Text(zh="刚刚", en="just now")
minutes_old: Final = TextOf[int]("{0} 分钟", "{0} min")
hours_old: Final = TextOf[int, int]("{0} 小时 {1} 分", "{0} h {1} min")
days_old: Final = TextOf[int, int]("{0} 天 {1} 小时", "{0} d {1} h")
NO_DAY: Final = Text(zh="没有期限", en="no deadline")
past_by: Final = TextOf[int]("已超期 {0} 天", "{0} d overdue")
TODAY: Final = Text(zh="今天到期", en="due today")
ONE_WORKING_DAY_LEFT: Final = Text(zh="剩 1 个工作日", en="1 working day left")
working_days_left: Final = TextOf[int]("剩 {0} 个工作日", "{0} working days left")
in_days: Final = TextOf[int]("还有 {0} 天", "{0} d left")
OVERDUE: Final = Text(zh="已超期", en="overdue")
coded: Final = TextOf[Text, str]("{0.zh}（{1}）", "{0.en} ({1})")

#: Words of commands in sentences that the API and the terminal have as well → what pages, whose buttons have names of their own, say.
COMMANDS_IN_WORDS: Final[Mapping[str, str]] = {
    "（resolve）": "",
    "（retry）": "",
    "（revisions）": "",
    "（resume）": "",
    " (resolve)": "",
    " (retry)": "",
    " (gateway unresolve)": "",
    "；见 gateway show。": "。",
    ": see gateway show.": ".",
    "用 resolve 填写": "用“填写核实结果”填写",
    "用 unresolve 撤回": "用“撤回填写的结果”撤回",
    "用 retry 再次查询": "用“再查询一次”再次查询",
    "用 resolve 说明结果": "用“填写核实结果”说明",
    "用 resolve 重新判定": "用“填写核实结果”重新判定",
    "then use resolve.": "then record the outcome.",
    "resolve it with the right reference or outcome, or unresolve it; or retry, which asks and sends nothing": (
        "record the right reference or outcome, or take back what was said; or ask again, which sends nothing"
    ),
}
#: Results of calls that are neither an outcome's kind nor a failure's code, and what an outcome came by.
RESULTS: Final[Mapping[str, Text]] = {
    "applicant_name_corrected": Text(zh="更正了申请人姓名", en="the applicant's name was corrected"),
    "applicant_document_corrected": Text(zh="更正了申请人证件", en="the applicant's document was corrected"),
    "late_entry": Text(zh="补录", en="entered late"),
    "voided": Text(zh="误提交，部门尚未办理", en="filed by mistake, before any department had acted"),
    "still_open": Text(zh="仍在办理", en="still being decided"),
    "withdrawn": Text(zh="已撤回", en="taken back"),
    "kept": Text(zh="部门不予撤回", en="the department keeps it"),
    "unknown": Text(zh="部门现在答不了", en="the department cannot say now"),
    "absent": Text(zh="部门查无此件", en="the department does not know it"),
    "absent_too_early": Text(zh="部门查无此件，但为时尚早", en="the department does not know it yet"),
}
#: Words for how a connection ended, by the names of exceptions that say it.
ENDED_BY: Final = (
    (
        ("ServerDisconnectedError", "ConnectionResetError", "ClientConnectionResetError"),
        Text(zh="连接被对方断开", en="the other side ended the connection"),
    ),
    (("ClientOSError", "BrokenPipeError", "ConnectionAbortedError"), Text(zh="连接中途断了", en="the connection broke off")),
    (("ConnectionRefusedError",), Text(zh="对方拒绝连接", en="the other side refused the connection")),
    (("TimeoutError", "ServerTimeoutError", "ConnectionTimeoutError"), Text(zh="超过了时限", en="it took longer than its deadline")),
)
BY: Final[Mapping[str, TextOf[Text]]] = {
    "callback": TextOf[Text]("回调：{0.zh}", "called back: {0.en}"),
    "found": TextOf[Text]("查询得知：{0.zh}", "found by asking: {0.en}"),
    "resolved": TextOf[Text]("经人核实：{0.zh}", "found out by a person: {0.en}"),
}

"""Sentences of the commands about cases, Chinese and English beside each other."""

from __future__ import annotations

from typing import Final

from gateway.cli.terminal.words import Bilingual, Sentence, headings

# Help of the commands in a group.
SHOW_JOB_HELP: Final = "Show a job: what it has done, and where those deliveries stand now · 查看任务."
STOP_JOB_HELP: Final = "Stop a job: what it has not released stays where it stands · 停止任务."
JOB_DELIVERIES_HELP: Final = "What a job did to each delivery, in order of arrival, and where it stands now · 逐条结果."

# Help of their arguments and options.
FILE_HELP: Final = "The application as JSON; - reads stdin · 办件 JSON 文件"
WAIT_HELP: Final = "Wait until it is decided · 等到办结"
SECONDS_HELP: Final = "With --wait: at most so long · 最多等待秒数"
FILING_KEY_HELP: Final = "Idempotency-Key; the same one never files twice · 幂等键"
ANY_ID_HELP: Final = "An application's id or number, or a delivery's id · 办件编号或标识"
APPLICATION_HELP: Final = "The application's id or number · 办件编号或标识"
ROLE_HELP: Final = "Whose: a role that the case has · 当事人角色"
OPERATION_HELP: Final = "Of this operation · 部门事项"
SERVICE_HELP: Final = "Of applications for this service · 事项代码"
DEPARTMENT_HELP: Final = "Of this department · 部门"
STATE_HELP: Final = "In this state, such as held or in_doubt · 状态"
APPLICATION_ID_HELP: Final = "Of the application with this id · 办件标识"
FAILURE_HELP: Final = "Whose last failure has this code, such as timeout · 故障代码"
TOLD_OTHERWISE_HELP: Final = "Whose department was told otherwise than the application says now · 部门所知已有更正"
AFTER_HELP: Final = "The cursor of the last time; `now`; none: the beginning (with --follow: now) · 起始位置"
FOLLOW_EVENTS_HELP: Final = "Go on until ctrl-c; with --json a line an event · 持续显示"
MOST_HELP: Final = "At most so many · 最多条数"
DELIVERY_HELP: Final = "The delivery's id · 交办标识"
RETRIED_HELP: Final = "One delivery's id; none: all that fit · 交办标识"
ALL_HELP: Final = "All that are held or in doubt · 全部"
RETRIED_STATE_HELP: Final = "held, in_doubt; both unless given · 状态"
RETRIED_FAILURE_HELP: Final = "Whose last failure has this code · 故障代码"
UPDATED_AFTER_HELP: Final = "Changed then or later (RFC 3339) · 变化时间起"
UPDATED_BEFORE_HELP: Final = "Changed then or before · 变化时间止"
RECEIVED_AFTER_HELP: Final = "Filed then or later · 收件时间起"
RECEIVED_BEFORE_HELP: Final = "Filed then or before · 收件时间止"
DRY_RUN_HELP: Final = "Only count what would happen · 只统计"
JOB_KEY_HELP: Final = "Idempotency-Key; the same one never begins twice · 幂等键"
FOLLOW_JOB_HELP: Final = "Follow the job until it ends · 跟随到结束"
HAPPENED_HELP: Final = "The department has it · 部门已收到"
DID_NOT_HAPPEN_HELP: Final = "It has not: it is sent again · 部门未收到，重新发送"
KNOWN_HELP: Final = "How it is known; kept and audited · 依据"
OUTCOME_HELP: Final = 'What it said, a JSON file: {"kind": "approved", "output": {…}} · 部门结论'
JOB_HELP: Final = "The job's id · 任务标识"
FOLLOW_HELP: Final = "Until it ends · 跟随到结束"
BOOK_DAY_HELP: Final = "The day (Asia/Shanghai), today unless given · 日期"
BOOK_TO_HELP: Final = "The last of several days, at most 31 · 截止日期"
BOOK_STATE_HELP: Final = "open, late, returned, approved, rejected, withdrawn or voided · 办理状态"
RESULT_HELP: Final = "released, never, key_forgotten, … · 结果"

# Headings, and names before what is shown.
BEGUN_BY: Final = Bilingual("发起", "begun by")
FILTER: Final = Bilingual("条件", "filter")
IN_ALL: Final = Bilingual("合计", "in all")
REASON: Final = Bilingual("原因", "reason")
RELEASED_NOW: Final = Bilingual("已放行的现状", "the released now")
SELECTED: Final = Bilingual("选中", "selected")
STOPPED_BY: Final = Bilingual("停止", "stopped by")
FORESEEN: Final = headings("部门 department · 状态 state · 会怎样 what would happen · 条数 deliveries")
JOBS: Final = headings("任务 job · 状态 state · 条数 selected · 开始 begun · 结束 ended · 条件 filter")
JOB_DELIVERIES: Final = headings("交办 delivery · 部门 department · 结果 result · 现状 state · 故障 problem")
JOB_RESULTS: Final = headings("结果 result · 条数 deliveries")

APPLICANT_WITHDRAWS: Final = Bilingual("申请人已要求撤回。", " The applicant has asked to take it back.")
DELIVERY_OR_FILTER: Final = Bilingual("请给出一个交办，或给出筛选条件，不能两者都给", "name one delivery or a filter, not both")
HAPPENED_OR_NOT: Final = Bilingual("请给出 --happened 或 --did-not-happen 之一", "say one of --happened and --did-not-happen")
JOB_BEGINS_LATER: Final = Bilingual(
    "网关没有运行；任务已登记，启动后自动进行。", "No gateway runs: the job is kept and begins when one does."
)
NOTHING_NAMED: Final = Bilingual("请给出交办标识、筛选条件或 --all", "name a delivery, a filter, or --all")
PERSON_NEEDED: Final = Bilingual("需要人工处理。", " A person has to look at it.")
may_be_filed: Final = Sentence[str](
    "不确定是否已收件；请用 --key {0} 重新提交，不会重复", "it may have been filed: repeat with --key {0}, it is never filed twice"
)
may_have_begun: Final = Sentence[str](
    "不确定是否已开始；请用 --key {0} 重新执行，不会重复", "it may have begun: repeat with --key {0}, it never begins twice"
)
no_application: Final = Sentence[str]("没有编号为 {0} 的办件", "there is no application with the number {0}")
only_first: Final = Sentence[int]("只显示了前 {0} 条；用 --limit 查看更多", "only the first {0} are shown; see more with --limit")
events_go_on: Final = Sentence[str]("继续：gateway events --after {0}", "Go on: gateway events --after {0}")
no_json: Final = Sentence[object]("{0} 不是可读的 JSON 文件", "{0} is no readable JSON file")
job_goes_on: Final = Sentence[str](
    "任务继续进行。查看：gateway jobs show {0} --follow；停止：gateway jobs stop {0}",
    "The job goes on. Follow it: gateway jobs show {0} --follow; stop it: gateway jobs stop {0}",
)
VOIDED: Final = Bilingual("作废（误提交）", "voided, it was filed by mistake")
case: Final = Sentence[str, str]("办件 {0}（{1}）", "Application {0} ({1})")
has_ended: Final = Sentence[str, str]("已于 {0} 办结：{1}。", " ended at {0}: {1}. Nothing more happens to it.")
waits_for_applicant: Final = Sentence[int, int](
    "待申请人补正；{1} 个步骤中 {0} 个已结束。", " waits for the applicant to correct it; {0} of its {1} steps are over."
)
in_progress: Final = Sentence[int, int]("正在办理；{1} 个步骤中 {0} 个已结束。", " is in progress; {0} of its {1} steps are over.")
promised_by: Final = Sentence[str]("承诺办结：{0}（自收件起算，受理后可能变动）。", " Promised by {0}, counted from receipt.")
rejected: Final = Sentence[str]("部门不予办理的步骤：{0}。", " Rejected steps: {0}.")
step: Final = Sentence[str, str, str, str]("步骤 {0}（{1}，{2}，交办 {3}）：", "Step {0} ({1}, {2}, delivery {3}): ")
own_words: Final = Sentence[str]("\n部门原话：“{0}”", "\nIn the department's own words: “{0}”")

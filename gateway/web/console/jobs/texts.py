"""Sentences on sending many again, and on the jobs that do it."""

from __future__ import annotations

from typing import Final

from gateway.model.service import Text
from gateway.texts.sentences import TextOf

LOOK_FIRST: Final = Text(zh="先预演，看清楚每一件会怎样，再执行。", en="First see what would happen to each; then do it.")
MANY_WHICH: Final = Text(zh="范围", en="Which")
MANY_STATE: Final = Text(zh="状态", en="State")
HELD_OR_DOUBTFUL: Final = Text(zh="待人工处理、结果不明", en="needs a person, or outcome unknown")
MANY_DEPARTMENT: Final = Text(zh="部门", en="Department")
MANY_SERVICE: Final = Text(zh="事项", en="Service")
MANY_ALL: Final = Text(zh="全部", en="all")
MANY_FAILURE: Final = Text(zh="原因代码", en="Failure (code)")
MANY_FAILURE_HINT: Final = Text(zh="如 http_400，空着不限", en="such as http_400; empty: any")
MANY_SINCE: Final = Text(zh="此后有变化的", en="Changed since")
MANY_LOOK: Final = Text(zh="预演", en="See what would happen")

many_selected: Final = TextOf[int]("预演：选中 {0} 件", "What would happen: {0} selected")
NOTHING_SELECTED: Final = Text(zh="没有符合的件，没有要重发的。", en="Nothing fits: there is nothing to send again.")
WOULD_SEND: Final = Text(zh="会再送", en="would be sent again")
WOULD_ASK: Final = Text(zh="会先问对方，没有收到才再送", en="would be asked about first, and sent only if it is not there")
WOULD_NOT: Final = Text(zh="不会动", en="would not be touched")
would_line: Final = TextOf[Text, Text, int]("{0.zh} · {1.zh}：{2} 件", "{0.en} · {1.en}: {2}")
MANY_NOTHING_TO_DO: Final = Text(zh="这些件都不会动，没有可执行的。", en="None of them would be touched: there is nothing to do.")
MANY_REASON: Final = Text(zh="事由（必填，记入审计）", en="Reason (required, audited)")
MANY_NO_REASON: Final = Text(zh="请填写事由", en="Give the reason")
many_sent: Final = TextOf[int]("再送 {0} 件", "Send {0} again")
many_sent_and_asked: Final = TextOf[int, int, int]("处理 {0} 件：再送 {1}，先问 {2}", "Do {0}: send {1} again, ask about {2} first")
many_asked: Final = TextOf[int]("先问 {0} 件", "Ask about {0} first")
AS_A_JOB: Final = Text(
    zh="作为任务执行，按收件先后，随时可停，停下不丢件。", en="It runs as a job in order of arrival; stop it at any time, nothing is lost."
)
many_typed: Final = TextOf[int]("超过 100 件：请输入件数 {0} 以确认", "More than 100: type the number {0} to confirm")
MANY_WRONG: Final = Text(zh="与件数不符，请照预演的件数输入", en="This is not the number: type the one that was counted")
many_changed: Final = TextOf[int, int](
    "情况有变：预演时会处理 {0} 件，现在是 {1} 件。还没有执行，请再看一遍。",
    "It has changed: {0} were counted, now it is {1}. Nothing was done yet: look once more.",
)

JOBS: Final = Text(zh="任务", en="Jobs")
NO_JOBS: Final = Text(zh="还没有批量重发过。", en="Nothing has been sent again by a job yet.")
JOB_BEGUN: Final = Text(zh="开始", en="Begun")
JOB_BY: Final = Text(zh="由", en="By")
JOB_COUNT: Final = Text(zh="件数", en="Deliveries")
JOB_STANDS: Final = Text(zh="进度", en="Progress")
job_looked_at: Final = TextOf[int, int]("已处理 {0} / {1}", "{0} of {1} looked at")
job_of: Final = TextOf[Text]("{0.zh} 的批量重发", "Sent again: {0.en}")
job_of_department: Final = TextOf[Text, int]("{0.zh} {1}", "{0.en} {1}")
JOB_EARLIER: Final = Text(zh="更早的", en="Earlier ones")
JOB_FURTHER: Final = Text(zh="后面的", en="Further ones")
job_stopped_by: Final = TextOf[str]("由 {0} 停止", "Stopped by {0}")
job_begun_by: Final = TextOf[str]("由 {0} 开始", "Begun by {0}")
job_reason: Final = TextOf[str]("事由：{0}", "Reason: {0}")
job_progress: Final = TextOf[int, int, int, int](
    "{0} 件中：放行 {1}，未放行 {2}，还没轮到 {3}", "Of {0}: released {1}, passed over {2}, to come {3}"
)
JOB_RELEASED: Final = Text(zh="已放行", en="released")
JOB_PASSED_OVER: Final = Text(zh="未放行", en="passed over")
JOB_TO_COME: Final = Text(zh="还没轮到", en="to come")
JOB_MOVED_ON: Final = Text(zh="没有涉及", en="not touched")
JOB_WHERE_NOW: Final = Text(zh="放行的现在", en="Released ones now")
JOB_STOP: Final = Text(zh="停止任务", en="Stop the job")
JOB_STOP_SAYS: Final = Text(
    zh="还没放行的留在原处，已放行的继续。", en="What it has not released stays where it is; what it has released goes on."
)
JOB_EACH: Final = Text(zh="每一件", en="Each delivery")
JOB_CASE: Final = Text(zh="办件", en="Case")
JOB_RESULT: Final = Text(zh="任务做了什么", en="What the job did")
JOB_NOW: Final = Text(zh="现在", en="Now")
JOB_NOTHING_YET: Final = Text(zh="还没有处理到任何一件。", en="It has not come to any yet.")
JOB_EVERY_RESULT: Final = Text(zh="全部结果", en="every result")

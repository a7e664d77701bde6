"""Sentences that every room of the command says, Chinese and English beside each other."""

from __future__ import annotations

from typing import Final

from gateway.cli.terminal.words import Bilingual, Sentence, headings

# Help of options and arguments.
JSON_HELP: Final = "JSON for machines · 输出 JSON"
REASON_HELP: Final = "Why; kept and audited · 原因"
DEPARTMENT_HELP: Final = "The department · 部门名"

# What joins one with the next.
COMMA: Final = Bilingual("、", ", ")
COLON: Final = Bilingual("：", ": ")
SEMICOLON: Final = Bilingual("；", "; ")

# Headings, and names before what is shown.
APPLICATION: Final = Bilingual("办件", "application")
JOB: Final = Bilingual("任务", "job")
NEXT: Final = Bilingual("下一步", "next")
NOTE: Final = Bilingual("注意", "note")
NUMBER: Final = Bilingual("办件编号", "number")
OPERATOR: Final = Bilingual("运维", "operator")
HANDED_IN: Final = Bilingual("递交", "handed in")
PROMISED: Final = Bilingual("承诺办结", "due")
PROVISIONAL: Final = Bilingual("（自收件起算，未受理）", " (from receipt, not accepted yet)")
RECEIVED: Final = Bilingual("收件", "received")
STATE: Final = Bilingual("状态", "state")
WHY: Final = Bilingual("为何", "why")
RECEIPT: Final = Bilingual("收件凭证", "receipt")
DELIVERIES: Final = headings(
    "交办 delivery · 步骤 step · 部门 department · 状态 state · 次数 attempts · 部门编号 reference · 下次 due · 说明 problem or outcome"
)
ATTEMPTS: Final = headings(
    "轮次 round · 第几次 attempt · 动作 action · 开始 started · 结束 ended · 结果 result · 细节 detail · 部门原话 the department's words"
)

BY_KEY: Final = Bilingual("（密钥）", " (key)")
NEEDS_ATTENTION: Final = Bilingual(" · 需要人工处理", " · needs attention")
NOT_RECORDED: Final = Bilingual("（未记录）", "(not recorded)")
VOIDED: Final = Bilingual(" · 作废", " · voided")
TOLD_OTHERWISE: Final = Bilingual("部门所知已有更正", "told otherwise")
rejected_steps: Final = Sentence[str](" · 部门不予办理的步骤：{0}", " · rejected steps: {0}")
unreadable: Final = Sentence[object, object]("无法读取 {0}:{1}", "{0} cannot be read: {1}")
unwritable: Final = Sentence[object, object]("无法写入 {0}:{1}", "{0} cannot be written: {1}")

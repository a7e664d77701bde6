"""Sentences of the demo departments: their operations, and the words of their systems."""

from __future__ import annotations

from gateway.model.service import Text

FILING = Text(zh="即办件", en="Filing")
APPLICATION = Text(zh="承诺件", en="Application")
QUESTION = Text(zh="查询", en="Question")

# Words of a department's system, which speaks Chinese alone.
SYSTEM_ERROR = "系统异常"
FOUND = "查询成功"
DONE = "办理成功"
CORRECT = "请更正"
NOT_FIT = "不符合办理条件"

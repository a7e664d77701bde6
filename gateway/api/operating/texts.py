"""Sentences on nodes and departments, and the Chinese heads of a department's day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.model.service import Text

# What becomes of a dead node's work.
NOTHING_LEFT = Text(zh="没有遗留，或已被接管", en="it left nothing, or all of it has been taken over")
TAKEN_OVER_NOW = Text(zh="正由运行中的网关接管", en="the gateway that runs is taking it over")
TAKEN_OVER_AT_START = Text(zh="下次启动时接管：gateway serve", en="the next start takes it over: gateway serve")
TAKEN_OVER_BY_NOBODY = Text(
    zh="没有在运行的节点负责派送（dispatch），无人接管：请启动一个",
    en="no node that lives dispatches, so nobody takes it over: start one with the role dispatch",
)

NO_CONTROL = Text(zh="须给出 paused 或 limits", en="must say what is to change: paused or limits")

#: The columns of the CSV: the JSON's members, each with its Chinese heading.
COLUMNS: Final[Mapping[str, str]] = {
    "key": "交办键",
    "delivery_id": "交办标识",
    "application_number": "办件编号",
    "step": "环节",
    "operation": "部门事项",
    "round": "轮次",
    "attempts": "当日发送次数",
    "first_sent_at": "当日首次发送",
    "last_sent_at": "当日末次发送",
    "reference": "部门编号",
    "answer": "当日最后答复",
    "answered_at": "答复时间",
    "answered_by": "答复方式",
    "state": "现状态",
    "in_doubt": "存疑",
}


def taken_over_after(lease_end: str) -> Text:
    return Text(
        zh=f"租约最迟 {lease_end} 到期，随后一两秒内由其他节点接管",
        en=f"taken over by another node within a second or two of the lease's end, at {lease_end} the last",
    )

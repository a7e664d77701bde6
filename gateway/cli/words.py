"""Which language the command speaks, and the words of states and tiers in it."""

from __future__ import annotations

import os
from typing import Final

_STATES: Final = {
    "waiting": "等待前序",
    "ready": "待发送",
    "sending": "发送中",
    "deciding": "部门办理中",
    "approved": "通过",
    "rejected": "不通过",
    "returned": "待补正",
    "in_doubt": "结果不明",
    "held": "待人工处理",
    "skipped": "不适用",
    "withdrawn": "已撤回",
    "in_progress": "办理中",
    "running": "进行中",
    "stopped": "已停止",
    "ended": "已结束",
}

#: How far an adapter is, from nothing on.
TIERS: Final = {"none": "未评级", "bronze": "铜级", "silver": "银级", "gold": "金级"}


def chinese() -> bool:
    """Whether to speak Chinese: ``GATEWAY_LANGUAGE``, else the locale (POSIX: LC_ALL over LC_MESSAGES over LANG)."""
    for variable in ("GATEWAY_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return value.lower().startswith("zh")
    return False


def say(zh: str, en: str) -> str:
    """Give the one of both texts that the person at the terminal reads."""
    return zh if chinese() else en


def state_word(state: str) -> str:
    """A state as people read it; in English it is its own word."""
    return _STATES.get(state, state) if chinese() else state.replace("_", " ")


def tier_word(tier: str) -> str:
    """How far an adapter is, as people read it."""
    return TIERS.get(tier, tier) if chinese() else {"none": "unrated"}.get(tier, tier)

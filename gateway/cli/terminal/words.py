"""Which language the command speaks, and the words of states and tiers in it."""

from __future__ import annotations

import os
from typing import Final

from gateway.model.code_names import APPLICATION_STATES, DELIVERY_STATES, JOB_STATES, NODE_STATES, TIERS

_STATES: Final = {**DELIVERY_STATES, **APPLICATION_STATES, **JOB_STATES, **NODE_STATES}


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
    return _STATES[state][0] if chinese() and state in _STATES else state.replace("_", " ")


def tier_word(tier: str) -> str:
    """How far an adapter is, as people read it."""
    return say(*TIERS.get(tier, (tier, tier)))

"""The language that the command speaks, and its words for states and tiers."""

from __future__ import annotations

import os
from typing import Final

from gateway.model.code_names import APPLICATION_STATES, DELIVERY_STATES, JOB_STATES, NODE_STATES, TIERS

_STATES: Final = {**DELIVERY_STATES, **APPLICATION_STATES, **JOB_STATES, **NODE_STATES}


def chinese() -> bool:
    """Tell whether to speak Chinese: by ``GATEWAY_LANGUAGE``, else by the locale (POSIX: LC_ALL over LC_MESSAGES over LANG)."""
    for variable in ("GATEWAY_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return value.lower().startswith("zh")
    return False


def say(zh: str, en: str) -> str:
    """Give the text in the language of the person at the terminal."""
    return zh if chinese() else en


def state_word(state: str) -> str:
    """Give a state as people read it, in English its own word."""
    return _STATES[state][0] if chinese() and state in _STATES else state.replace("_", " ")


def tier_word(tier: str) -> str:
    """Give an adapter's tier as people read it."""
    return say(*TIERS.get(tier, (tier, tier)))

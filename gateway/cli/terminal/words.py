"""The language that the command speaks, and its words for states and tiers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final, Generic, TypeVarTuple

from gateway.model.code_names import APPLICATION_STATES, DELIVERY_STATES, JOB_STATES, NODE_STATES, TIERS

_Given = TypeVarTuple("_Given")

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


@dataclass(frozen=True)
class Bilingual:
    """A text in both languages. As a string it is the one that the person at the terminal reads."""

    zh: str
    en: str

    def __str__(self) -> str:
        """Give the text in that language."""
        return say(self.zh, self.en)


class Sentence(Bilingual, Generic[*_Given]):
    """A sentence with places to fill in, in both languages: ``{0}`` is the first that is given, of the first type."""

    def __call__(self, *given: *_Given) -> str:
        """Give the sentence with its places filled."""
        return str(self).format(*given)


@dataclass(frozen=True)
class BothAtOnce(Generic[*_Given]):
    """A sentence with places to fill in that is said in both languages, one after the other."""

    text: str
    then: str = ""

    def __call__(self, *given: *_Given) -> str:
        """Give the sentence with its places filled."""
        return (self.text + self.then).format(*given)


def headings(both: str) -> tuple[Bilingual, ...]:
    """Read the headings of a table: each is a word, a space and its English, with `` · `` between two."""
    return tuple(Bilingual(*one.split(" ", 1)) for one in both.split(" · "))


def state_word(state: str) -> str:
    """Give a state as people read it, in English its own word."""
    return _STATES[state][0] if chinese() and state in _STATES else state.replace("_", " ")


def tier_word(tier: str) -> str:
    """Give an adapter's tier as people read it."""
    return say(*TIERS.get(tier, (tier, tier)))

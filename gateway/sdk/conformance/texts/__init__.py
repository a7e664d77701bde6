"""Sentences of the conformance suite, zh and en: those of each file of tests are in the file of the same name here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """The demand of one test, and the remedy for an adapter that fails it."""

    zh: str
    en: str
    do_zh: str
    do: str

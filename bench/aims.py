"""What is aimed at, what it came to, and what stands in the way where it was not reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One figure. ``reached`` is none when it was not measured, or nothing was aimed at; ``else_because`` is said when it is false."""

    what: str
    wanted: str
    came: str
    reached: bool | None
    else_because: str = ""


def verdicts(aims: Sequence[Aim]) -> str:
    """The table of them, under its heading."""
    lines = ["", "### What is aimed at · 目标", "", "| | wanted | measured | | what stands in the way |", "|---|---|---|---|---|"]
    for aim in aims:
        word = {True: "reached", False: "not reached", None: ""}[aim.reached]
        because = aim.else_because if aim.reached is False else ""
        lines.append(f"| {aim.what} | {aim.wanted} | {aim.came} | {word} | {because} |")
    return "\n".join(lines) + "\n"

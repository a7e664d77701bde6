"""Aims of the bench: the aim, the figure reached, and the obstacle if it was not reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One figure. ``reached`` is None if it was not measured or had no aim, and ``else_because`` is printed if it is False."""

    what: str
    wanted: str
    came: str
    reached: bool | None
    else_because: str = ""


def verdicts(aims: Sequence[Aim]) -> str:
    """Write the table of aims under its heading."""
    lines = ["", "### What is aimed at · 目标", "", "| | wanted | measured | | what stands in the way |", "|---|---|---|---|---|"]
    for aim in aims:
        word = {True: "reached", False: "not reached", None: ""}[aim.reached]
        because = aim.else_because if aim.reached is False else ""
        lines.append(f"| {aim.what} | {aim.wanted} | {aim.came} | {word} | {because} |")
    return "\n".join(lines) + "\n"

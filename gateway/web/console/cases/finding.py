"""Cases by what somebody reads out: a number whole or in part, with spaces or without, or a department's reference."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from gateway.cases.rights import reach
from gateway.journal.read import finding
from gateway.model.identifiers import CHINA, case_number

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.model.application import Application

#: Cases that one number may lead to.
_MOST: Final = 20
#: The day and the count of a case's number, its last 12 digits or more.
_DAY_AND_COUNT: Final = re.compile(r"20\d{6}\d{4,}")
#: The same without the year, as pages show it.
_SHORT: Final = re.compile(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{4,}")
_COUNT: Final = re.compile(r"\d{1,6}")
_BETWEEN: Final = re.compile(r"[\s…]+|\.{3}")
_DASHED: Final = re.compile(r"((?:\d{4})?\d{4})[-‐‑‒–—−－](\d{4,})")  # what keyboards and copied texts have for a dash
_LONGEST: Final = 200


def squeezed(text: str) -> str:
    """Give what was typed without the spaces in it, and without the dash that pages put between day and count."""
    bare = _BETWEEN.sub("", text)[:_LONGEST]
    dashed = _DASHED.fullmatch(bare)
    return bare if dashed is None else dashed[1] + dashed[2]


async def by_number(asked: Asked, typed: str) -> list[Application]:
    """Give the cases that it may mean, among those that this person sees. A department's reference may have spaces of its own."""
    departments, references = tuple(asked.parts.departments), {squeezed(typed), typed.strip()[:_LONGEST]}
    numbers = _numbers(asked, squeezed(typed).upper())
    found = await asked.parts.insights.read(lambda c: finding.found(c, numbers, departments, references, _MOST))
    sees = reach(asked.caller)
    return [one for one in found if sees is None or sees.covers(one)]


def _numbers(asked: Asked, number: str) -> list[str]:
    """Give whole numbers that it may be the end of: what comes before the day is known for each service."""
    implementations = [one.definition.codes.implementation for one in asked.parts.catalogue.services.values()]
    if _DAY_AND_COUNT.fullmatch(number):
        return [f"{one}{number}" for one in implementations]
    today = datetime.now(UTC).astimezone(CHINA).date()
    if _SHORT.fullmatch(number):
        return [f"{one}{year}{number}" for one in implementations for year in (today.year, today.year - 1)]
    if _COUNT.fullmatch(number) and int(number):
        return [case_number(one, today, int(number)) for one in implementations]
    return [number]

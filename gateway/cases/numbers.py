"""Case numbers (办件编号): implementation code, date in Asia/Shanghai, and sequence.

They are reserved in blocks, so that gaps occur but no number is given twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.queues import numbers
from gateway.journal.writer.draft import Change, Draft
from gateway.model.identifiers import CHINA, case_number, compact

#: Numbers reserved in one commit, hence the most that a restart leaves unused.
_BLOCK = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reserve(Change[int]):
    implementation: str
    day: str

    def decide(self, draft: Draft) -> int:
        following = numbers.take_block(draft, self.implementation, self.day, _BLOCK)
        details = {"implementation": self.implementation, "day": self.day, "next": following}
        draft.audit(Entry(event="numbers_reserved", actor="gateway", details=details))
        return following - _BLOCK


class Numbers:
    """Gives numbers. A commit of its own reserves each block before its first number is used."""

    def __init__(self, write: Callable[[Change[int]], Awaitable[int]]) -> None:
        self._write = write
        self._blocks: dict[tuple[str, str], tuple[int, int]] = {}
        self._lock = asyncio.Lock()

    async def take(self, implementation: str, received_at: int) -> str:
        """Give the next number of an implementation code (31 characters) for the day of ``received_at`` (microseconds)."""
        day = datetime.fromtimestamp(received_at / 1_000_000, CHINA).date()
        name = implementation, compact(day)
        if self._blocks.get(name, (0, 0))[0] >= self._blocks.get(name, (0, 0))[1]:
            async with self._lock:
                if self._blocks.get(name, (0, 0))[0] >= self._blocks.get(name, (0, 0))[1]:
                    first = await self._write(_Reserve(implementation=implementation, day=name[1]))
                    self._blocks = {known: block for known, block in self._blocks.items() if known[1] == name[1]}
                    self._blocks[name] = first, first + _BLOCK
        following, end = self._blocks[name]
        self._blocks[name] = following + 1, end
        return case_number(implementation, day, following)

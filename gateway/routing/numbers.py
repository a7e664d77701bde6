"""办件编号: implementation code + date (Asia/Shanghai) + sequence, reserved in blocks so that gaps are allowed and none is given twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update

from gateway.journal import schema
from gateway.journal.draft import Change, Draft, Needs
from gateway.model.identifiers import case_number

SHANGHAI = ZoneInfo("Asia/Shanghai")

#: Numbers reserved in one commit; a restart leaves at most so many unused.
_BLOCK = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reserve:
    implementation: str
    day: str

    @property
    def needs(self) -> Needs:
        return Needs()

    def decide(self, draft: Draft) -> int:
        table = schema.number_block
        here = (table.c.implementation == bindparam("b_implementation"), table.c.day == bindparam("b_day"))
        names = {"b_implementation": self.implementation, "b_day": self.day}
        first = draft.connection.execute(select(table.c.next).where(*here), names).scalar_one_or_none()
        if first is None:
            draft.insert(table, {"implementation": self.implementation, "day": self.day, "next": 1 + _BLOCK})
            return 1
        draft.execute(update(table).where(*here).values(next=bindparam("b_next")), {**names, "b_next": first + _BLOCK})
        return int(first)


class Numbers:
    """Gives numbers; a block is reserved by a commit of its own before the first of it is used."""

    def __init__(self, write: Callable[[Change[int]], Awaitable[int]]) -> None:
        self._write = write
        self._blocks: dict[tuple[str, str], tuple[int, int]] = {}
        self._lock = asyncio.Lock()

    async def take(self, implementation: str, received_at: int) -> str:
        """The next number of that implementation code (31 characters) on the day of ``received_at`` (microseconds)."""
        day = datetime.fromtimestamp(received_at / 1_000_000, UTC).astimezone(SHANGHAI).date()
        name = implementation, f"{day:%Y%m%d}"
        if self._blocks.get(name, (0, 0))[0] >= self._blocks.get(name, (0, 0))[1]:
            async with self._lock:
                if self._blocks.get(name, (0, 0))[0] >= self._blocks.get(name, (0, 0))[1]:
                    first = await self._write(_Reserve(implementation=implementation, day=name[1]))
                    self._blocks = {known: block for known, block in self._blocks.items() if known[1] == name[1]}
                    self._blocks[name] = first, first + _BLOCK
        following, end = self._blocks[name]
        self._blocks[name] = following + 1, end
        return case_number(implementation, day, following)

"""A real journal beside the sample's, opened when a test makes the first account."""

from __future__ import annotations

import time
from typing import Any

from gateway.journal.store.database import open_writer
from gateway.journal.writer.draft import Change
from gateway.journal.writer.journal import Journal
from gateway.model.identifiers import new_id


class LateJournal:
    """What accounts need of a journal."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened: tuple[Journal, Any] | None = None

    def now(self) -> int:
        return time.time_ns() // 1000

    async def write(self, change: Change[Any]) -> Any:
        if self._opened is None:
            engine = open_writer(self._url)
            self._opened = Journal(engine, node=new_id(), chain="people"), engine
            await self._opened[0].open()
        return await self._opened[0].write(change)

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened[0].close()
            self._opened[1].dispose()

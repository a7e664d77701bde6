"""The reading of what people told other nodes, about once a second."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from gateway.journal.store.unavailable import DatabaseFailed

log = structlog.get_logger()

#: Seconds between readings.
_READ_AGAIN = 1.0


async def follow(read: Callable[[], Awaitable[None]], what: str) -> None:
    """Read again and again. Never returns. A failure is logged once, until a reading works again."""
    failing = False
    while True:
        await asyncio.sleep(_READ_AGAIN)
        try:
            await read()
        except DatabaseFailed as error:
            if not failing:
                log.error("journal_failed", error=f"{what} cannot be read: {type(error).__name__}")  # noqa: TRY400  # the trace tells nothing
            failing = True
        else:
            failing = False

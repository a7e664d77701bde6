"""Signs the audit's heads while it grows, to a second place outside the database and into the log."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from gateway.journal import schema
from gateway.journal.audit import ChainHead
from gateway.journal.heads import HeadSigner
from gateway.journal.journal import Journal

log = structlog.get_logger()


@asynccontextmanager
async def signing(signer: HeadSigner, journal: Journal, reader: Engine, journal_id: str, seconds: float) -> AsyncIterator[None]:
    """Sign the chains' heads every so often while they grow, and once at the end: this node's own, and what it sees of the others'."""
    signed: dict[str, int] = {}

    async def sign() -> None:
        others = [] if journal.alone else await asyncio.to_thread(_others, reader, journal.head.chain)
        grown = [head for head in (journal.head, *others) if signed.get(head.chain) != head.seq]
        if grown:
            statement = await asyncio.to_thread(signer.write, journal_id, grown, time.time_ns() // 1000)
            signed.update({head.chain: head.seq for head in grown})
            log.info("audit_head", journal=journal_id, heads=statement["heads"], signature=statement["signature"])

    async def forever() -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await sign()
            except OSError as error:
                log.error("journal_failed", error=f"the audit's heads cannot be written: {error.strerror}")  # noqa: TRY400  # the trace tells nothing
            except SQLAlchemyError as error:
                log.error("journal_failed", error=f"the audit's heads cannot be read: {type(error).__name__}")  # noqa: TRY400  # as above

    await sign()
    task = asyncio.create_task(forever(), name="heads")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        with contextlib.suppress(SQLAlchemyError):  # its own head was signed while the database could be read
            await sign()


def _others(reader: Engine, own: str) -> list[ChainHead]:
    """Where the chains of other nodes stand."""
    table = schema.chain
    with reader.connect() as connection:
        rows = connection.execute(select(table.c.id, table.c.seq, table.c.hash).where(table.c.id != own, table.c.seq > 0))
        return [ChainHead(chain=row.id, seq=row.seq, hash=row.hash) for row in rows]

"""Signs the audit's heads while it grows, to a second place outside the database and into the log; closes chains whose writers are gone."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from gateway.journal.audit import ChainHead
from gateway.journal.audit_changes import SILENT, CloseChains
from gateway.journal.heads import HeadSigner
from gateway.journal.journal import Journal
from gateway.journal.trust import Trust
from gateway.journal.unavailable import JournalUnavailable
from gateway.journal.verify import left_by

log = structlog.get_logger()

#: Seconds between an idle writer's signs of life.
_ALIVE = SILENT / 1_000_000 / 10


@asynccontextmanager
async def signing(
    signer: HeadSigner,
    journal: Journal,
    reader: Engine,
    journal_id: str,
    seconds: float,
    *,
    trust: Trust | None = None,
    close: CloseChains | None = None,
) -> AsyncIterator[None]:
    """Sign the chains' heads every so often while they grow, and once at the end: this node's own, and what it sees of the others'.

    ``trust`` says which chains of others are genuine (none: all are). ``close`` is what a node does about chains whose writers are
    gone, where there are other writers; doing it says that it lives.
    """
    signed: dict[str, int] = {}
    alive = -_ALIVE

    async def sign() -> None:
        others = [] if journal.alone else await asyncio.to_thread(_others, reader, journal.head.chain, journal_id, trust)
        grown = [head for head in (journal.head, *others) if signed.get(head.chain) != head.seq]
        if grown:
            statement = await asyncio.to_thread(signer.write, journal_id, grown, time.time_ns() // 1000)
            signed.update({head.chain: head.seq for head in grown})
            log.info("audit_head", journal=journal_id, heads=statement["heads"], signature=statement["signature"])

    async def live() -> None:
        nonlocal alive
        if close is None or time.monotonic() < alive + _ALIVE:
            return
        alive = time.monotonic()
        with contextlib.suppress(JournalUnavailable):  # said by who asked for something; the next sign comes in a minute
            if broken := await journal.write(close):
                log.error("audit_broken", problem=f"{broken} chains that ended are not as they were signed: run gateway audit verify")

    async def forever() -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await live()
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


def _others(reader: Engine, own: str, journal: str, trust: Trust | None) -> list[ChainHead]:
    """Where the open chains of other nodes stand; what is not genuine is vouched for by nobody."""
    with reader.connect() as connection:
        rows = [left for left in left_by(connection, open_only=True) if left.id != own and left.seq > 0]
    sound = [left for left in rows if trust is None or left.wrong(trust, journal, signed=False) is None]
    return [ChainHead(chain=left.id, seq=left.seq, hash=left.hash) for left in sound]

"""The signing of the audit's heads while it grows, to a place outside the database and into the log, and the end of abandoned chains."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field, replace

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from gateway.journal.audit.chains import left_by
from gateway.journal.audit.hash_chain import ChainHead
from gateway.journal.audit.heads import HeadSigner
from gateway.journal.audit.trust import Trust
from gateway.journal.store.unavailable import JournalUnavailable
from gateway.journal.verification.audit_changes import SILENT, CloseChains
from gateway.journal.writer.journal import Journal

log = structlog.get_logger()

#: Seconds between an idle writer's signs of life.
_ALIVE = SILENT / 1_000_000 / 10
#: Microseconds for which an open chain is worth a line once it was written, since nodes of an older version close none.
_LATELY = 24 * 60 * 60 * 1_000_000


@dataclass(slots=True)
class Signing:
    """Signs the chains' heads every so often while they grow, and once at the end: this node's own, and what it sees of the others'.

    ``trust`` says which chains of others are genuine (None: all are). ``close`` closes chains whose writers are gone, where there are other
    writers. Doing so also says that this node lives.
    """

    signer: HeadSigner
    journal: Journal
    reader: Engine
    journal_id: str
    seconds: float
    trust: Trust | None = None
    close: CloseChains | None = None
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None
    _signed: dict[str, int] = field(default_factory=dict)
    _alive: float = -_ALIVE
    _closes: float = field(default_factory=lambda: time.monotonic() + 2 * _ALIVE)  # others that were cut off too say first that they live

    async def __aenter__(self) -> None:
        await self._sign()
        self._task = asyncio.create_task(self._forever(), name="heads")

    async def __aexit__(self, *_: object) -> None:
        self._stopping.set()  # and not cancelled: a thread that reads goes on, with a connection that is closed under it
        if self._task is not None:
            await self._task
        with contextlib.suppress(SQLAlchemyError):  # its own head was signed while the database could be read
            await self._sign()

    async def _sign(self) -> None:
        own = self.journal.head
        others = [] if self.journal.alone else await asyncio.to_thread(_others, self.reader, own.chain, self.journal_id, self.trust)
        grown = [head for head in (own, *others) if self._signed.get(head.chain) != head.seq]
        if grown:
            statement = await asyncio.to_thread(self.signer.write, self.journal_id, grown, time.time_ns() // 1000)
            self._signed.update({head.chain: head.seq for head in grown})
            log.info("audit_head", journal=self.journal_id, heads=statement["heads"], signature=statement["signature"])

    async def _forever(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.seconds):
                    await self._stopping.wait()
                    return
            try:
                await self._live()
                await self._sign()
            except OSError as error:
                log.error("journal_failed", error=f"the audit's heads cannot be written: {error.strerror}")  # noqa: TRY400  # the trace tells nothing
            except SQLAlchemyError as error:
                log.error("journal_failed", error=f"the audit's heads cannot be read: {type(error).__name__}")  # noqa: TRY400  # as above

    async def _live(self) -> None:
        if self.close is None or time.monotonic() < self._alive + _ALIVE:
            return
        self._alive = time.monotonic()
        try:
            broken = await self.journal.write(replace(self.close, closes=self._alive >= self._closes))
        except JournalUnavailable:  # whoever asked for something is told; when the database is back, others come back to it too
            self._closes = time.monotonic() + 2 * _ALIVE
            return
        if broken:
            log.error("audit_broken", problem=f"{broken} chains that ended are not as they were signed: run gateway audit verify")


def _others(reader: Engine, own: str, journal: str, trust: Trust | None) -> list[ChainHead]:
    """Give the heads of other nodes' open chains, without those that are not genuine."""
    with reader.connect() as connection:
        since = time.time_ns() // 1000 - _LATELY
        rows = [left for left in left_by(connection, open_only=True, since=since) if left.id != own and left.seq > 0]
    sound = [left for left in rows if trust is None or left.wrong(trust, journal, signed=False) is None]
    return [ChainHead(chain=left.id, seq=left.seq, hash=left.hash) for left in sound]

"""Begin to write a journal, once its audit may be gone on with."""

from __future__ import annotations

from contextlib import AsyncExitStack

import structlog
from sqlalchemy import Engine

from gateway.auditing import Auditor
from gateway.journal import baseline
from gateway.journal.journal import Journal
from gateway.journal.key_macs import KeyMac
from gateway.journal.signing import signing
from gateway.journal.unavailable import JournalUnavailable
from gateway.routing.catalogue import Catalogue
from gateway.routing.definitions import StoreDefinitions
from gateway.routing.metrics import Metrics
from gateway.settings import Settings

log = structlog.get_logger()


async def begin_writing(
    stack: AsyncExitStack, auditor: Auditor, journal: Journal, reader: Engine, *, settings: Settings, catalogue: Catalogue, mac: KeyMac
) -> None:
    """Take the chain over, vouch for what a version before left, keep the definitions, sign from here on. Raises what writing raises."""
    await journal.open()
    await baseline.take_alone(journal.write, reader, mac, since=journal.head.seq)
    await journal.write(StoreDefinitions(catalogue=catalogue))
    await auditor.begin(journal)
    close = auditor.close(journal)
    heads = signing(auditor.signer, journal, reader, auditor.journal_id, settings.head_seconds, trust=auditor.trust, close=close)
    await stack.enter_async_context(heads)


async def write_once_accepted(
    stack: AsyncExitStack,
    auditor: Auditor,
    journal: Journal,
    reader: Engine,
    *,
    settings: Settings,
    catalogue: Catalogue,
    mac: KeyMac,
    metrics: Metrics,
) -> bool:
    """The same as soon as a person has accepted the audit; False when the gateway stops before."""
    while await auditor.accepted(journal, metrics):
        try:
            await begin_writing(stack, auditor, journal, reader, settings=settings, catalogue=catalogue, mac=mac)
        except JournalUnavailable as error:
            log.error("journal_failed", error=str(error))  # noqa: TRY400  # the trace tells nothing
        else:
            return True
    return False

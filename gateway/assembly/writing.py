"""The beginning of writing a journal, once its audit allows it."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass

import structlog

from gateway.assembly.auditing import Auditor
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.definitions import StoreDefinitions
from gateway.journal.keys.filing_keys import FilingKeys
from gateway.journal.keys.hmac_keys import KeyMac, KnowKeys
from gateway.journal.store.database import Engine
from gateway.journal.store.unavailable import JournalUnavailable
from gateway.journal.verification import baseline
from gateway.journal.verification.signing import Signing
from gateway.journal.writer.journal import Journal
from gateway.telemetry.metrics import Metrics

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A journal and all that its writing begins with. ``stack`` ends what is begun."""

    stack: AsyncExitStack
    auditor: Auditor
    journal: Journal
    reader: Engine
    keys: FilingKeys
    mac: KeyMac
    metrics: Metrics
    head_seconds: float
    catalogue: Catalogue

    async def begin(self) -> None:
        """Take over the chain, finish what a version before left, keep the definitions, sign from here on. Raises what writing raises."""
        journal, auditor = self.journal, self.auditor
        await journal.open()
        if not journal.alone:
            await journal.write(KnowKeys(keys=self.mac.secrets))
        await self.keys.begin(journal.write, self.reader)  # before the baseline, which holds keys in their kept form
        await baseline.take_alone(journal.write, self.reader, self.mac, since=journal.head.seq)
        await journal.write(StoreDefinitions(catalogue=self.catalogue))
        await auditor.begin(journal)
        close = auditor.close(journal)
        heads = Signing(auditor.signer, journal, self.reader, auditor.journal_id, self.head_seconds, trust=auditor.trust, close=close)
        await self.stack.enter_async_context(heads)

    async def begin_once_accepted(self) -> bool:
        """Begin as soon as a person has accepted the audit. False when the gateway stops first."""
        while await self.auditor.accepted(self.journal, self.metrics):
            try:
                await self.begin()
            except JournalUnavailable as error:
                log.error("journal_failed", error=str(error))  # noqa: TRY400  # the trace tells nothing
            else:
                return True
        return False

    async def upgrade(self, *, actor: str) -> int:
        """Leave the version before behind: digests of keys alone, a baseline, every chain signed. Gives the number of unsigned chains.

        Each is done once and for good. After a crash between two, ask again to go on. Raises AuditBroken, what writing raises.
        """
        journal = self.journal
        self.auditor.require_sound()
        await self.keys.complete(journal.write, actor=actor)
        await baseline.take_missing(journal.write, self.reader, self.mac, since=journal.head.seq)
        return await self.auditor.upgrade(journal, actor)

"""The beginning of writing a journal, once its audit allows it, and a person's acts on that audit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from gateway.assembly.auditing import Auditor
from gateway.cases.caller import Caller
from gateway.catalogue.catalogue import Catalogue
from gateway.catalogue.definitions import StoreDefinitions
from gateway.journal.keys.filing_keys import FilingKeys
from gateway.journal.keys.hmac_keys import KeyMac, KnowKeys
from gateway.journal.keys.said_by_nodes import KnowRevision
from gateway.journal.store.database import Engine
from gateway.journal.verification import baseline
from gateway.journal.verification.audit_changes import Accept
from gateway.journal.verification.guard import ChainProblem
from gateway.journal.verification.signing import Signing
from gateway.journal.writer.journal import Journal
from gateway.model import JsonObject
from gateway.model.errors import JournalUnavailable
from gateway.telemetry.measures import Metrics
from gateway.texts.yaml_lines import ConfigError

if TYPE_CHECKING:
    from gateway.journal.verification.findings import VerifyReport

log = structlog.get_logger()

#: Problems of chains that do not fit their signed heads: once accepted, such chains are held against a digest.
_UNFIT = frozenset({"changed", "missing", "rewritten", "cut", "accepted_changed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A journal and all that its writing begins with. ``stack`` ends what is begun. All cases of one for ``training`` are invented."""

    stack: AsyncExitStack
    auditor: Auditor
    journal: Journal
    reader: Engine
    keys: FilingKeys
    mac: KeyMac
    metrics: Metrics
    head_seconds: float
    catalogue: Catalogue
    training: bool = False

    async def begin(self) -> None:
        """Take over the chain, finish what a version before left, keep the definitions, sign from here on. Raises what writing raises."""
        journal, auditor = self.journal, self.auditor
        await journal.open()
        if not journal.alone:
            await journal.write(KnowKeys(keys=self.mac.secrets))
            await journal.write(KnowRevision())
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
            except (JournalUnavailable, ConfigError) as error:  # the latter while nodes of a version before run, which will end some time
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


class AuditActs:
    """Does a person's acts on the audit (:class:`gateway.api.http.parts.AuditPart`), one at a time."""

    def __init__(self, writing: Writing) -> None:
        self._writing, self._auditor, self._journal = writing, writing.auditor, writing.journal
        self._turn, self._verifying = asyncio.Lock(), asyncio.Lock()

    async def verify(self, *, most: int) -> VerifyReport | None:
        """Verify all of it beside the running gateway, for one who asks at a time. None where it has more than ``most`` entries.

        It takes a processor's time from what this node serves: a longer audit is for a command's process.
        """
        async with self._verifying:
            return await asyncio.to_thread(self._verified, most)

    def _verified(self, most: int) -> VerifyReport | None:
        from gateway.journal.verification.verify import longer_than, verify  # noqa: PLC0415  # as in _found

        auditor, reader = self._auditor, self._writing.reader
        if longer_than(reader, most):
            return None
        return verify(reader, auditor.heads_file, auditor.first, auditor.hmac_keys(), signed=auditor.signed())

    async def accept(self, *, reason: str, caller: Caller) -> Sequence[ChainProblem]:
        """Take the audit as it is found, with an entry and a signed line that say so. Gives the problems it had."""
        auditor, journal = self._auditor, self._journal
        async with self._turn:
            found, chains = await asyncio.to_thread(self._found)
            await journal.open()
            accept = Accept(
                **auditor.who(journal),
                problems=found.problems,
                reason=reason,
                actor=caller.actor,
                signed=auditor.signed(),
            )
            await journal.write(accept, though_held=True)
            said = {"problems": len(found.problems), "chains": chains}
            await asyncio.to_thread(auditor.signer.write, auditor.journal_id, [journal.head], time.time_ns() // 1000, accepted=said)
        log.warning("audit_accepted", problems=len(found.problems), actor=caller.actor)
        auditor.may_look.set()
        return found.problems

    def _found(self) -> tuple[VerifyReport, list[JsonObject]]:
        from gateway.journal.verification.verify import standing, verify  # noqa: PLC0415  # a gateway serves without them until it is asked

        auditor = self._auditor
        report = verify(self._writing.reader, auditor.heads_file, auditor.first, signed=auditor.signed())
        unfit = [chain.chain for chain in report.chains if chain.problem is not None and chain.problem.kind in _UNFIT]
        with self._writing.reader.connect() as connection:
            return report, [standing(connection, chain) for chain in unfit]

    async def upgrade(self, *, caller: Caller) -> int:
        """Leave the version before behind, for good. Gives the number of chains that its nodes left unsigned."""
        async with self._turn:
            done = await self._writing.upgrade(actor=caller.actor)
            await self._sign()
            return done

    async def hand_over(self, *, caller: Caller) -> Mapping[str, str]:
        """Let a new key sign from here on, by the old one's word. After a crash in between the next start goes on from there."""
        async with self._turn:
            said = await self._auditor.hand_over(self._journal, caller.actor)
            await self._sign()
            return said

    async def _sign(self) -> None:
        await asyncio.to_thread(self._auditor.signer.write, self._auditor.journal_id, [self._journal.head], time.time_ns() // 1000)

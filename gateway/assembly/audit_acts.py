"""A person's acts on the audit of a running gateway."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import structlog

from gateway.assembly.writing import Writing
from gateway.cases.caller import Caller
from gateway.journal.verification.audit_changes import Accept
from gateway.journal.verification.guard import ChainProblem
from gateway.model import JsonObject

if TYPE_CHECKING:
    from gateway.journal.verification.findings import VerifyReport

log = structlog.get_logger()

#: Problems of chains that do not fit their signed heads: once accepted, such chains are held against a digest.
_UNFIT = frozenset({"changed", "missing", "rewritten", "cut", "accepted_changed"})


class AuditActs:
    """Does a person's acts on the audit (:class:`gateway.api.http.parts.AuditPart`), one at a time."""

    def __init__(self, writing: Writing) -> None:
        self._writing, self._auditor, self._journal = writing, writing.auditor, writing.journal
        self._turn = asyncio.Lock()

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

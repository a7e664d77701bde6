"""The audit of a running gateway: whether writing may go on from it, and what a person can do about it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

from gateway.installation.secrets import Secrets
from gateway.installation.settings import Settings
from gateway.journal.audit.heads import HeadSigner
from gateway.journal.audit.trust import ChainSigner, Trust, handover, handovers, public_text
from gateway.journal.store.database import DatabaseRefused, Engine
from gateway.journal.store.schema import JOURNAL_ID, SIGNED_SINCE
from gateway.journal.store.unavailable import AuditBroken, DatabaseFailed
from gateway.journal.verification.audit_changes import CloseChains, HandOver, Upgrade
from gateway.journal.verification.guard import ChainProblem, all_chains, examine
from gateway.journal.writer.journal import Journal
from gateway.model import JsonObject
from gateway.telemetry.measures import Metrics
from gateway.texts.yaml_lines import ConfigError, ConfigProblem

log = structlog.get_logger()

#: Seconds between two looks at an audit that forbids to go on: it may have been accepted on another node.
_LOOK_AGAIN = 5.0


class Auditor:
    """Signs one journal's audit, forbids to go on from a forged one, and does a person's acts on it."""

    def __init__(self, settings: Settings, secrets: Secrets, facts: Mapping[str, str], writer: Engine) -> None:
        """Take the keys. ``facts`` are the journal's about itself.

        Raises ConfigError: the signing key is missing, or is not one that signs this audit. Raises OSError.
        """
        self._secrets, self._writer = secrets, writer
        self.journal_id = facts[JOURNAL_ID]
        self.heads_file = settings.heads_file
        self.first = secrets.first_key()
        told = handovers(facts)
        self._untold = [one for one in secrets.handovers() if one not in told]  # the journal is of an older backup
        said = [*told, *self._untold]
        self.trust = Trust(self.first, said)
        key = secrets.take_next_key(public_text(self.trust.latest), said) or secrets.signing_key(make=False)
        if not self.trust.knows(key.public_key()):
            detail = "audit-signing-key.pem is not the key that the audit was signed with: put the right file back"
            raise ConfigError([ConfigProblem(str(settings.secrets_folder), 0, "", detail)])
        self.chain_signer = ChainSigner(self.journal_id, key)
        self.all_signed = SIGNED_SINCE in facts
        self.signer = HeadSigner(key, settings.heads_file, all_signed=self.all_signed, keys=said)
        self.problem: ChainProblem | None = None
        self.may_look = asyncio.Event()  # it was accepted here
        self._stopping = asyncio.Event()

    def require_genuine(self, backup: Path) -> None:
        """Hold a backup that was loaded from this file against its signatures, before anything is written after it. Raises DatabaseRefused.

        A backup from before all was signed has none.
        """
        if (problem := all_chains(self._writer, self.first)) is not None:
            detail = f"the backup is not what was signed: {problem.en}. Take another; nothing of this one was gone on from"
            raise DatabaseRefused("forged", str(backup), detail)

    async def look(self, journal: Journal, metrics: Metrics) -> bool:
        """Examine the audit before anything is written, and hold the journal when it is forged. True when all is well."""
        before = self.problem
        self.problem = await asyncio.to_thread(examine, self._writer, self.heads_file, self.first, signed=self.signed())
        metrics.audit_broken.set(self.problem is not None)
        if self.problem is not None and self.problem != before:
            log.error("audit_broken", problem=self.problem.en)
            journal.hold(f"the audit is not what was signed: {self.problem.en}")
        return self.problem is None

    async def accepted(self, journal: Journal, metrics: Metrics) -> bool:
        """Wait until somebody accepts the audit, here or on another node, so that writing may go on from it.

        False when :meth:`stop` came first.
        """
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_AGAIN):
                    await self.may_look.wait()
            self.may_look.clear()
            try:
                if not self._stopping.is_set() and await self.look(journal, metrics):
                    journal.hold(None)
                    return True
            except (DatabaseFailed, OSError) as error:
                log.error("journal_failed", error=f"the audit cannot be read: {type(error).__name__}")  # noqa: TRY400  # the trace tells nothing
        return False

    def stop(self) -> None:
        """End the wait. A look that is under way comes to its end first: a thread that reads cannot be cancelled."""
        self._stopping.set()
        self.may_look.set()

    async def begin(self, journal: Journal) -> None:
        """Sign all of it from here on, where this is the only writer, and keep the key that its proof begins with."""
        await self._tell(journal)
        if self.all_signed:
            await asyncio.to_thread(self._keep)
        elif journal.alone:
            await self.upgrade(journal, "gateway")

    async def upgrade(self, journal: Journal, actor: str) -> int:
        """Sign unsigned chains and give their number. From here on a chain without a signature is forged."""
        self.require_sound()
        await self._tell(journal)
        done = await journal.write(Upgrade(**self.who(journal), actor=actor))
        self.all_signed = True
        await asyncio.to_thread(self._keep)
        return done

    async def _tell(self, journal: Journal) -> None:
        """Tell the journal of handovers that it does not know yet."""
        while self._untold:
            await journal.write(HandOver(**self.who(journal), said=self._untold[0], actor="gateway"))
            self._untold.pop(0)

    async def hand_over(self, journal: Journal, actor: str) -> Mapping[str, str]:
        """Make a key, and let it sign once the old one has said so: in the heads, then in the journal, then in the secrets."""
        self.require_sound()
        new = await asyncio.to_thread(self._secrets.next_key)
        said = handover(self.chain_signer.key, new.public_key())
        keys = [*self.signer.keys, said]
        await asyncio.to_thread(self.signer.write, self.journal_id, [journal.head], time.time_ns() // 1000, keys=keys)
        await journal.write(HandOver(**self.who(journal), said=said, actor=actor))
        await asyncio.to_thread(self._secrets.take_next_key, said["new"], keys)
        self.trust.follow(said)
        self.chain_signer.key = self.signer.key = new
        self.signer.keys = keys
        return said

    def require_sound(self) -> None:
        """Raise AuditBroken when the next signed line would hide a problem of those before it."""
        if self.problem is not None:
            raise AuditBroken(self.problem.en)

    def signed(self) -> bool:
        """Tell whether a chain without a signature is forged."""
        return self.all_signed or self._secrets.public_key() is not None

    def hmac_keys(self) -> Sequence[bytes]:
        """Give the keys of commitments that the installation has had. Raises ConfigError."""
        return self._secrets.kept_hmac_keys()

    def who(self, journal: Journal) -> JsonObject:
        """Give the arguments that each change of the audit needs."""
        return {"chain_signer": self.chain_signer, "first": self.first, "own": journal.head.chain}

    def _keep(self) -> None:
        self.signer.all_signed = True
        try:
            self._secrets.keep_public_key()
        except ConfigError as error:  # a read-only folder: without the file only the heads find a stripped signature
            log.warning("audit_public_key_not_kept", error=str(error))

    def close(self, journal: Journal) -> CloseChains | None:
        """Give the change that closes chains whose writers are gone, none where there are no other writers."""
        return None if journal.alone else CloseChains(**self.who(journal))

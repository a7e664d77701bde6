"""Puts the parts of a restore together: the proven file, the empty journal, the seam, the signed heads."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack

from gateway.assembly.app import Installation, say_awaited
from gateway.assembly.auditing import Auditor
from gateway.assembly.interface import broken
from gateway.cases.casework import Casework, mac_by
from gateway.cases.seam import Finish, make_seam
from gateway.departments.limits import Permits
from gateway.installation.identity import same_secrets
from gateway.journal.audit.chains import own_chain
from gateway.journal.audit.hash_chain import ChainHead
from gateway.journal.backup.backup import Progress
from gateway.journal.backup.proof import Backup
from gateway.journal.backup.restore import gone, known_heads, load, put_heads
from gateway.journal.keys.filing_keys import FilingKeys
from gateway.journal.keys.hmac_keys import HmacKeys
from gateway.journal.store.database import DatabaseRefused, Lock, open_reader, open_writer
from gateway.journal.store.file_lock import Role
from gateway.journal.writer.journal import Journal
from gateway.model import Details
from gateway.model.identifiers import new_id
from gateway.model.os_user import own_actor


async def restore(installation: Installation, backup: Backup, tell: Progress) -> dict[str, int]:
    """Restore a proven backup into this installation's empty journal. Gives the deliveries in doubt by state.

    It writes rows, then the seam, then signed heads, and only then may a gateway start on it. Raises DatabaseRefused, ConfigError, OSError.
    """
    settings, secrets = installation.settings, installation.secrets
    if problems := broken(installation.departments):
        detail = (
            f"all that may have gone to a department that is not there waits for a person: put it right or disable it first ({problems})"
        )
        raise DatabaseRefused("departments", str(settings.config), detail)
    secrets.signing_key(make=False)  # before anything is made
    hmac_keys = same_secrets(backup.facts, secrets, settings)
    url, heads_file = settings.database_url, settings.heads_file
    known = known_heads(heads_file, secrets.first_key(), backup)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    async with AsyncExitStack() as stack:
        await asyncio.to_thread(stack.enter_context, Lock(url, Role.COMMAND, settings.lock_seconds, say_awaited))
        await asyncio.to_thread(load, url, backup, tell)
        await asyncio.to_thread(put_heads, heads_file, backup)
        writer, reader = open_writer(url), open_reader(url)
        stack.callback(writer.dispose)
        stack.callback(reader.dispose)
        node = new_id()
        chain = own_chain(writer, backup.journal, node)  # as a gateway goes on with it
        auditor = await asyncio.to_thread(Auditor, settings, secrets, backup.facts, writer)
        await asyncio.to_thread(auditor.require_genuine, backup.file)
        journal = Journal(writer, node=node, chain=chain, chain_signer=auditor.chain_signer)
        await journal.open()
        stack.push_async_callback(journal.close)
        chains = [dict(head) for head in backup.chains]
        details: Details = {"sha256": backup.sha256, "tables": dict(backup.tables), "chains": chains, "gone": gone(known, backup)}
        casework = _casework(installation, hmac_keys)
        doubted = await make_seam(journal.write, reader, casework, taken_at=backup.taken_at, details=details, tell=tell)
        reached = {head["chain"]: ChainHead(**head) for head in chains} | {chain: journal.head}
        said = {"taken_at": backup.taken_at, "heads": chains}
        await auditor.upgrade(journal, own_actor())  # nobody writes it now, whoever wrote it before
        reached[chain] = journal.head
        await asyncio.to_thread(auditor.signer.write, backup.journal, reached.values(), time.time_ns() // 1000, restored=said)
        await journal.write(Finish())
    return doubted


def _casework(installation: Installation, hmac_keys: HmacKeys) -> Casework:
    """Make the casework that judges the deliveries and sends nothing."""
    departments = installation.departments
    permits = Permits({name: one.config.limits for name, one in departments.items()})
    return Casework(
        catalogue=installation.catalogue,
        departments=departments,
        permits=permits,
        mac=mac_by(hmac_keys),
        keys=FilingKeys.of(hmac_keys),
    )

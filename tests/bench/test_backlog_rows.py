"""The backlog of the bench is one that the gateway could have left."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from sqlalchemy import func, select

from bench.backlog_rows import fill
from bench.node import installation
from gateway.assembly.app import running
from gateway.cases.casework import mac_by
from gateway.installation.secrets import Secrets
from gateway.journal.store import schema
from gateway.journal.store.database import open_reader
from gateway.journal.verification.verify import verify
from tests.ports import free_ports


async def test_a_filled_journal_verifies_and_its_work_is_taken(tmp_path: Path) -> None:
    made = installation(tmp_path / "var", free_ports(5))
    async with running(made, dispatch=False, serve=False):
        pass
    secrets = Secrets(made.settings.secrets_folder)
    await asyncio.to_thread(fill, tmp_path / "var/gateway.db", 30, mac_by(secrets.hmac_key()), secrets.signing_key())
    async with running(made, dispatch=False, serve=False) as gateway:
        views = await gateway.parts.insights.departments(["stub_1"])
        assert sum(views["stub_1"].open.values()) == 30
    reader = open_reader(made.settings.database_url)
    found = verify(reader, made.settings.heads_file, secrets.signing_key().public_key(), secrets.hmac_key())
    with reader.connect() as connection:
        details = connection.execute(select(schema.audit.c.details).where(schema.audit.c.application_id.is_not(None)).limit(1)).scalar_one()
        assert connection.execute(select(func.count()).select_from(schema.payload)).scalar_one() == 30
    reader.dispose()
    assert json.loads(details)["application"] == "in_progress"
    assert found.ok, found

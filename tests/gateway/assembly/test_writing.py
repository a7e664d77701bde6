"""A journal of the version before is left behind as a whole: its keys, what no entry tells of, its unsigned chains."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import insert, select, update

from gateway.installation import identity
from gateway.installation.secrets import Secrets
from gateway.installation.settings import Settings, load_settings
from gateway.journal.store import schema
from gateway.journal.store.database import migrate, open_reader, open_writer
from gateway.journal.verification import baseline
from gateway.journal.verification.verify import verify
from gateway.model.identifiers import new_id
from gateway.texts.yaml_lines import ConfigError
from tests.faults.installation import ROOT, sample
from tests.gateway.assembly.test_auditing import opened
from tests.ports import free_ports

#: A key that is somebody's number.
KEY = "500152199001010018"


@pytest.fixture
def settings(postgres_url: str, tmp_path: Path) -> Settings:
    """Only on PostgreSQL nodes of two versions can be beside each other."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    return load_settings(
        config=tmp_path / "config", data=tmp_path / "var", database=postgres_url, port=0, sandbox_port=free_ports(5) - 1, head_seconds=0.05
    )


async def filed(session: aiohttp.ClientSession) -> str:
    headers = {"Idempotency-Key": KEY}
    async with session.post("/v1/applications", json=sample("passport"), headers=headers) as answer:
        assert answer.status == 202, await answer.text()
        return str((await answer.json())["id"])


def stands(settings: Settings) -> tuple[list[str], bool, bool]:
    """The keys as they are kept, whether there is a baseline, whether the audit verifies."""
    secrets, reader = Secrets(settings.secrets_folder), open_reader(settings.database_url)
    try:
        with reader.connect() as connection:
            keys = list(connection.execute(select(schema.idempotency.c.key)).scalars())
            vouched = baseline.vouched(connection)
        report = verify(reader, settings.heads_file, secrets.first_key(), secrets.hmac_key(), signed=secrets.public_key() is not None)
        return keys, vouched, report.ok
    finally:
        reader.dispose()


async def nothing(*_: Any, **__: Any) -> None:
    """Take no baseline."""


async def test_one_command_turns_keys_vouches_and_signs_and_again_it_changes_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(identity, "DIGESTED", "unknown_to_the_version_before")
        before.setattr(baseline, "take_alone", nothing)
        async with opened(settings) as session:
            case = await filed(session)
    assert stands(settings) == ([KEY], False, True)
    async with opened(settings) as session:
        assert await filed(session) == case, "beside the version before a key is found in either form"
        assert stands(settings)[:2] == ([KEY], False)
        for _ in range(2):
            async with session.post("/v1/audit/upgrade") as answer:
                assert answer.status == 200
            [key], vouched, sound = stands(settings)
            assert (key.startswith("§"), vouched, sound) == (True, True, True)
        assert await filed(session) == case


async def test_beside_an_older_node_a_start_with_parties_is_refused_and_says_why(settings: Settings) -> None:
    migrate(settings.database_url)
    now = time.time_ns() // 1000
    older: dict[str, Any] = {"id": new_id(), "host": "h", "process": 1, "roles": "api", "version": "0", "started_at": now, "seen_at": now}
    writer = open_writer(settings.database_url)
    with writer.begin() as connection:
        connection.execute(insert(schema.node), older)
    with pytest.raises(ConfigError, match="until every node is new") as refused:
        async with opened(settings):
            pass
    codes = ("company-start", "house-transfer", "housing-holdings", "newlywed", "passport", "retirement")
    named = {problem.file for problem in refused.value.problems}
    assert named == {f"services/{code}.yaml" for code in codes}
    assert older["id"] in str(refused.value)

    with writer.begin() as connection:
        connection.execute(update(schema.node).values(left_at=now))
    async with opened(settings) as session:
        assert await filed(session)
    writer.dispose()


async def test_groups_wait_for_a_node_of_the_version_before_and_begin_when_it_is_gone(settings: Settings) -> None:
    chain = schema.chain
    async with opened(settings) as session:
        writer = open_writer(settings.database_url)
        with writer.begin() as connection:
            row = {"id": new_id(), "node": "older", "batch": 0, "seq": 0, "hash": "0" * 64, "seen_at": 1, "closed_at": None}
            connection.execute(chain.insert(), row)
        wanted = {"role": "front-end", "name": "window 3", "group": "hall"}
        async with session.post("/v1/keys", json=wanted, headers={"Accept-Language": "en"}) as answer:
            assert answer.status == 409
            assert "older" in (await answer.json())["detail"]
        async with session.post("/v1/keys", json={**wanted, "group": None}) as answer:
            assert answer.status == 201, "without a group there is nothing that an older node would leave out"
            alone = (await answer.json())["id"]
        with writer.begin() as connection:
            connection.execute(chain.delete().where(chain.c.node == "older"))
        async with session.post(f"/v1/keys/{alone}/group", json={"group": "hall"}) as answer:
            assert (answer.status, (await answer.json())["group"]) == (200, "hall")
        with writer.connect() as connection:
            events = connection.execute(select(schema.audit.c.event).where(schema.audit.c.event.in_(("groups_begun", "key_joined"))))
            assert sorted(events.scalars()) == ["groups_begun", "key_joined"]
        writer.dispose()
    assert stands(settings)[2]

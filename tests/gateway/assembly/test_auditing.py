"""A gateway goes on from no audit that was forged, until a person has accepted it; and from every one that was only interrupted."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import delete, insert, update
from structlog.testing import capture_logs

from gateway.assembly.app import install, running
from gateway.installation.secrets import Secrets
from gateway.installation.settings import Settings, load_settings
from gateway.journal.store import schema
from gateway.journal.store.database import DatabaseRefused, open_reader, open_writer
from gateway.journal.verification.findings import VerifyReport
from gateway.journal.verification.verify import verify
from gateway.texts.yaml_lines import ConfigError
from tests.faults.installation import ROOT, sample
from tests.gateway.journal.empty import empty
from tests.gateway.journal.forger import forge
from tests.patience import within
from tests.ports import free_ports

_POSTGRES = pytest.mark.slow("starts a gateway a few times in each test; SQLite stays, and test_writing.py on PostgreSQL")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=_POSTGRES)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """An installation on each store; its gateway has run twice, so that on PostgreSQL there are two chains."""
    given: dict[str, Any] = {}
    if request.param == "postgresql":
        given["database"] = request.getfixturevalue("postgres_url")
    else:
        empty(tmp_path / "var" / "gateway.db")
    shutil.copytree(ROOT / "config", tmp_path / "config")
    sandbox_port = free_ports(5) - 1
    return load_settings(config=tmp_path / "config", data=tmp_path / "var", port=0, sandbox_port=sandbox_port, head_seconds=0.05, **given)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[aiohttp.ClientSession]:
    """A gateway that sends nothing to departments, over its socket."""
    async with (
        running(install(settings), dispatch=False, serve=False),
        aiohttp.ClientSession("http://gateway", connector=aiohttp.UnixConnector(str(settings.socket))) as session,
    ):
        yield session


async def asked(session: aiohttp.ClientSession, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    headers = {"Idempotency-Key": path + os.urandom(4).hex()} if path == "/v1/applications" else {}
    async with session.request(method, path, json=body, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def made_key(session: aiohttp.ClientSession) -> int:
    return (await asked(session, "POST", "/v1/keys", {"role": "auditor", "name": "x"}))[0]


async def filled(settings: Settings) -> None:
    for _ in range(2):
        async with opened(settings) as session:
            assert await made_key(session) == 201
            assert await made_key(session) == 201


def verified(settings: Settings) -> VerifyReport:
    secrets = Secrets(settings.secrets_folder)
    reader = open_reader(settings.database_url)
    try:
        return verify(reader, settings.heads_file, secrets.first_key(), secrets.hmac_key(), signed=secrets.public_key() is not None)
    finally:
        reader.dispose()


def kinds(settings: Settings) -> set[str]:
    return {problem.kind for problem in verified(settings).problems}


@pytest.mark.parametrize(("heads", "strip"), [("rewritten", False), ("rewritten", True), ("gone", False), ("gone", True), ("whole", False)])
async def test_a_forgery_is_found_before_and_after_a_start_which_writes_nothing(settings: Settings, heads: str, *, strip: bool) -> None:
    await filled(settings)
    assert verified(settings).ok
    kept = settings.heads_file.read_bytes()
    forge(settings.database_url, settings.heads_file, strip=strip)
    if heads == "gone":
        shutil.rmtree(settings.heads_file.parent)
    elif heads == "whole":
        settings.heads_file.write_bytes(kept)
    before = kinds(settings)
    assert before & {"row_forged", "unsigned", "unmarked", "rewritten"}
    with capture_logs() as logs:
        async with opened(settings) as session:
            status, ready = await asked(session, "GET", "/readyz")
            assert (status, ready["checks"]["journal"]) == (503, "audit_broken")
            assert "gateway audit accept" in ready["checks"]["audit"]
            assert await made_key(session) == 503
            assert (await asked(session, "POST", "/v1/applications", sample("passport")))[0] == 503
            assert (await asked(session, "GET", "/v1/keys"))[0] == 200, "reads go on"
            for act in ("key", "upgrade"):
                assert (await asked(session, "POST", f"/v1/audit/{act}"))[0] == 503
            async with session.get("/metrics") as answer:
                assert 'gateway_audit_broken{scope="node"} 1.0' in await answer.text()
    assert any(line["event"] == "audit_broken" for line in logs)
    assert kinds(settings) == before, "a start signs nothing of it"


async def test_what_a_person_accepts_is_an_entry_and_shown_ever_after(settings: Settings) -> None:
    await filled(settings)
    forge(settings.database_url, settings.heads_file)
    async with opened(settings) as session:
        assert (await asked(session, "POST", "/v1/audit/acceptance", {"reason": " "}))[0] == 422
        status, said = await asked(session, "POST", "/v1/audit/acceptance", {"reason": "looked into"})
        assert status == 200
        assert {problem["kind"] for problem in said["problems"]} >= {"row_forged", "heads_forged"}
        async with within():
            while (await asked(session, "GET", "/readyz"))[0] != 200:  # noqa: ASYNC110  # it goes on by itself
                await asyncio.sleep(0.01)
        assert await made_key(session) == 201
        _, audit = await asked(session, "GET", "/v1/audit?event=audit_accepted")
        assert audit["items"][0]["details"]["count"] == len(said["problems"])
        assert "looked" not in str(audit)
    report = verified(settings)
    assert report.ok, report.problems
    assert [note.problems for note in report.accepted] == [len(said["problems"])]
    async with opened(settings) as session:
        assert await made_key(session) == 201
    assert verified(settings).ok
    forge(settings.database_url, settings.heads_file, actor="a third")
    assert not verified(settings).ok, "what was accepted once is held against what it was then"


async def test_entries_that_do_not_fit_are_accepted_as_they_stand_and_no_further(settings: Settings) -> None:
    await filled(settings)

    def change(event: str) -> None:
        writer = open_writer(settings.database_url)
        with writer.begin() as connection:
            connection.execute(update(schema.audit).where(schema.audit.c.seq == 1).values(event=event))
        writer.dispose()

    change("another")
    assert kinds(settings) == {"changed"}
    async with opened(settings) as session:
        assert await made_key(session) == 201, "what lies deep is for verifying to find"
        assert (await asked(session, "POST", "/v1/audit/acceptance", {"reason": "looked into"}))[0] == 200
        assert await made_key(session) == 201
    report = verified(settings)
    assert report.ok, report.problems
    assert report.accepted[0].chains
    change("a third")
    assert "accepted_changed" in kinds(settings)


async def test_a_new_node_with_an_empty_log_folder_goes_on(settings: Settings) -> None:
    await filled(settings)
    shutil.rmtree(settings.heads_file.parent)
    async with opened(settings) as session:
        assert await made_key(session) == 201
    assert verified(settings).ok


async def test_an_older_copy_is_not_gone_on_from(settings: Settings) -> None:
    await filled(settings)
    writer = open_writer(settings.database_url)
    with writer.begin() as connection:
        chain, entry = schema.chain, schema.audit
        rows = [dict(row) for row in connection.execute(chain.select()).mappings()]
    writer.dispose()
    async with opened(settings) as session:
        assert await made_key(session) == 201
    writer = open_writer(settings.database_url)
    with writer.begin() as connection:  # as a snapshot of the server would: rows that were genuine then
        connection.execute(delete(schema.chain))
        connection.execute(insert(schema.chain), rows)
        for row in rows:
            connection.execute(delete(entry).where(entry.c.chain == row["id"], entry.c.seq > row["seq"]))
        known = [row["id"] for row in rows]
        connection.execute(delete(entry).where(entry.c.chain.not_in(known)))
    writer.dispose()
    async with opened(settings) as session:
        assert await made_key(session) == 503
    assert "cut" in kinds(settings)


async def test_an_emptied_meta_is_no_new_journal(settings: Settings) -> None:
    await filled(settings)
    writer = open_writer(settings.database_url)
    with writer.begin() as connection:
        connection.execute(delete(schema.meta))
    writer.dispose()
    with pytest.raises(DatabaseRefused, match="no new journal"):
        await running(install(settings), dispatch=False, serve=False).__aenter__()
    assert "no_identity" in kinds(settings)


async def test_a_lost_signing_key_is_never_replaced_silently(settings: Settings) -> None:
    await filled(settings)
    key = settings.secrets_folder / "audit-signing-key.pem"
    key.unlink()
    assert verified(settings).ok, "the public key is enough"
    with pytest.raises(ConfigError, match="--lost-key"):
        await running(install(settings), dispatch=False, serve=False).__aenter__()
    assert not key.exists()
    Secrets(settings.secrets_folder).lost_signing_key()
    async with opened(settings) as session:
        assert await made_key(session) == 503
        assert (await asked(session, "POST", "/v1/audit/acceptance", {"reason": "the disk broke"}))[0] == 200
    report = verified(settings)
    assert report.ok, report.problems
    assert len(report.accepted) == 1


async def test_another_signing_key_is_refused(settings: Settings, tmp_path: Path) -> None:
    await filled(settings)
    Secrets(tmp_path / "others").signing_key()
    shutil.copy(tmp_path / "others" / "audit-signing-key.pem", settings.secrets_folder)
    with pytest.raises(ConfigError, match="put the right file back"):
        await running(install(settings), dispatch=False, serve=False).__aenter__()


async def test_a_key_is_handed_over_and_the_first_still_verifies(settings: Settings) -> None:
    await filled(settings)
    first = Secrets(settings.secrets_folder).signing_key()
    for _ in range(2):
        async with opened(settings) as session:
            assert (await asked(session, "POST", "/v1/audit/key"))[0] == 200
            assert await made_key(session) == 201
    assert verified(settings).ok
    assert Secrets(settings.secrets_folder).signing_key().private_bytes_raw() != first.private_bytes_raw()
    async with opened(settings) as session:
        assert await made_key(session) == 201
    report = verified(settings)
    assert report.ok, report.problems
    forge(settings.database_url, settings.heads_file)
    assert not verified(settings).ok


@pytest.mark.parametrize("after", ["the key was made", "the journal knew"])
async def test_a_handover_that_was_interrupted_is_gone_on_from(settings: Settings, monkeypatch: pytest.MonkeyPatch, after: str) -> None:
    await filled(settings)
    with monkeypatch.context() as patch:

        def died(*_: object) -> None:
            raise ConfigError([])

        if after == "the key was made":
            patch.setattr("gateway.assembly.auditing.handover", died)
        else:
            patch.setattr(Secrets, "take_next_key", lambda *_: None)
        async with opened(settings) as session:
            await asked(session, "POST", "/v1/audit/key")
    for _ in range(2):
        async with opened(settings) as session:
            assert await made_key(session) == 201
    assert verified(settings).ok
    assert (settings.secrets_folder / "audit-handovers.json").exists() is (after == "the journal knew")


async def test_a_journal_from_before_is_signed_when_its_only_writer_opens_it_or_somebody_says_so(settings: Settings) -> None:
    await filled(settings)
    writer = open_writer(settings.database_url)
    with writer.begin() as connection:
        connection.execute(update(schema.chain).values(signature=None))
        connection.execute(delete(schema.meta).where(schema.meta.c.key == "audit_signed"))
    writer.dispose()
    (settings.secrets_folder / "audit-public-key.pem").unlink()
    heads = [line for line in settings.heads_file.read_bytes().splitlines() if b'"signed"' not in line]
    assert heads == []
    shutil.rmtree(settings.heads_file.parent)
    assert kinds(settings) == {"heads_missing"}, "a version before signed no chains"
    async with opened(settings) as session:
        assert await made_key(session) == 201
        if settings.database is not None:
            assert verified(settings).ok
            assert not (settings.secrets_folder / "audit-public-key.pem").exists()
            assert (await asked(session, "POST", "/v1/audit/upgrade")) == (200, {"chains": 2})
            assert (await asked(session, "POST", "/v1/audit/upgrade")) == (200, {"chains": 0})
    assert (settings.secrets_folder / "audit-public-key.pem").exists()
    assert verified(settings).ok
    writer = open_writer(settings.database_url)
    with writer.begin() as connection:
        connection.execute(update(schema.chain).values(signature=None))
    writer.dispose()
    assert "unsigned" in kinds(settings)
    async with opened(settings) as session:
        assert await made_key(session) == 503

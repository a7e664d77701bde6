"""Heads are signed at the start, while the chains grow and at the end. A place that cannot be written is an alarm and no end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, insert
from structlog.testing import capture_logs

from gateway.journal.audit.hash_chain import GENESIS, ChainHead
from gateway.journal.audit.heads import HeadSigner
from gateway.journal.audit.trust import ChainSigner, Trust
from gateway.journal.store import schema
from gateway.journal.store.database import open_reader
from gateway.journal.verification.audit_changes import CloseChains
from gateway.journal.verification.heads_read import read_heads
from gateway.journal.verification.signing import Signing
from gateway.journal.writer.journal import Journal
from tests.gateway.journal.small import column, engine, notes, opened
from tests.patience import within

OFTEN = 0.01


@pytest.fixture
async def journal(store_url: str) -> AsyncIterator[tuple[Engine, Journal, Engine]]:
    writer, made = engine(store_url), None
    reader = open_reader(store_url)
    made = opened(writer)
    await made.open()
    yield writer, made, reader
    await made.close()
    reader.dispose()
    writer.dispose()


class Signer(HeadSigner):
    """A signer that tells when it has signed so much of a chain. It refuses to while it is ``broken``."""

    def __init__(self, path: Path) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.path = path
        self.broken = False
        self.refused = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        super().__init__(self.key, path)

    def write(self, *told: Any, **more: Any) -> dict[str, Any]:
        if self.broken:
            self._loop.call_soon_threadsafe(self.refused.set)
            raise OSError(28, "No space left on device")
        return super().write(*told, **more)

    def signed(self) -> list[dict[str, int]]:
        """Give the contents of each statement, by chain."""
        return [{head["chain"]: head["seq"] for head in orjson.loads(line)["heads"]} for line in self.path.read_bytes().splitlines()]

    async def until(self, chain: str, seq: int) -> None:
        async with within():
            while not any(one.get(chain) == seq for one in self.signed()):  # noqa: ASYNC110  # a file tells nobody when it grows
                await asyncio.sleep(OFTEN)


async def test_it_signs_at_the_start_as_it_grows_and_at_the_end(journal: tuple[Engine, Journal, Engine], tmp_path: Path) -> None:
    _, made, reader = journal
    signer = Signer(tmp_path / "heads")
    async with Signing(signer, made, reader, "j", OFTEN):
        assert signer.signed() == [{"chain": 0}]
        await made.write(notes("one"))
        await signer.until("chain", 1)
    async with Signing(signer, made, reader, "j", 3600):
        await made.write(notes("two"))
    assert signer.signed()[-1] == {"chain": 2}
    assert len(signer.signed()) <= 5, "what has not grown is not signed again"
    heads = read_heads(signer.path, Trust(signer.key.public_key()), "j")
    assert heads.problem is None
    assert dict(heads.by_chain["chain"])[2] == made.head.hash


async def test_on_a_shared_store_it_signs_the_others_chains_too(journal: tuple[Engine, Journal, Engine], tmp_path: Path) -> None:
    writer, made, reader = journal
    signer = Signer(tmp_path / "heads")
    head = ChainHead(chain="of-another", seq=7, hash="f" * 64)
    with writer.begin() as connection:
        row = {"id": head.chain, "node": "n-2", "batch": 3, "seq": head.seq, "hash": head.hash, "seen_at": time.time_ns() // 1000}
        connection.execute(insert(schema.chain), row)
    async with Signing(signer, made, reader, "j", 3600):
        pass
    assert any("of-another" in one for one in signer.signed()) is not made.alone


async def test_where_it_cannot_be_written_it_says_so_and_goes_on(journal: tuple[Engine, Journal, Engine], tmp_path: Path) -> None:
    _, made, reader = journal
    signer = Signer(tmp_path / "heads")
    with capture_logs() as logs:
        async with Signing(signer, made, reader, "j", OFTEN):
            signer.broken = True
            await made.write(notes("one"))
            async with within():
                await signer.refused.wait()
            signer.broken = False
            await signer.until("chain", 1)
    said = [line["error"] for line in logs if line["event"] == "journal_failed"]
    assert said
    assert set(said) == {"the audit's heads cannot be written: No space left on device"}


async def test_it_says_that_it_lives_and_closes_chains_whose_writers_are_gone(
    journal: tuple[Engine, Journal, Engine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, made, reader = journal
    signer = Signer(tmp_path / "heads")
    monkeypatch.setattr("gateway.journal.verification.signing._ALIVE", 0)
    chain_signer = ChainSigner("j", signer.key)
    with writer.begin() as connection:
        row = {
            "id": "gone",
            "node": "n-2",
            "batch": 3,
            "seq": 0,
            "hash": GENESIS,
            "seen_at": 1,
            "signature": chain_signer.of("gone", 3, 0, GENESIS),
        }
        forged = {**row, "id": "forged"}
        connection.execute(insert(schema.meta), {"key": "journal", "value": "j"})
        connection.execute(insert(schema.chain), [row, forged])
    with capture_logs() as logs:
        close = CloseChains(chain_signer=chain_signer, first=signer.key.public_key(), own="chain")
        async with Signing(signer, made, reader, "j", OFTEN, trust=Trust(signer.key.public_key()), close=close), within():
            while column(reader, schema.chain, "batch")[0] < 3:  # noqa: ASYNC110  # a row tells nobody when it is written
                await asyncio.sleep(OFTEN)
    assert any(line["event"] == "audit_broken" and line["problem"].startswith("1 chains") for line in logs)
    with reader.connect() as connection:
        rows = {row.id: row for row in connection.execute(schema.chain.select())}
    assert rows["gone"].closed_at is not None
    assert rows["forged"].closed_at is None
    assert rows["chain"].seq == 1, "a commit with nothing in it says that it lives"

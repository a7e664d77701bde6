"""Journals on both stores: a test that asks for ``store_url`` runs on each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gateway.journal.keys.hmac_keys import key_mac
from gateway.journal.verification import baseline
from gateway.journal.writer.journal import Journal
from tests.gateway.journal.empty import empty
from tests.gateway.journal.small import engine, opened
from tests.postgres import Server

STORES = ("sqlite", "postgresql")
#: Both, of what the store has no part in: on the server in `make test-all`.
SERVER_LATER = ("sqlite", pytest.param("postgresql", marks=pytest.mark.slow("each forgery again on a server; one of a kind stays")))


@pytest.fixture(params=STORES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh journal."""
    if request.param == "sqlite":
        yield empty(tmp_path / "journal.db")
        return
    postgres: Server = request.getfixturevalue("postgres")
    name = postgres.create(template=request.getfixturevalue("migrated"))
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=STORES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with nothing in it. SQLite makes its file when it is opened."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/journal.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def writer(store_url: str) -> AsyncIterator[Engine]:
    made = engine(store_url)
    yield made
    made.dispose()


@pytest.fixture
async def vouched(writer: Engine) -> AsyncIterator[Journal]:
    """A journal whose baseline was taken, so that everything in it is held."""
    made = opened(writer)
    await made.open()
    await baseline.take(made.write, writer, key_mac(b"k" * 32), since=made.head.seq)
    yield made
    await made.close()

"""What every test stands on: nothing of the caller's own gateway reaches in; PostgreSQL for those that ask for it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import structlog

from gateway import logs
from gateway.journal.database import migrate
from tests.postgres import Ground, Server

# No test binds the modules' loggers for the tests after it; for the fixtures of a whole module, too.
logs.CACHED = False


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away every ``GATEWAY_…`` variable that the test was started with, and libpq's ``PG…``."""
    for name in [name for name in os.environ if name.startswith(("GATEWAY_", "PG"))]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A test that sets the logs up in this process leaves nothing of it to the tests after it."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres_ground() -> Iterator[Ground]:
    """The folder of this process's servers."""
    with Ground(memory=True) as ground:
        yield ground


@pytest.fixture(scope="session")
def postgres(postgres_ground: Ground) -> Server:
    """A server for the tests of this process, each with databases of its own."""
    return Server.made(postgres_ground)


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """The URL of an empty database."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(scope="session")
def migrated(postgres: Server) -> str:
    """A database at the newest revision, to make others from."""
    name = postgres.create()
    migrate(postgres.url(name))
    return name

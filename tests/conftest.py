"""Settings and fixtures of all tests: nothing of the caller's own gateway reaches in, and tests that need PostgreSQL get it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_timeout
import structlog
from hypothesis import HealthCheck, settings

from gateway.journal.store.database import migrate
from gateway.telemetry import logs
from tests.once import once_a_process
from tests.patience import Limit
from tests.postgres import Ground, Server
from tests.suite import Suite

# Tests, and fixtures of whole modules too, must not bind the modules' loggers for the tests after them.
logs.CACHED = False


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugins of a full run, and let generated examples take as long as the machine needs.

    Each run generates the same examples, so that a commit that passed passes again. ``make properties`` looks for others.
    """
    config.pluginmanager.register(Suite(), "suite")
    settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, print_blob=True)
    settings.load_profile("suite")


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_set_timer(item: pytest.Item, settings: Any) -> bool | None:
    """Prolong a test's limit by :mod:`tests.patience`: when it rings on a busy machine, it is set again for the time that was missing."""
    if settings.method != "signal":
        return None
    limit = Limit(settings.timeout)

    def ring(_signal: int, _frame: object) -> None:
        if limit.over:
            pytest_timeout.timeout_sigalrm(item, settings)
        else:
            signal.setitimer(signal.ITIMER_REAL, limit.left + 0.01)

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, settings.timeout)
    item.cancel_timeout = lambda: signal.setitimer(signal.ITIMER_REAL, 0)  # type: ignore[attr-defined]  # how pytest-timeout keeps it
    return True


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away every ``GATEWAY_…`` variable of the caller, and libpq's ``PG…``."""
    for name in [name for name in os.environ if name.startswith(("GATEWAY_", "PG"))]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        once_a_process(patched)
        yield


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """Undo whatever a test changes in the logging of this process."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def postgres_ground() -> Iterator[Ground]:
    """Give the folder of this process's servers."""
    with Ground(memory=True) as ground:
        yield ground


@pytest.fixture(scope="session")
def postgres(postgres_ground: Ground) -> Server:
    """Start a server for the tests of this process, each with databases of its own."""
    return Server.made(postgres_ground)


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """Give the URL of an empty database."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(scope="session")
def migrated(postgres: Server) -> str:
    """Make a database at the newest revision, as a template for others."""
    name = postgres.create()
    migrate(postgres.url(name))
    return name

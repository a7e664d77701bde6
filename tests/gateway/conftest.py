"""Worlds for the tests of what moves a case. Whatever happens in one, its audit verifies and nothing personal leaks."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.catalogue.catalogue import Catalogue
from tests.gateway.journal.empty import empty
from tests.gateway.worlds.offices import build
from tests.gateway.worlds.world import World
from tests.plans import Plans
from tests.postgres import Server

Make = Callable[..., Awaitable[World]]


@pytest.fixture(scope="session")
def small_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return build(tmp_path_factory.mktemp("services"))


@pytest.fixture
def store() -> str:
    """Name the store of the world's journal. Modules whose tests depend on it have a fixture of this name over both stores."""
    return os.environ.get("TEST_STORE", "sqlite")


@pytest.fixture
def world_url(store: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a fresh journal."""
    if store == "sqlite":
        yield empty(tmp_path / "journal.db")
        return
    postgres: Server = request.getfixturevalue("postgres")
    name = postgres.create(template=request.getfixturevalue("migrated"))
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(scope="session")
def plans() -> Plans:
    return Plans()


@pytest.fixture
async def make_world(tmp_path: Path, small_catalogue: Catalogue, world_url: str, plans: Plans) -> AsyncIterator[Make]:
    """Make worlds with settings of their own. At the end each is proven and closed, and no statement may read a whole growing table."""
    made: list[World] = []

    async def make(**settings: Any) -> World:
        world = World(folder=tmp_path, catalogue=small_catalogue, url=world_url, **settings)
        await world.open()
        made.append(world)
        return world

    with plans.watching():
        yield make
    for world in made:
        world.prove()
    scans = plans.scans(made[0].writer) if made else []
    for world in made:
        await world.close()
    assert scans == []


@pytest.fixture
async def world(make_world: Make) -> World:
    return await make_world()

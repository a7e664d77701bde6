"""Worlds for the tests of what moves a case: whatever happens in one, its audit verifies and nothing personal strays."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.journal.database import migrate
from gateway.routing.catalogue import Catalogue
from tests.gateway.routing.offices import build
from tests.gateway.routing.world import World

Make = Callable[..., Awaitable[World]]


@pytest.fixture(scope="session")
def small_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return build(tmp_path_factory.mktemp("services"))


@pytest.fixture(scope="session")
def empty_journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("empty") / "journal.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
async def make_world(tmp_path: Path, small_catalogue: Catalogue, empty_journal: Path) -> AsyncIterator[Make]:
    """Makes a world with settings of its own; proven and closed at the end."""
    made: list[World] = []

    async def make(**settings: Any) -> World:
        world = World(folder=tmp_path, catalogue=small_catalogue, empty=empty_journal, **settings)
        await world.open()
        made.append(world)
        return world

    yield make
    for world in made:
        world.prove()
        await world.close()


@pytest.fixture
async def world(make_world: Make) -> World:
    return await make_world()

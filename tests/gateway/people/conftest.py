"""People over a real journal. Passwords are kept with less memory than for people, so that tests stay quick."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gateway.journal.keys.hmac_keys import HmacKeys
from gateway.journal.read.insights import Insights
from gateway.people import one_time_codes, passwords
from gateway.people.accounts import Told
from gateway.people.people import People, people_of
from tests.gateway.worlds.world import HMAC_KEY, World

DEPARTMENTS = frozenset({"office", "tax"})
PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_MEMORY_KIB", 64)
    monkeypatch.setattr(passwords, "_PASSES", 1)


@pytest.fixture
async def insights(world: World) -> AsyncIterator[Insights]:
    insights = Insights(world.reader)
    yield insights
    insights.close()


@pytest.fixture
def people(world: World, insights: Insights) -> People:
    return people_of(world.journal, insights, HmacKeys([HMAC_KEY]), DEPARTMENTS, world.metrics)


def code(world: World, told: Told) -> str:
    """Give the code that the person's phone shows now."""
    assert told.secret is not None
    return one_time_codes.code_at(told.secret, one_time_codes.step_at(world.now))


async def sign_in(people: People, login: str, word: str = PASSWORD, code: str = "", address: str = "192.0.2.1") -> str:
    return (await people.sign_in(login, word, code, address=address)).token

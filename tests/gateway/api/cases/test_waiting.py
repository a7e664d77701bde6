"""All allowed ways of writing ``Prefer: wait``."""

from __future__ import annotations

import pytest

from tests.gateway.api.catalogue_stand_ins import SAMPLE
from tests.gateway.api.conftest import World


@pytest.mark.parametrize("prefer", ["wait=0", "respond-async, wait=0", 'WAIT = "0"; x=1'])
async def test_it_is_understood(world: World, prefer: str) -> None:
    reply = await world.ask("POST", "/v1/applications", json=SAMPLE, headers={"Idempotency-Key": "one", "Prefer": prefer})
    assert (reply.status, reply.headers["Preference-Applied"]) == (202, "wait=0")


@pytest.mark.parametrize("prefer", ["wait", "wait=", "wait=soon", "wait=-1", "awaits=1", "return=minimal"])
async def test_what_cannot_be_read_is_no_preference(world: World, prefer: str) -> None:
    reply = await world.ask("POST", "/v1/applications", json=SAMPLE, headers={"Idempotency-Key": "one", "Prefer": prefer})
    assert reply.status == 202
    assert "Preference-Applied" not in reply.headers

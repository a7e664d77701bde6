"""It is known of a call whether a byte of its request may have left."""

from __future__ import annotations

import pytest

from gateway.model.errors import Invalid, Unavailable
from gateway.sdk.http.departure import CURRENT, Departure
from gateway.sdk.http.wire import HttpWire
from tests.gateway.sdk.conftest import Listen, call, connection, http, replies


async def test_it_is_known_whether_something_left(listen: Listen) -> None:
    endpoint = await listen(replies(http(200)))
    to = connection(endpoint)
    departure = Departure()
    token = CURRENT.set(departure)
    try:
        assert not to.carriers.told
        async with HttpWire(to) as wire:
            assert to.carriers.told
            with pytest.raises(Invalid):
                await wire.send(call(), "POST", endpoint, headers={"X-More": "\n"})
            with pytest.raises(Unavailable):
                await wire.send(call(), "POST", "http://127.0.0.1:1/")
            assert not departure.left
            await wire.send(call(), "POST", endpoint, body=b"{}")
            assert departure.left
    finally:
        CURRENT.reset(token)

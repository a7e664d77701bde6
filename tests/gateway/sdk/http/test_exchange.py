"""Who listens hears what leaves and what comes back, and changes nothing by it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.model.errors import InDoubt, Invalid, Unavailable
from gateway.sdk.http.exchange import CURRENT, Departure, Exchange
from gateway.sdk.http.wire import HttpWire
from tests.gateway.sdk.conftest import Listen, call, connection, http, replies
from tests.ports import free_port


async def test_a_listener_hears_what_leaves_and_what_comes_back(listen: Listen) -> None:
    endpoint = await listen(replies(http(418, b"no", "X-Their: 1")))
    heard: list[Exchange] = []
    listening = replace(connection(endpoint), listener=heard.append)
    async with HttpWire(listening) as wire:
        reply = await wire.send(call(), "POST", endpoint + "/x", body=b"{}", headers={"X-Our": "2"}, params={"a": "b"})
    (one,) = heard
    assert (one.method, one.url, one.body) == ("POST", f"{endpoint}/x?a=b", b"{}")
    assert (one.headers["X-Our"], one.headers["Content-Length"]) == ("2", "2")
    assert (one.status, one.reply_body, one.reply_headers["X-Their"]) == (reply.status, reply.body, "1")


async def test_a_listener_hears_what_left_without_a_reply_and_nothing_that_never_left(listen: Listen) -> None:
    heard: list[Exchange] = []
    endpoint = await listen(replies(b""))
    async with HttpWire(replace(connection(endpoint), listener=heard.append)) as wire:
        with pytest.raises(InDoubt):
            await wire.send(call(), "POST", endpoint, body=b"{}")
        with pytest.raises(Unavailable):
            await wire.send(call(), "POST", f"http://127.0.0.1:{free_port()}", body=b"{}")
    assert [(one.method, one.status) for one in heard] == [("POST", None)]


def test_a_listener_is_no_part_of_what_a_connection_is() -> None:
    """A reload compares connections; a listener holds personal data and is in no text of it."""
    plain = connection("http://department.example")
    listening = replace(plain, listener=lambda _: None)
    assert plain == listening
    assert "listener" not in repr(listening)


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

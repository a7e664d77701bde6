"""Two ports with nobody behind: one refuses, one lets wait."""

from __future__ import annotations

import asyncio
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from gateway.sdk.conformance.equipment.backend import DeadPort
from tests.patience import within


async def test_a_dead_port_refuses() -> None:
    with closing(DeadPort()) as port, pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", urlsplit(port.url).port)


async def test_a_silent_port_says_nothing() -> None:
    with closing(DeadPort(silent=True)) as port, pytest.raises(TimeoutError):
        async with within(0.2):
            await asyncio.open_connection("127.0.0.1", urlsplit(port.url).port)

"""A file that is written page by page: refused as a whole before its first byte, and cut off where a later page cannot be read."""

from __future__ import annotations

import aiohttp
import pytest

from gateway.api.figures import book
from gateway.model.errors import JournalUnavailable
from gateway.operations.book import Book
from tests.gateway.api.conftest import World
from tests.gateway.api.figures.test_book import ON, added, rows
from tests.gateway.api.sample_cases import NOON


async def test_a_page_that_cannot_be_read_never_ends_the_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "LONGEST_PAGE", 1)
    for n in range(3):
        added(world, at=NOON + n * 1000)
    assert len(await rows(world)) == 3
    whole, read = Book.lines, 0

    async def lines(*given: object) -> object:
        nonlocal read
        read += 1
        if read == broken:
            raise JournalUnavailable("gone")
        return await whole(*given)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(Book, "lines", lines)
    for broken in (2, 3):
        read = 0
        with pytest.raises(aiohttp.ClientPayloadError):
            await world.ask("GET", ON, "operator")
    read, broken = 0, 1
    assert (await world.ask("GET", ON, "operator")).status == 503

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
    whole, turns = Book.lines, list[str]()

    async def lines(*given: object) -> object:
        if turns.pop(0) == "gone":
            raise JournalUnavailable("gone")
        return await whole(*given)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(Book, "lines", lines)
    for told in (["read", "gone"], ["read", "read", "gone"]):
        turns[:] = told
        with pytest.raises(aiohttp.ClientPayloadError):
            await world.ask("GET", ON, "operator")
        assert turns == []
    turns.append("gone")
    assert (await world.ask("GET", ON, "operator")).status == 503

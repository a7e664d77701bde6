"""A live part is rendered once for all who watch it, and one that could not be rendered is nobody's."""

from __future__ import annotations

import asyncio
import time

import pytest

from gateway.web.live import Watched


class Page:
    """Renders a page, or fails to, and counts."""

    def __init__(self) -> None:
        self.rendered, self.fails = 0, False

    async def __call__(self) -> str:
        await asyncio.sleep(0)
        if self.fails:
            raise RuntimeError("the journal is away")
        self.rendered += 1
        return f"<p>{self.rendered}</p>"


async def test_all_who_wait_at_once_get_one_rendering() -> None:
    page, watched = Page(), Watched()
    with watched.page(("/console", "operator")) as shared:
        asked = time.monotonic()
        assert await asyncio.gather(*(shared.since(asked, page) for _ in range(50))) == ["<p>1</p>"] * 50
        assert await shared.since(time.monotonic(), page) == "<p>2</p>", "what is asked for after it has begun is rendered anew"


async def test_one_that_fails_is_rendered_for_the_next_who_waits() -> None:
    page, watched = Page(), Watched()
    with watched.page(("/console", "operator")) as shared:
        asked, page.fails = time.monotonic(), True
        with pytest.raises(RuntimeError):
            await shared.since(asked, page)
        page.fails = False
        assert await shared.since(asked, page) == "<p>1</p>"


def test_a_page_that_nobody_watches_is_forgotten() -> None:
    watched = Watched()
    with watched.page(("/console",)) as first:
        with watched.page(("/console",)) as second:
            assert second is first
        with watched.page(("/console",)) as third:
            assert third is first
    with watched.page(("/console",)) as later:
        assert later is not first

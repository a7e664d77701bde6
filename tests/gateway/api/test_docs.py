"""The page of the document: all from here, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import gateway.api
from gateway.api.problems import KINDS
from tests.gateway.api.conftest import World

_STATIC = Path(gateway.api.__file__).parent / "static"


async def test_the_page_asks_only_this_host_and_runs_no_inline_script(world: World) -> None:
    reply = await world.ask("GET", "/docs", None)
    page = reply.body.decode()

    assert reply.status == 200
    assert "script-src 'self';" in reply.headers["Content-Security-Policy"]
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"\son\w+=|<style|style=", page) == []
    wanted = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert all(address.startswith("/") for address in wanted)
    for address in wanted:
        async with world.http.get(world.base + address) as answer:
            assert answer.status == 200, address
            assert len(await answer.read()) > 0
    assert "validatorUrl: null" in (_STATIC / "init.js").read_text("utf-8")


async def test_what_was_taken_over_comes_with_its_licence(world: World) -> None:
    for name in ("LICENSE", "NOTICE"):
        async with world.http.get(f"{world.base}/docs/{name}") as answer:
            assert answer.status == 200
            assert b"Apache" in await answer.read() or name == "NOTICE"
    async with world.http.get(f"{world.base}/docs/init.py") as answer:
        assert answer.status == 404


async def test_every_kind_of_problem_is_explained(world: World) -> None:
    for kind, (title, meaning) in KINDS.items():
        assert (await world.ask("GET", f"/problems/{kind}", None)).json == {"type": f"/problems/{kind}", "title": title, "meaning": meaning}
    assert (await world.ask("GET", "/problems/unknown", None)).status == 404

"""The client tells answers, refusals and silence apart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from gateway.cli.terminal.client import over_socket, over_tcp
from gateway.cli.terminal.exits import Answered, Unreachable


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.Response:
        kind = request.match_info["kind"]
        if kind == "html":
            return web.Response(text="<html>", content_type="text/html")
        if kind == "empty":
            return web.Response(status=204)
        if kind == "refused":
            return web.json_response({"title": "No", "detail": "Not now."}, status=409)
        return web.json_response({"key": request.headers.get("Authorization"), "language": request.headers["Accept-Language"]})

    app = web.Application()
    app.router.add_get("/{kind}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_an_answer(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_LANGUAGE", "zh-CN")
    async with over_tcp(address, "gw_key") as client:
        assert await client.get("/fine") == {"key": "Bearer gw_key", "language": "zh-CN"}
        assert await client.get("/empty") == {}


async def test_a_refusal_carries_its_problem(address: str) -> None:
    async with over_tcp(address, None) as client:
        with pytest.raises(Answered) as refused:
            await client.get("/refused")
    assert refused.value.status == 409
    assert refused.value.problem["detail"] == "Not now."


async def test_what_is_no_gateway_is_not_taken_for_one(address: str) -> None:
    async with over_tcp(address, None) as client:
        with pytest.raises(Unreachable, match="is it a gateway"):
            await client.get("/html")


async def test_nobody_there(tmp_path: Path) -> None:
    async with over_socket(tmp_path / "gateway.sock") as client:
        with pytest.raises(Unreachable) as gone:
            await client.get("/v1/services")
    assert gone.value.place.endswith("gateway.sock")

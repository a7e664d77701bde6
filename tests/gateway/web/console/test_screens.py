"""Screens: who may see one, its changing part as a stream, and forms of who may not send them any more."""

from __future__ import annotations

import pytest

from gateway.people.accounts import Told
from gateway.web import live
from tests.gateway.web.conftest import WORD, Browser, Hall
from tests.patience import within


async def test_who_may_not_see_a_page_is_told_so(hall: Hall, browser: Browser) -> None:
    await hall.gateway.parts.people.accounts.create("wu", "Wu", "administrator", password=WORD, actor="test")
    assert (await browser.get("/console")).headers["Location"] == "/sign-in?next=/console"
    assert (await browser.sign_in("wu")).headers["Location"] == "/console/accounts"
    assert (await browser.get("/console")).status == 403
    assert "Your role may not see this page" in browser.text


async def test_the_changing_part_comes_as_a_stream_until_the_session_ends(hall: Hall, browser: Browser, li: Told) -> None:
    assert (await browser.sign_in()).headers["Location"] == "/console"
    cookie = {"Cookie": f"__Host-session={browser.cookies['__Host-session']}; language=en"}
    async with hall.http.get("/console", headers={**cookie, "Accept": "text/html, text/event-stream"}) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream"
        lines = [await stream.content.readline() for _ in range(3)]
        assert b"<h1>" in b"".join(lines)
        for one in await hall.gateway.parts.people.sessions.of(li.account.id):
            await hall.gateway.parts.people.sessions.end(one.id, actor="test")
        hall.gateway.parts.commits.touched(None)
        async with within():
            rest = await stream.content.read()
    assert b"event: over" in rest


async def test_a_stream_ends_with_its_session_though_nothing_changes(
    hall: Hall, browser: Browser, li: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_LOOK", 3600.0)
    await browser.sign_in()
    cookie = {"Cookie": f"__Host-session={browser.cookies['__Host-session']}"}
    async with hall.http.get("/console", headers={**cookie, "Accept": "text/event-stream"}) as stream:
        await stream.content.readline()
        for one in await hall.gateway.parts.people.sessions.of(li.account.id):
            await hall.gateway.parts.people.sessions.end(one.id, actor="test")
        async with within():
            rest = await stream.content.read()
    assert b"event: over" in rest


async def test_a_stream_of_nobody_leads_to_the_sign_in(hall: Hall) -> None:
    assert (await hall.get("/console", Accept="text/event-stream")).status == 303

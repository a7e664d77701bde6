"""The page of the document loads everything from here and nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import gateway.api
from gateway.api.http.texts import KINDS
from tests.gateway.api.conftest import World

_STATIC = Path(gateway.api.__file__).parent / "document" / "static"


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


async def test_every_kind_of_problem_is_explained_in_both_languages(world: World) -> None:
    for kind, (title, meaning) in KINDS.items():
        for lang, text in (("en", (title.en, meaning.en)), ("zh", (title.zh, meaning.zh))):
            told = (await world.ask("GET", f"/problems/{kind}?lang={lang}", None)).json
            assert told == {"type": f"/problems/{kind}", "title": text[0], "meaning": text[1]}
        assert re.search("[一-鿿]", title.zh)
        assert re.search("[一-鿿]", meaning.zh)
    assert (await world.ask("GET", "/problems/unknown", None)).status == 404


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/problems/conflict"])
async def test_the_address_wins_over_accept_language_and_chinese_over_nothing(world: World, path: str) -> None:
    async def spoken(address: str, accept: str) -> str:
        reply = await world.ask("GET", address, None, headers={"Accept-Language": accept})
        assert reply.headers["Vary"] == "Accept-Language"
        return reply.headers["Content-Language"]

    assert await spoken(path, "") == "zh-CN"
    assert await spoken(path, "en-GB, zh;q=0.5") == "en"
    assert await spoken(f"{path}?lang=zh", "en") == "zh-CN"
    assert await spoken(f"{path}?lang=en", "zh") == "en"
    assert (await world.ask("GET", f"{path}?lang=fr", None)).status == 400


async def test_the_page_says_which_language_it_is_in(world: World) -> None:
    for lang, tag in (("zh", "zh-CN"), ("en", "en")):
        page = (await world.ask("GET", f"/docs?lang={lang}", None)).body.decode()
        assert f'<html lang="{tag}">' in page


def test_every_word_of_the_page_that_is_translated_is_one_of_its_words() -> None:
    bundle = (_STATIC / "swagger-ui" / "swagger-ui-bundle.js").read_text("utf-8")
    words = re.findall(r'^    "(.+)": "(.+)",$', (_STATIC / "words.js").read_text("utf-8"), re.MULTILINE)
    assert len(words) > 50
    for english, chinese in words:
        assert f'"{english}"' in bundle, english
        assert re.search("[一-鿿]", chinese), english

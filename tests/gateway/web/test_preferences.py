"""Choices about pages: remembered by a cookie, and nothing else of a cookie is believed."""

from __future__ import annotations

from tests.gateway.web.conftest import Browser, Hall


async def test_a_choice_leads_back_to_the_page_and_holds_from_then_on(hall: Hall) -> None:
    for cookie, shown in (("language=en", 'lang="en"'), ("size=huge", 'data-size="huge"'), ("theme=dark", 'data-theme="dark"')):
        chosen = await hall.get(f"/services/newlywed?a=1&{cookie}")
        assert (chosen.status, chosen.headers["Location"]) == (303, "/services/newlywed?a=1")
        assert chosen.headers["Set-Cookie"].startswith(f"{cookie}; HttpOnly; Max-Age=31536000; Path=/; SameSite=Lax")
        page = await hall.get("/services/newlywed", Cookie=cookie)
        assert shown in (await page.text()).partition("<body>")[0]


async def test_a_choice_keeps_the_rest_of_the_address(browser: Browser) -> None:
    assert (await browser.get("/sign-in?next=/console/cases%3Fservice%3Dpassport&language=fr")).status == 200
    assert 'href="/sign-in?next=%2Fconsole%2Fcases%3Fservice%3Dpassport&amp;language=zh-CN"' in browser.page
    await browser.get("/?a=%22%3E%3Cb%3E")
    assert 'href="?a=%22%3E%3Cb%3E&amp;size=large"' in browser.page
    await browser.post("/sign-in?a=1", {"login": "li"})
    assert 'href="/sign-in?language=zh-CN"' in browser.page, "a form's own address is not led back to"


async def test_what_is_no_choice_changes_nothing(hall: Hall) -> None:
    for cookie in ("language=fr", "size=%22%3E%3Cscript%3E", "theme=" + "x" * 3000, "language=en; language=de", "=;;="):
        page = await hall.get("/", Cookie=cookie)
        assert page.status == 200
        head = (await page.text()).partition("<body>")[0]
        assert 'data-theme="system"' in head
        assert "data-size" not in head
    for query, status in (("language=fr", 200), ("size=", 200), ("theme=dark&theme=light", 303)):
        assert (await hall.get(f"/?{query}")).status == status, query


async def test_accept_language_holds_without_a_choice(hall: Hall) -> None:
    page = await hall.get("/", **{"Accept-Language": "en-GB,en;q=0.8"})
    assert page.headers["Content-Language"] == "en"
    assert "What would you like to do?" in await page.text()

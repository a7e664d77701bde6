"""Choices about pages: remembered by a cookie, and nothing else of a cookie is believed."""

from __future__ import annotations

import pytest

from tests.gateway.web.conftest import Hall


@pytest.mark.parametrize(
    ("wanted", "cookie", "shown"),
    [
        ("language=en", "language=en", 'lang="en"'),
        ("size=huge", "size=huge", 'data-size="huge"'),
        ("theme=dark", "theme=dark", 'data-theme="dark"'),
    ],
)
async def test_a_choice_leads_back_to_the_page_and_holds_from_then_on(hall: Hall, wanted: str, cookie: str, shown: str) -> None:
    chosen = await hall.get(f"/services/newlywed?a=1&{wanted}")
    assert (chosen.status, chosen.headers["Location"]) == (303, "/services/newlywed?a=1")
    assert chosen.headers["Set-Cookie"].startswith(f"{cookie}; HttpOnly; Max-Age=31536000; Path=/; SameSite=Lax")
    page = await hall.get("/services/newlywed", Cookie=cookie)
    assert shown in (await page.text()).partition("<body>")[0]


@pytest.mark.parametrize("cookie", ["language=fr", "size=%22%3E%3Cscript%3E", "theme=" + "x" * 3000, "language=en; language=de", "=;;="])
async def test_another_cookie_changes_nothing(hall: Hall, cookie: str) -> None:
    page = await hall.get("/", Cookie=cookie)
    assert page.status == 200
    head = (await page.text()).partition("<body>")[0]
    assert 'data-theme="system"' in head
    assert "data-size" not in head


@pytest.mark.parametrize("query", ["language=fr", "size=", "theme=dark&theme=light"])
async def test_a_choice_that_there_is_not_is_no_choice(hall: Hall, query: str) -> None:
    page = await hall.get(f"/?{query}")
    assert page.status == (303 if query.startswith("theme") else 200)


async def test_accept_language_holds_without_a_choice(hall: Hall) -> None:
    page = await hall.get("/", **{"Accept-Language": "en-GB,en;q=0.8"})
    assert page.headers["Content-Language"] == "en"
    assert "What would you like to do?" in await page.text()

"""The site: every page by its headers, and a browser's problems as pages, a program's as documents."""

from __future__ import annotations

from gateway.web.rendering import POLICY
from gateway.web.site import PAGES
from tests.gateway.web.conftest import Hall

#: Pages that everybody sees without signing in. Those below ``/t/`` want a receipt.
_BARE = [page.path for page in PAGES if page.method == "GET" and not page.signed and not page.path.startswith("/t/")]
OPEN = [path.replace("{code}", "house-transfer") for path in _BARE]


async def test_a_page_lets_nothing_in_from_elsewhere(hall: Hall) -> None:
    for path in OPEN:
        page = await hall.get(path)
        assert page.status == 200, path
        assert page.headers["Content-Security-Policy"] == POLICY, path
        assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer"), path
        assert "://" not in await page.text(), path


async def test_a_browser_reads_a_problem_on_a_page(hall: Hall) -> None:
    for path, status in (("/services/unknown", 404), ("/nowhere", 404), ("/v1/services", 401), ("/services/%E5%BC%A0%3Cb%3E", 404)):
        page = await hall.get(path, **{"Accept-Language": "en"})
        body = await page.text()
        assert (page.status, page.content_type) == (status, "text/html"), path
        assert page.headers["X-Request-Id"] in body, path
        assert "<h1>" in body, path
        assert [part for part in ("张", "<b>") if part in body] == [], path


async def test_a_program_reads_a_problem_document(hall: Hall) -> None:
    for accept in ("application/json", "*/*", "application/problem+json, text/html;q=0.5"):
        answer = await hall.http.get("/services/unknown", headers={"Accept": accept})
        assert (answer.status, answer.content_type) == (404, "application/problem+json"), accept


async def test_a_refused_key_is_challenged_on_a_page_too(hall: Hall) -> None:
    page = await hall.get("/v1/services")
    assert page.headers["WWW-Authenticate"] == 'Bearer realm="gateway"'

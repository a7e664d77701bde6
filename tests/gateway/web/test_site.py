"""The site: every page by its headers, and a browser's problems as pages, a program's as documents."""

from __future__ import annotations

import pytest

from gateway.web.rendering import POLICY
from gateway.web.site import PAGES
from tests.gateway.web.conftest import Hall

#: Pages that everybody sees without signing in.
OPEN = [page.path.replace("{code}", "house-transfer") for page in PAGES if page.method == "GET" and page.path != "/account"]


@pytest.mark.parametrize("path", OPEN)
async def test_a_page_lets_nothing_in_from_elsewhere(hall: Hall, path: str) -> None:
    page = await hall.get(path)
    assert page.status == 200
    assert page.headers["Content-Security-Policy"] == POLICY
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    body = await page.text()
    assert "://" not in body


@pytest.mark.parametrize("path", ["/services/unknown", "/nowhere", "/v1/services", "/services/%E5%BC%A0%3Cb%3E"])
async def test_a_browser_reads_a_problem_on_a_page(hall: Hall, path: str) -> None:
    page = await hall.get(path, **{"Accept-Language": "en"})
    body = await page.text()
    assert page.status == (401 if path.startswith("/v1") else 404)
    assert page.content_type == "text/html"
    assert page.headers["X-Request-Id"] in body
    assert "<h1>" in body
    assert [part for part in ("张", "<b>") if part in body] == []


@pytest.mark.parametrize("accept", ["application/json", "*/*", "application/problem+json, text/html;q=0.5"])
async def test_a_program_reads_a_problem_document(hall: Hall, accept: str) -> None:
    answer = await hall.http.get("/services/unknown", headers={"Accept": accept})
    assert (answer.status, answer.content_type) == (404, "application/problem+json")


async def test_a_refused_key_is_challenged_on_a_page_too(hall: Hall) -> None:
    page = await hall.get("/v1/services")
    assert page.headers["WWW-Authenticate"] == 'Bearer realm="gateway"'

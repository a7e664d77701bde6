"""The terminal's open pages: what a service needs and its sample, no way out of the terminal, and a beginning that leaves nothing."""

from __future__ import annotations

import html
import re

import pytest

from gateway.web.kiosk import guidance, screens, tracking
from gateway.web.preferences import CHOICES
from tests.gateway.web.citizen.test_guides import CODES
from tests.gateway.web.conftest import Browser, Hall

PAGES = [page.path for page in (*screens.PAGES, *tracking.PAGES, *guidance.PAGES) if page.method == "GET" and page.path != "/kiosk/start"]


@pytest.mark.parametrize("path", [*PAGES, "/kiosk/services/nothing"])
async def test_no_page_leads_out_of_the_terminal_and_each_clears_itself_without_scripts(hall: Hall, path: str) -> None:
    page = await (await hall.get(path.replace("{code}", "newlywed"))).text()
    leads = {lead for lead in re.findall(r'(?:href|action)="([^"]*)"', page) if not lead.startswith(("/static/", "?", "#"))}
    assert {lead for lead in leads if lead.split("/")[1] != "kiosk"} == set()
    assert '<noscript><meta http-equiv="refresh" content="60; url=/kiosk/start"></noscript>' in page


async def test_each_service_says_what_it_needs_and_shows_its_sample(hall: Hall) -> None:
    offered = await (await hall.get("/kiosk/services")).text()
    for code in CODES:
        assert f'href="/kiosk/services/{code}"' in offered
        definition = hall.gateway.parts.catalogue.services[code].definition
        page = html.unescape(await (await hall.get(f"/kiosk/services/{code}", Cookie="language=en")).text())
        said = [definition.title, definition.guidance, *definition.materials]
        assert [text for text in said if text.en not in page] == [], code
        assert "SAMPLE" in page


async def test_a_beginning_takes_away_what_the_person_before_has_left(hall: Hall, browser: Browser) -> None:
    answer = await hall.get("/kiosk/start")
    assert (answer.status, answer.headers["Location"], answer.headers["Cache-Control"]) == (303, "/kiosk", "no-store")
    assert {name for name, morsel in answer.cookies.items() if morsel["max-age"] == "0"} == {*CHOICES, "turn", "__Host-case"}
    browser.cookies |= {"__Host-case": "somebody's", "language": "en", "turn": "1"}
    await browser.get("/kiosk/start")
    assert browser.cookies == {}

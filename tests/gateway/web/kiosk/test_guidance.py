"""Guidance at a terminal: the same questions as everywhere, within the terminal, to the list that is printed."""

from __future__ import annotations

import re

from tests.gateway.web.citizen.test_guides import CODES
from tests.gateway.web.conftest import Hall


async def test_the_answers_lead_within_the_terminal_to_the_list(hall: Hall) -> None:
    offered = await (await hall.get("/kiosk/guide")).text()
    for code in CODES:
        assert f'href="/kiosk/guide/{code}"' in offered
        path = f"/kiosk/guide/{code}"
        for _ in range(5):
            page = await (await hall.get(path, Cookie="language=en")).text()
            if "/list" in page or '<ul class="answers">' not in page:
                break
            path = re.findall(r'<ul class="answers"><li><a href="([^"]+)"', page)[0].replace("&amp;", "&")
        [address] = re.findall(r'href="(/kiosk/guide/[^"]+/list[^"]*)"', page) or [""]
        assert address, code
        sheet = await (await hall.get(address.replace("&amp;", "&"), Cookie="language=en")).text()
        assert 'class="paper bring-list"' in sheet
        assert f'href="{path.replace("&", "&amp;")}"' in sheet, "the way back is within the terminal"
        assert "data-print hidden" in sheet, "the button is there where a script can print"


async def test_answers_that_lead_elsewhere_have_no_list(hall: Hall) -> None:
    page = await (await hall.get("/kiosk/guide/newlywed")).text()
    last = re.findall(r'<li><a href="([^"]+)"', page)[-1].replace("&amp;", "&")
    path, _, query = last.partition("?")
    answer = await hall.get(f"{path}/list?{query}")
    assert (answer.status, answer.headers["Location"]) == (303, last)
    assert (await hall.get("/kiosk/guide/nothing")).status == 404

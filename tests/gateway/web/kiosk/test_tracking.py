"""Progress at a terminal: in the one answer to the form, and never again from what a browser keeps."""

from __future__ import annotations

import re

import pytest

from tests.faults.installation import personal
from tests.gateway.web.citizen.test_progress import _file, _receipt
from tests.gateway.web.conftest import Browser, Hall

PATH = "/kiosk/track"


def turn(browser: Browser) -> dict[str, str]:
    """Give the hidden field of the page as it is."""
    return {"turn": re.findall(r'name="turn" value="(\w+)"', browser.page)[0]}


async def test_a_code_and_what_a_scanner_types_show_the_case_in_the_answer_alone(
    hall: Hall, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = _receipt(await _file(hall), "buyer")
    code, link = receipt["query_code"], receipt["link"]
    for typed in (code, f" {code[:5].lower()} {code[5:]}", link, f"https://hall.example.gov.cn{link}\n"):
        await browser.get(PATH)
        answer = await browser.post(PATH, {"code": typed, **turn(browser)})
        assert (answer.status, answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == (200, "no-store", "noindex")
        assert "王*" in browser.page
        assert "Registration of the transfer" in browser.text
        assert personal(browser.page) == []
        assert [hidden for hidden in (code, link.removeprefix("/t/")) if hidden in browser.page] == []
        assert browser.cookies == {}, "nothing is left that would show it again"
    assert link.removeprefix("/t/") not in capsys.readouterr().out


async def test_a_form_that_is_sent_again_shows_nothing(hall: Hall, browser: Browser) -> None:
    code = _receipt(await _file(hall), "buyer")["query_code"]
    await browser.get(PATH)
    sent = {"code": code, **turn(browser)}
    await browser.post(PATH, sent)
    assert "王*" in browser.page
    for key in ({}, {"key": "A"}):
        answer = await browser.post(PATH, {**sent, **key})
        assert (answer.status, "cleared" in browser.text, "王*" in browser.page, code in browser.page) == (409, True, False, False)
    assert (await browser.post(PATH, {"code": code})).status == 409, "nor without a turn"
    assert (await browser.post(PATH, {"code": code, **turn(browser)})).status == 200, "the form that it gave is good"


async def test_the_keys_of_the_page_need_no_script(hall: Hall, browser: Browser) -> None:
    code = _receipt(await _file(hall), "seller")["query_code"]
    await browser.get(PATH)
    typed = ""
    for key in ("Z", "delete", *code):
        assert (await browser.post(PATH, {"code": typed, "key": key, **turn(browser)})).status == 200
        typed = re.findall(r'id="code"[^>]* value="(\w*)"', browser.page)[0]
    assert typed == code
    assert (await browser.post(PATH, {"code": typed, **turn(browser)})).status == 200
    assert "Tax on the transfer" in browser.text


async def test_a_code_that_leads_nowhere_is_said_at_the_field(hall: Hall, browser: Browser) -> None:
    for typed, status in (("", 422), ("<b>", 422), ("2222222222", 404), ("/t/" + "A" * 43, 404), ("x" * 5000, 422)):
        await browser.get(PATH)
        answer = await browser.post(PATH, {"code": typed, **turn(browser)})
        assert (answer.status, 'aria-invalid="true"' in browser.page) == (status, True), typed
        assert "<b>" not in browser.page.replace('<b class="left"></b>', "")
    answer = await browser.post(PATH, {"code": "", **turn(browser)}, **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403

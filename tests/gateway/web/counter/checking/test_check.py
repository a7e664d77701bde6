"""Checking and filing: nothing goes without the applicant's word, a late entry is the clerk's own, what cannot be filed is told there."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.model.identifiers import CHINA
from tests.gateway.web.conftest import Hall
from tests.gateway.web.counter.at_the_desk import clerk, file, filled, hidden, send, words


async def test_nothing_is_filed_without_the_applicants_word(hall: Hall) -> None:
    browser = await clerk(hall)
    draft = await filled(browser, "housing-holdings")
    await browser.get(f"{draft}/check")
    assert " checked>" not in browser.page
    answer = await browser.post(f"{draft}/file", hidden(browser))
    assert answer.status == 422
    assert "Let the applicant check it" in words(browser)


async def test_the_applicant_confirms_on_the_turned_screen_what_it_shows_and_no_later_draft(hall: Hall) -> None:
    browser = await clerk(hall)
    draft = await filled(browser, "housing-holdings")
    await browser.get(f"{draft}/turned")
    assert "999999199001010016" in browser.text
    assert browser.page.count("<button") == 1
    stale = hidden(browser)
    assert (await browser.post(f"{draft}/turned", stale)).headers["Location"] == f"{draft}/check?confirmed={stale['version']}"
    await browser.get(f"{draft}/check?confirmed={stale['version']}")
    assert "The applicant has confirmed it on the turned screen." in browser.text
    changed = {"/data/asked_by": "x", "/data/purpose": "y"}
    await send(browser, f"{draft}/form", changed)
    await browser.get(f"{draft}/check?confirmed={stale['version']}")
    assert "The applicant has confirmed it on the turned screen." not in browser.text
    assert (await browser.post(f"{draft}/turned", stale)).status == 409


async def test_a_late_entry_is_said_by_the_clerk_who_is_signed_in(hall: Hall) -> None:
    browser = await clerk(hall)
    draft = await filled(browser, "housing-holdings")
    long_ago = f"{datetime.now(CHINA) - timedelta(days=40):%Y-%m-%dT%H:%M}"
    late = {"/late_entry/handed_in_at": long_ago, "/late_entry/reason": "power cut"}
    assert await file(browser, draft, **late) == ""
    assert "30 days" in words(browser)
    assert 'value="power cut"' in browser.page
    at = datetime.now(CHINA) - timedelta(days=2)
    late["/late_entry/handed_in_at"] = f"{at:%Y-%m-%dT%H:%M}"
    assert await file(browser, draft, **late) == f"{draft}/receipt", words(browser)[:1500]
    await browser.get(f"{draft}/receipt")
    assert "Entered late: handed in on" in words(browser)
    assert f"{at:%H:%M}" in words(browser)


async def test_what_somebody_saved_meanwhile_is_looked_at_before_it_is_filed(hall: Hall) -> None:
    liu, zhou = await clerk(hall), await clerk(hall, "zhou")
    draft = await filled(liu, "housing-holdings")
    await liu.get(f"{draft}/check")
    seen = hidden(liu)
    await zhou.get(f"{draft}/form")
    assert (await zhou.post(f"{draft}/save", {**hidden(zhou), "/data/purpose": "another"})).status == 200
    answer = await liu.post(f"{draft}/file", {**seen, "confirmed": "yes"})
    assert answer.status == 409
    assert "another" in words(liu)
    assert await file(liu, draft) == f"{draft}/receipt"

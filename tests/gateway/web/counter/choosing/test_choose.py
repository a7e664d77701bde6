"""The clerk's first page: services by letters, drafts by whom they are of, and found again without any address that names a person."""

from __future__ import annotations

import re

from tests.gateway.web.conftest import Hall
from tests.gateway.web.counter.at_the_desk import begun, clerk, filled, send, words

ID = {"id_type": "111", "id_number": "999999199001010016"}


async def test_services_are_found_by_letters(hall: Hall) -> None:
    browser = await clerk(hall)
    await browser.get("/counter?q=home")
    assert re.findall(r'name="service" value="([a-z-]+)"', browser.page) == ["house-transfer"]
    await browser.get("/counter?q=%E6%8A%A4%E7%85%A7")  # 护照
    assert re.findall(r'name="service" value="([a-z-]+)"', browser.page) == ["passport"]
    await browser.get("/counter?q=nothing")
    assert "No service fits" in browser.text
    await browser.get("/counter")
    assert len(re.findall(r'name="service"', browser.page)) == 6


async def test_a_clerk_begins_there_and_says_her_window_once(hall: Hall) -> None:
    browser = await clerk(hall)
    await browser.get("/counter")
    assert "Which window is this?" in browser.text
    for typed, leads in (("<3>", "/counter?window=unfit"), ("综合窗口 3", "/counter")):
        await browser.get("/counter")
        answer = await browser.post("/counter/window", {**browser.proof(), "window": typed})
        assert (answer.status, answer.headers["Location"]) == (303, leads)
    await browser.get("/counter")
    assert "Which window is this?" not in browser.text
    assert "综合窗口 3" in browser.text
    home = await clerk(hall, "new")
    assert (await home.get("/sign-in")).headers["Location"] == "/counter"


async def test_drafts_are_mine_and_my_groups_by_surname_alone(hall: Hall) -> None:
    liu, zhou, other = await clerk(hall), await clerk(hall, "zhou"), await clerk(hall, "else", "another")
    draft = await filled(liu, "housing-holdings")
    await begun(zhou, "passport")
    await zhou.get("/counter")
    mine, _, others = words(zhou).partition("Drafts of others in my group")
    assert "Passport Applicant not filled in" in mine
    assert "Housing holdings Applicant 李* Liu ·" in others
    assert "李强" not in zhou.text
    await other.get("/counter")
    assert "There are no drafts that wait." in words(other)
    await zhou.post(f"{draft}/discard", zhou.proof())
    await liu.get("/counter")
    assert "Housing holdings Applicant" not in words(liu).partition("Drafts of others")[0].partition("My drafts")[2]


async def test_a_draft_is_found_by_its_code_and_by_its_person(hall: Hall) -> None:
    liu, other = await clerk(hall), await clerk(hall, "else", "another")
    draft = await filled(liu, "housing-holdings")
    await liu.get(f"{draft}/list")
    code = re.search(r"[0-9A-Z]{5} [0-9A-Z]{5}", liu.text)
    assert code is not None
    for browser, status in ((liu, 303), (other, 404)):
        await browser.get("/counter")
        answer = await browser.post("/counter/find", {**browser.proof(), "code": code[0].lower()})
        assert answer.status == status
        await browser.get("/counter")
        answer = await browser.post("/counter/find", {**browser.proof(), **ID})
        assert answer.status == 200
        assert ("Housing holdings Applicant 李*" in words(browser).partition("My drafts")[0]) is (browser is liu)
        assert ID["id_number"] not in browser.page
    await liu.get("/counter")
    assert (await liu.post("/counter/find", {**liu.proof(), "code": "nonsense"})).status == 422
    assert "This is no draft's code" in liu.text
    assert (await liu.post("/counter/find", {**liu.proof()})).status == 422


async def test_the_ticket_goes_with_the_draft(hall: Hall) -> None:
    browser = await clerk(hall)
    await browser.get("/counter")
    answer = await browser.post("/counter/begin", {**browser.proof(), "service": "passport", "ticket": " A 12 "})
    await browser.get(answer.headers["Location"])
    assert 'value="A 12"' in browser.page
    assert await send(browser, answer.headers["Location"], {"/notes/ticket": "A 13"}) == ""
    await browser.get("/counter")
    unknown = await browser.post("/counter/begin", {**browser.proof(), "service": "nothing"})
    assert unknown.status == 422

"""A party answers on the phone: who she is, what she may change, what becomes of a link, a session or a case meanwhile."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.cases.answering import door
from gateway.cases.caller import OPERATOR, Caller
from gateway.model.identifiers import new_id
from tests.gateway.web.answers.returned import BUYER, SELLER, data_of, follow, give_back, mark, party, returned
from tests.gateway.web.conftest import Browser, Hall
from tests.gateway.web.console.filed import WINDOW, file, seen

ANSWER = "__Host-answer"
FORM = "/t/case/answer"
DOOR = f"{FORM}/open"


async def enter(hall: Hall, browser: Browser, view: Any, role: str = "seller", six: str = SELLER) -> None:
    """Follow a party's link, and go through the door to the form."""
    await follow(hall, browser, view, role)
    answer = await browser.post(DOOR, {"six": six})
    assert (answer.status, answer.headers["Location"]) == (303, FORM)
    await browser.get(FORM)


async def test_what_is_asked_is_answered_and_goes_on(hall: Hall, browser: Browser) -> None:
    view = await returned(hall, price="价格与合同不一致")
    await follow(hall, browser, view, "seller")
    await browser.get("/t/case")
    assert 'href="/t/case/answer"' in browser.page
    assert (await browser.get(FORM)).status == 200
    assert "价格" not in browser.page, "nothing of the form before the proof"
    assert 'name="/data/price"' not in browser.page
    await enter(hall, browser, view, six=" ０１ 0016")
    assert re.findall(r'name="(/data[^"]*)"', browser.page) == ["/data/price"]
    assert "价格与合同不一致" in browser.page
    assert "500152198512310026" not in browser.page, "the rest is masked"
    wrong = await browser.post(FORM, {"/data/price": "a lot", **mark(browser)})
    assert (wrong.status, 'value="a lot"' in browser.page, 'href="#/data/price"' in browser.page) == (422, True, True)
    sent = {"/data/price": "630000.00", **mark(browser)}
    answer = await browser.post(FORM, sent)
    assert (answer.status, answer.headers["Location"]) == (303, "/t/case?said=answered")
    assert ANSWER not in browser.cookies, "the session ends with it"
    await browser.get("/t/case?said=answered")
    assert "handed in" in browser.text
    assert (await data_of(hall, view))["price"] == "630000.00"
    now = await seen(hall, view.application.id)
    assert (now.application.revision, now.deliveries["real_estate"].state, now.deliveries["real_estate"].round) == (2, "waiting", 2)
    events, _ = await hall.gateway.parts.insights.events(view.application.id)
    [filed] = [one for one in events if one.event == "revision_filed"]
    assert filed.actor == f"party:{(await party(hall, view, 'seller')).id}"


async def test_an_answer_that_is_sent_again_is_one_revision(hall: Hall, browser: Browser) -> None:
    view = await returned(hall, price="x")
    await enter(hall, browser, view)
    sent, session = {"/data/price": "630000.00", **mark(browser)}, browser.cookies[ANSWER]
    for price, status in (("630000.00", 303), ("630000.00", 303), ("640000.00", 409)):
        browser.cookies[ANSWER] = session  # as a phone that lost the first answer has it
        assert (await browser.post(FORM, {**sent, "/data/price": price})).status == status, price
    assert "answered already" in browser.text
    assert (await data_of(hall, view))["price"] == "630000.00"
    assert (await seen(hall, view.application.id)).application.revision == 2
    browser.cookies.pop(ANSWER, None)  # as a phone has it that is pressed once more while the first answer arrives
    assert (await browser.post(FORM, sent)).status == 409
    assert "answered already" in browser.text, "it is not said that nothing was sent"
    browser.cookies[ANSWER] = session
    await browser.get(FORM)
    assert "Nothing is asked of you now" in browser.text, "the back button after sending"


async def test_tries_are_few_and_told(hall: Hall, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    view = await returned(hall, price="x")
    await follow(hall, browser, view, "seller")
    for six in ("", "12345", "1234567", "12345ü"):
        assert (await browser.post(DOOR, {"six": six})).status == 422
        assert "last six characters" in browser.text
    for left in (4, 3, 2, 1):
        assert (await browser.post(DOOR, {"six": BUYER})).status == 422
        assert f"Tries that are left: {left}" in browser.text
    assert "in an hour" in await _text(browser, BUYER)
    assert (await browser.post(DOOR, {"six": SELLER})).status == 429, "the right one, too, while it is shut"
    assert 'name="six"' not in browser.page
    other = Browser(hall)
    await follow(hall, other, view, "buyer")
    assert (await other.post(DOOR, {"six": BUYER})).status == 303, "it is the receipt's own"
    monkeypatch.setattr(door, "PAUSE", 0)
    assert (await browser.post(DOOR, {"six": SELLER})).status == 303, "it ends"
    for _ in range(door.EVER):
        assert (await browser.post(DOOR, {"six": BUYER})).status == 422
    assert (await browser.post(DOOR, {"six": SELLER})).status == 403, "it does not, after so many"
    issuing = hall.gateway.parts.issuing
    await issuing.issue(view.application.id, role="seller", caller=WINDOW, language="en")
    await enter(hall, browser, view)
    assert 'name="/data/price"' in browser.page, "another receipt begins anew"


async def _text(browser: Browser, six: str) -> str:
    await browser.post(DOOR, {"six": six})
    return browser.text


async def test_a_receipt_that_is_issued_again_closes_the_form(hall: Hall, browser: Browser) -> None:
    view = await returned(hall, price="x")
    await enter(hall, browser, view)
    sent, session = {"/data/price": "630000.00", **mark(browser)}, browser.cookies[ANSWER]
    await hall.gateway.parts.issuing.issue(view.application.id, role="seller", caller=WINDOW, language="en")
    assert (await browser.post(FORM, sent)).status == 404
    assert "This link shows no case" in browser.text
    await follow(hall, browser, view, "seller")
    browser.cookies[ANSWER] = session
    assert (await browser.post(FORM, sent)).status == 401, "the session was of the receipt before"
    assert (await seen(hall, view.application.id)).application.revision == 1


async def test_a_session_that_has_ended_keeps_what_was_typed(hall: Hall, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    view = await returned(hall, price="x")
    monkeypatch.setattr(door, "LASTS", -1)
    await follow(hall, browser, view, "seller")
    await browser.post(DOOR, {"six": SELLER})
    await browser.get(FORM)
    assert 'name="six"' in browser.page
    monkeypatch.undo()
    await enter(hall, browser, view)
    sent = mark(browser)
    del browser.cookies[ANSWER]
    assert (await browser.post(FORM, {"/data/price": '6"30', **sent})).status == 401
    assert 'name="/data/price" value="6&#34;30"' in browser.page
    kept = {"/data/price": '6"30', "mark": sent["mark"]}
    assert (await browser.post(DOOR, {**kept, "six": BUYER})).status == 422
    assert 'name="/data/price"' in browser.page
    assert (await browser.post(DOOR, {**kept, "six": SELLER})).status == 200
    assert 'value="6&#34;30"' in browser.page
    assert (await browser.post(FORM, {"/data/price": "630000.00", **mark(browser)})).status == 303


async def test_a_form_that_is_not_ours_sends_nothing(hall: Hall, browser: Browser) -> None:
    view = await returned(hall, price="x")
    await enter(hall, browser, view)
    fields = {"/data/price": "630000.00", **mark(browser)}
    assert (await browser.post(FORM, fields, **{"Sec-Fetch-Site": "cross-site"})).status == 403
    assert (await browser.post(FORM, {**fields, "form": "00" * 48})).status == 401
    assert (await seen(hall, view.application.id)).application.revision == 1


async def test_who_may_not_see_it_is_not_asked_and_not_told(hall: Hall, browser: Browser) -> None:
    view = await file(hall, "house-transfer")
    view = await give_back(hall, view, "tax", {"/data/price": "x"})
    await follow(hall, browser, view, "buyer")
    await browser.get("/t/case")
    assert 'href="/t/case/answer"' not in browser.page, "the tax is the seller's"
    await browser.get(FORM)
    assert "Nothing is asked of you now" in browser.text
    view = await give_back(hall, view, "real_estate", {"/data/seller/id_number": "另一本证上是 999999199001010016"})
    await browser.get("/t/case")
    assert "The other party answers it" in browser.text or "the other party answers it" in browser.text
    await browser.get(FORM)
    assert "999999" not in browser.page
    fields = {"/data/seller/id_number": "500152199001010018", "mark": view.application.id}
    await browser.post(DOOR, {"six": BUYER})
    assert (await browser.post(FORM, fields)).status in (401, 409)
    assert (await seen(hall, view.application.id)).application.revision == 1


async def test_a_return_out_of_sight_is_not_sent_again_by_an_answer_to_another(hall: Hall, browser: Browser) -> None:
    view = await file(hall, "house-transfer")
    view = await give_back(hall, view, "tax", {"/data/price": "x"})
    view = await give_back(hall, view, "real_estate", {"/data/contract_number": "x"})
    await enter(hall, browser, view, "buyer", BUYER)
    assert re.findall(r'name="(/data[^"]*)"', browser.page) == ["/data/contract_number"]
    assert (await browser.post(FORM, {"/data/contract_number": "TN-2", "/data/price": "1.00", **mark(browser)})).status == 303
    now = await seen(hall, view.application.id)
    assert {step: (one.state.value, one.round) for step, one in now.deliveries.items() if step != "marital_status"} == {
        "tax": ("returned", 1),
        "real_estate": ("waiting", 2),
    }
    assert (await data_of(hall, view))["price"] == "620000.00"
    assert now.application.state == "returned"
    await enter(hall, browser, view)
    assert (await browser.post(FORM, {"/data/price": "630000.00", **mark(browser)})).status == 303
    assert (await seen(hall, view.application.id)).deliveries["tax"].round == 2


async def test_what_goes_with_an_answer_is_asked_for_with_it(hall: Hall, browser: Browser) -> None:
    view = await returned(hall, "passport", delivery="请选择邮寄")
    form = await hall.gateway.parts.insights.form(view.application.id)
    assert form is not None
    await enter(hall, browser, view, "applicant", form["applicant"]["id_number"][-6:])
    names = {*re.findall(r'name="(/data[^"]*)"', browser.page)}
    assert names == {"/data/delivery"} | ({"/data/address"} - {f"/data/{name}" for name in form["data"]})
    other = {"post": "pick_up", "pick_up": "post"}[form["data"]["delivery"]]
    if other == "post":
        assert (await browser.post(FORM, {"/data/delivery": other, **mark(browser)})).status == 422
        assert 'name="/data/address"' in browser.page
    fields = {"/data/delivery": other, "/data/address": "重庆市潼南区桂林街道 1 号", **mark(browser)}
    assert (await browser.post(FORM, fields)).status == 303
    assert (await data_of(hall, view))["delivery"] == other


async def test_what_somebody_answered_meanwhile_is_told(hall: Hall, browser: Browser) -> None:
    view = await returned(hall, price="x")
    await enter(hall, browser, view)
    fields = {"/data/price": "630000.00", **mark(browser)}
    view = await give_back(hall, view, "tax", {"/data/area": "x"})
    assert (await browser.post(FORM, fields)).status == 409
    assert "What is asked has changed" in browser.text
    assert 'value="630000.00"' in browser.page, "what was typed is kept"
    assert 'name="/data/area"' in browser.page
    assert (await browser.post(FORM, {**fields, "/data/area": "90.00", **mark(browser)})).status == 303
    after = await data_of(hall, view)
    assert (after["price"], after["area"]) == ("630000.00", "90.00")


#: Names and texts that somebody may post.
_POSTED = st.dictionaries(
    st.sampled_from(
        [
            "/data/seller/id_number", "/data/seller", "/data/buyer/name", "/data/area", "/data/unit_number", "/data/contract_date",
            "/data", "/applicant/name", "/applicant/id_number", "/data/price/0", "/data/new", "/agent/name", "remove", "add", "same", "up",
        ]
    ),
    st.sampled_from(["", "1", "500152199001010018", "/data/seller", "/data/price", "/data", "2026-11-20", "-", "{}"]),
    max_size=6,
)  # fmt: skip


async def test_what_is_not_asked_is_never_changed_whatever_is_posted(hall: Hall, browser: Browser) -> None:
    view = await returned(hall, price="x")
    before = await hall.gateway.parts.insights.form(view.application.id)
    assert before is not None
    tried: list[dict[str, str]] = []

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(_POSTED)
    def generate(fields: dict[str, str]) -> None:
        tried.append(fields)

    generate()
    changed = 0
    for number, fields in enumerate(tried):
        if not [one for one in (await seen(hall, view.application.id)).deliveries.values() if one.correctable]:
            view = await give_back(hall, await seen(hall, view.application.id), "real_estate", {"/data/price": "x"})
        await enter(hall, browser, view)
        status = (await browser.post(FORM, {**fields, "/data/price": f"{1000 + number}.00", **mark(browser)})).status
        assert status in (200, 303, 422), fields
        changed += status == 303
        now = await hall.gateway.parts.insights.form(view.application.id)
        assert now is not None
        assert {name: value for name, value in now["data"].items() if name != "price"} == {
            name: value for name, value in before["data"].items() if name != "price"
        }, fields
        assert (now["applicant"], now["agent"]) == (before["applicant"], before["agent"]), fields
    assert changed > 5


async def test_the_number_of_a_document_is_in_no_address_and_no_log(
    hall: Hall, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    view = await returned(hall, price="x")
    await enter(hall, browser, view)
    assert [one for one in (SELLER, browser.cookies[ANSWER]) if one in capsys.readouterr().out] == []
    assert Caller(id=new_id(), name="", role=OPERATOR).actor.startswith("caller:")

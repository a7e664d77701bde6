"""The way of a draft: a step leads to the next, a filed one to its receipt, and nobody of another group gets to see any of it."""

from __future__ import annotations

import pytest

from gateway.cases.caller import Caller
from gateway.cases.suspending.suspensions import NewSuspension
from gateway.journal.store.views import ApplicationFilter
from gateway.model.identifiers import new_id
from tests.gateway.web.conftest import Hall
from tests.gateway.web.console.filed import signed_in
from tests.gateway.web.counter.at_the_desk import begun, clerk, file, filled, hidden, words

SUPERVISOR = Caller(id=new_id(), name="zheng", role="supervisor", user="user:zheng")
STEPS = ("applicant", "form", "documents", "check", "turned", "list")


async def test_a_draft_goes_from_step_to_step_and_ends_at_its_receipt(hall: Hall) -> None:
    browser = await clerk(hall)
    draft = await filled(browser, "housing-holdings")
    for step in STEPS:
        assert (await browser.get(f"{draft}/{step}")).status == 200, step
    assert (await browser.get(f"{draft}/receipt")).headers["Location"] == f"{draft}/check"
    assert await file(browser, draft) == f"{draft}/receipt"
    for step in STEPS:
        back = await browser.get(f"{draft}/{step}")
        assert (back.status, back.headers["Location"]) == (303, f"{draft}/receipt"), step
    assert (await browser.get(f"{draft}/receipt")).status == 200


async def test_two_who_press_make_one_case_and_the_second_is_told(hall: Hall) -> None:
    liu, zhou = await clerk(hall), await clerk(hall, "zhou")
    draft = await filled(liu, "housing-holdings")
    await zhou.get(f"{draft}/check")
    stale = hidden(zhou)
    assert await file(liu, draft) == f"{draft}/receipt"
    second = await zhou.post(f"{draft}/file", {**stale, "confirmed": "yes"})
    assert second.headers["Location"] == f"{draft}/receipt?again=1"
    await zhou.get(second.headers["Location"])
    assert "Liu filed this draft at" in words(zhou)
    saved = await zhou.post(f"{draft}/save", {**stale, "/data/purpose": "another"})
    assert (saved.status, saved.headers["Location"]) == (303, f"{draft}/receipt?again=1")
    found = await hall.gateway.parts.insights.applications(ApplicationFilter(), None, 10)
    assert len(found.items) == 1


async def test_a_draft_of_another_group_is_not_there(hall: Hall) -> None:
    liu, other = await clerk(hall), await clerk(hall, "else", "another")
    draft = await begun(liu, "passport")
    await other.get("/counter")
    proof = other.proof()
    for step in (*STEPS, "receipt"):
        assert (await other.get(f"{draft}/{step}")).status == 404, step
    for path in ("applicant", "form", "documents", "file", "turned", "save", "discard"):
        assert (await other.post(f"{draft}/{path}", {**proof, "version": "1"})).status == 404, path
        assert (await other.post(f"/counter/{new_id()}/{path}", {**proof, "version": "1"})).status == 404, path


@pytest.mark.parametrize("role", ["supervisor", "operator", "auditor", "administrator", "officer:tax"])
async def test_the_counter_is_for_clerks(hall: Hall, role: str) -> None:
    browser = await signed_in(hall, role)
    assert (await browser.get("/counter")).status == 403
    await browser.get("/account")
    assert "/counter" not in browser.page


async def test_a_service_that_is_suspended_meanwhile_lets_its_draft_wait(hall: Hall) -> None:
    browser = await clerk(hall)
    draft = await filled(browser, "housing-holdings")
    wanted = NewSuspension(service="housing-holdings", notice_zh="系统升级", notice_en="The system is renewed")
    parts = hall.gateway.parts
    await parts.suspensions.suspend(wanted, reason="renewal", caller=SUPERVISOR, language="en")
    await browser.get("/counter")
    assert "The system is renewed" in words(browser)
    assert await file(browser, draft) == ""
    assert "The draft waits" in words(browser)
    assert "Not filed; the draft is all there" in words(browser)
    await parts.suspensions.resume("housing-holdings", reason="done", caller=SUPERVISOR)
    assert await file(browser, draft) == f"{draft}/receipt"

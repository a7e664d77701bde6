"""Sending a delivery again: by whoever may, with the reason in the audit, and not where its rule forbids it."""

from __future__ import annotations

from tests.gateway.web.conftest import Hall
from tests.gateway.web.console.filed import doubted, kept, seen, signed_in


async def test_a_held_one_is_sent_again_with_its_reason(hall: Hall) -> None:
    one = await kept(hall)
    path = f"/console/deliveries/{one.id}/retry"
    browser = await signed_in(hall, "operator")
    assert (await browser.get(path)).status == 200
    proof = browser.proof()
    assert "the department recognises a repeat" in browser.text
    assert (await browser.post(path, {"/reason": "x" * 501, **proof})).status == 422
    assert "x" * 501 in browser.page
    assert 'href="#reason"' in browser.page
    done = await browser.post(path, {"/reason": "their disk was full", **proof})
    assert (done.status, done.headers["Location"]) == (303, f"/console/cases/{one.application_id}?said=retried")
    assert (await seen(hall, one.application_id)).by_id(one.id).state == "ready"
    await browser.get(done.headers["Location"])
    assert "It was asked to be sent again." in browser.text
    assert "their disk was full" in browser.text
    assert (await browser.get(path)).status == 200


async def test_what_is_sent_again_waits_for_its_department(hall: Hall) -> None:
    one = await kept(hall)
    browser = await signed_in(hall, "operator")
    waits = "goes out once the department is back"
    pages = (f"/console/cases/{one.application_id}", f"/console/deliveries/{one.id}/retry")
    for path in pages:
        await browser.get(path)
        assert waits not in browser.text
    await browser.get(f"/console/departments/{one.department}")
    paused = {"paused": "true", "reason": "their disk is full", "/reason": "their disk is full", **browser.proof()}
    assert (await browser.post(f"/console/departments/{one.department}/pause", paused)).status == 303, browser.text
    for path in pages:
        await browser.get(path)
        assert waits in browser.text


async def test_one_in_doubt_that_is_never_repeated_is_refused_and_what_was_typed_stays(hall: Hall) -> None:
    one = await doubted(hall)
    browser = await signed_in(hall, "operator")
    await browser.get(f"/console/deliveries/{one.id}")
    assert f"/console/deliveries/{one.id}/retry" not in browser.page
    assert (await browser.get(f"/console/deliveries/{one.id}/retry")).status == 200
    refused = await browser.post(f"/console/deliveries/{one.id}/retry", {"/reason": "let me", **browser.proof()})
    assert refused.status == 409
    assert "let me" in browser.page
    assert 'role="alert"' in browser.page
    assert (await seen(hall, one.application_id)).by_id(one.id).state == "in_doubt"


async def test_the_form_of_a_session_that_has_ended_keeps_what_was_typed(hall: Hall) -> None:
    one = await kept(hall)
    browser = await signed_in(hall, "operator")
    await browser.get(f"/console/deliveries/{one.id}/retry")
    people = hall.gateway.parts.people
    for account in await people.accounts.all():
        for session in await people.sessions.of(account.id):
            await people.sessions.end(session.id, actor="test")
    stale = await browser.post(f"/console/deliveries/{one.id}/retry", {"/reason": "<i>half typed</i>", **browser.proof()})
    assert stale.status == 401
    assert "&lt;i&gt;half typed&lt;/i&gt;" in browser.page
    assert (await seen(hall, one.application_id)).by_id(one.id).state == "held"

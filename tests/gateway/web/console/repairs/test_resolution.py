"""Saying what became of a delivery: what is wrong is said at the field, what was typed stays, and what is said goes on."""

from __future__ import annotations

from tests.gateway.web.conftest import Hall
from tests.gateway.web.console.filed import doubted, seen, signed_in


async def test_what_became_of_one_in_doubt_is_said_and_taken_back(hall: Hall) -> None:
    one = await doubted(hall)
    path = f"/console/deliveries/{one.id}/resolve"
    browser = await signed_in(hall, "operator")

    assert (await browser.get(path)).status == 200
    proof = browser.proof()
    assert one.key in browser.text
    assert "is never sent again" in browser.text
    assert "it is done twice" in browser.text
    assert "Reason (goes to the audit) required" in " ".join(browser.text.split())
    assert "(resolve)" not in browser.text
    empty = await browser.post(path, {"/outcome/reference": "<b>77</b>", **proof})
    assert empty.status == 422
    assert all(words in browser.text for words in ("Say what they told you.", "Say how it is known.", "Nothing was changed"))
    assert 'href="#says"' in browser.page
    assert 'id="reason-e"' in browser.page
    assert "&lt;b&gt;77&lt;/b&gt;" in browser.page

    pending = {"/outcome/kind": "accepted", "/reason": "by phone"}
    assert (await browser.post(path, {**pending, **proof})).status == 422
    assert 'id="reference-e"' in browser.page
    assert 'value="accepted" checked' in browser.page
    approved = {"/outcome/kind": "approved", "/outcome/output/ready_on": "soon", "/reason": "by letter"}
    assert (await browser.post(path, {**approved, **proof})).status == 422
    assert "/outcome/output/passport_number" not in browser.text
    assert 'id="o1-e"' in browser.page
    assert 'id="o2-e"' in browser.page
    assert (await seen(hall, one.application_id)).by_id(one.id).state == "in_doubt"

    done = await browser.post(path, {**pending, "/outcome/reference": "EE-1", **proof})
    assert (done.status, done.headers["Location"]) == (303, f"/console/cases/{one.application_id}?said=resolved")
    now = (await seen(hall, one.application_id)).by_id(one.id)
    assert (now.state, now.reference) == ("deciding", "EE-1")
    await browser.get(done.headers["Location"])
    assert "The outcome was recorded." in browser.text
    assert "by phone" in browser.text
    assert "Take back what was said" in browser.text

    again = await browser.post(path, {**pending, "/outcome/reference": "EE-1", **proof})
    assert again.status == 409
    assert "Nothing was changed" in browser.text

    back = await browser.post(f"/console/deliveries/{one.id}/unresolve", {"/reason": " ", **proof})
    assert back.status == 422
    back = await browser.post(f"/console/deliveries/{one.id}/unresolve", {"/reason": "mistyped", **proof})
    assert back.headers["Location"].endswith("?said=unresolved")
    assert (await seen(hall, one.application_id)).by_id(one.id).state == "in_doubt"

    granted = {**approved, "/outcome/output/passport_number": "E12345678", "/outcome/output/ready_on": "2026-12-08"}
    assert (await browser.post(path, {**granted, **proof})).status == 303
    case = await seen(hall, one.application_id)
    assert case.by_id(one.id).state == "approved"
    await browser.get(f"/console/cases/{one.application_id}")
    assert "/unresolve" not in browser.page
    await browser.get(f"/console/deliveries/{one.id}")
    assert "/unresolve" not in browser.page
    assert case.outcomes[one.step]["output"] == {"passport_number": "E12345678", "ready_on": "2026-12-08"}


async def test_what_never_arrived_is_sent_again_and_only_operators_say_so(hall: Hall) -> None:
    one = await doubted(hall)
    path = f"/console/deliveries/{one.id}/resolve"
    for role, group in (("supervisor", None), ("auditor", None), ("clerk", "hall")):
        browser = await signed_in(hall, role, group=group)
        assert (await browser.get(f"/console/cases/{one.application_id}")).status == 200
        assert path not in browser.page
        assert (await browser.get(path)).status == 403
        absent = {"/outcome/kind": "absent", "/reason": "by phone", **browser.proof()}
        assert (await browser.post(path, absent)).status == 403
    operator = await signed_in(hall, "operator")
    await operator.get(path)
    assert (await operator.post(path, {"/outcome/kind": "absent", "/reason": "by phone", **operator.proof()})).status == 303
    assert (await seen(hall, one.application_id)).by_id(one.id).state == "ready"
    assert (await operator.get("/console/deliveries/01a22866-0008-7577-80d4-14aaa7c1bca7/resolve")).status == 404

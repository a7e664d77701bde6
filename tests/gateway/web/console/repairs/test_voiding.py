"""Voiding a case at the console: by a supervisor, with a reason, as long as nobody has acted."""

from __future__ import annotations

from tests.gateway.web.conftest import Hall
from tests.gateway.web.console.filed import doubted, file, seen, signed_in


async def test_a_case_that_was_filed_by_mistake_is_voided(hall: Hall) -> None:
    case, acted = await file(hall, "passport"), await doubted(hall)
    own, path = f"/console/cases/{case.application.id}", f"/console/cases/{case.application.id}/void"
    operator = await signed_in(hall, "operator")
    await operator.get(own)
    assert path not in operator.page
    assert (await operator.get(path)).status == 403
    browser = await signed_in(hall, "supervisor")
    await browser.get(own)
    assert path in browser.page
    assert (await browser.get(path)).status == 200
    proof = browser.proof()
    assert (await browser.post(path, {"/reason": " ", **proof})).status == 422
    assert 'id="reason-e"' in browser.page
    assert "duty desk" not in browser.text
    assert "Void it for good" in browser.text
    done = await browser.post(path, {"/reason": "filed twice", **proof})
    assert (done.status, done.headers["Location"]) == (303, f"{own}?said=voided")
    assert (await seen(hall, case.application.id)).application.state == "withdrawn"
    await browser.get(done.headers["Location"])
    assert "The case was voided" in browser.text
    assert "filed twice" in browser.text
    assert "voided: filed by mistake" in browser.text
    assert "done" not in browser.text
    assert "withdrawn" not in browser.text.partition("History")[0]
    assert "filed by mistake, before any department had acted" in browser.text.partition("History")[2]
    await browser.get("/console/cases?state=voided&state=in_progress")
    assert "not pursued" in browser.text
    assert all(one in browser.page for one in (f'{own}"', acted.application_id))
    await browser.get("/console/cases?state=withdrawn")
    assert own not in browser.page
    await browser.get("/console/cases?state=withdrawn&state=voided")
    assert own in browser.page
    assert path not in browser.page
    late = await browser.post(f"/console/cases/{acted.application_id}/void", {"/reason": "too late", **proof})
    assert late.status == 409
    assert "too late" in browser.page

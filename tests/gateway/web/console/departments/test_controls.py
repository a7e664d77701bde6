"""Forms on a department: each takes effect once with its reason, and a wrong one keeps what was typed and changes nothing."""

from __future__ import annotations

from gateway.journal.read.reasons import of_departments
from tests.gateway.web.conftest import Browser, Hall
from tests.gateway.web.console.signed import signed_in

PAGE = "/console/departments/tax"


async def _send(browser: Browser, act: str, **fields: str) -> int:
    await browser.get(PAGE)
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    return (await browser.post(f"{PAGE}/{act}", {**named, **browser.proof()})).status


async def test_a_department_is_paused_resumed_and_limited_with_a_reason(hall: Hall) -> None:
    browser, permits = await signed_in(hall, "operator", "zhou"), hall.gateway.casework.permits
    assert await _send(browser, "pause", reason=" they asked ") == 303
    assert permits.paused("tax")
    await browser.get(f"{PAGE}?done=paused")
    assert "It is paused." in browser.text
    assert await _send(browser, "resume", reason="over") == 303
    assert not permits.paused("tax")
    assert await _send(browser, "limits", concurrency="4", rate="2.5", limits_reason="less") == 303
    assert (permits._gates["tax"].concurrency, permits.spacing("tax")) == (4, 400_000)
    assert await _send(browser, "limits", concurrency="", rate="", limits_reason="as it was") == 303
    assert (permits._gates["tax"].concurrency, permits.spacing("tax")) == (None, 0)
    acts = (await hall.gateway.parts.insights.read(lambda c: of_departments(c, ["tax"])))["tax"]
    assert [(one.act, one.actor, one.reason) for one in acts[::-1]] == [
        ("paused", "user:zhou", "they asked"),
        ("resumed", "user:zhou", "over"),
        ("limited", "user:zhou", "less"),
        ("limited", "user:zhou", "as it was"),
    ]


async def test_a_wrong_form_says_all_that_is_wrong_keeps_what_was_typed_and_changes_nothing(hall: Hall) -> None:
    browser = await signed_in(hall, "operator", "zhou")
    assert await _send(browser, "limits", concurrency="many", rate="0", limits_reason=" ") == 422
    assert browser.page.count('aria-invalid="true"') == 3
    assert 'value="many"' in browser.page
    assert "Give the reason" in browser.text
    assert f'hx-sse:connect="{PAGE}"' in browser.page  # the form's own address gives no page
    assert await _send(browser, "pause", reason="") == 422
    assert await _send(browser, "pause", reason="x" * 501) == 422
    assert not hall.gateway.casework.permits.paused("tax")
    assert await _send(browser, "probe") == 409
    assert "there is nothing to probe" in browser.text
    browser.page = ""
    assert (await browser.post("/console/departments/water/pause", {"reason": "r"})).status == 409  # no proof, nothing done
    await browser.get(PAGE)
    assert (await browser.post("/console/departments/water/pause", {"reason": "r", **browser.proof()})).status == 404


async def test_who_only_sees_departments_may_send_no_form(hall: Hall) -> None:
    operator = await signed_in(hall, "operator", "zhou")
    await operator.get(PAGE)
    for role in ("supervisor", "auditor", "head:tax"):
        browser = await signed_in(hall, role, role.partition(":")[0])
        assert (await browser.post(f"{PAGE}/pause", {"reason": "r", **operator.proof()})).status == 403
    assert not hall.gateway.casework.permits.paused("tax")

"""Services at the console: suspended with a notice and resumed by forms, each with its reason, and a wrong one keeps what was typed."""

from __future__ import annotations

import html
from datetime import timedelta

from gateway.cases.suspending.suspensions import NewSuspension
from gateway.journal.read.reasons import of_suspensions
from gateway.model.identifiers import new_id
from gateway.web.times import local
from tests.gateway.web.conftest import Browser, Hall
from tests.gateway.web.console.signed import FRONT, signed_in

PAGE = "/console/services/passport"
HOSTILE = '<script>alert("办")</script> & \' <b>' + "长" * 60
FORM = {"notice-zh": HOSTILE, "notice-en": "", "first-day": "", "last-day": "", "reason": "they asked"}


def day(hall: Hall, days: int) -> str:
    """Give the day that is so many after today, as a browser sends it."""
    return (local(hall.gateway.journal.now()).date() + timedelta(days=days)).isoformat()


async def _send(browser: Browser, path: str, **fields: str) -> int:
    await browser.get(PAGE)
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    return (await browser.post(path, {**named, **browser.proof()})).status


async def _suspended(hall: Hall, **more: str) -> Browser:
    browser = await signed_in(hall, "supervisor", "chen")
    assert await _send(browser, PAGE, **{**FORM, **more}) == 303
    return browser


async def test_a_service_is_suspended_from_today_to_the_end_of_a_day_and_everybody_reads_why(hall: Hall) -> None:
    browser = await _suspended(hall, first_day=day(hall, 0), last_day=day(hall, 2), notice_zh=f" {HOSTILE}\r\n急办请找 3 号窗 ")
    suspensions = hall.gateway.parts.suspensions
    found = suspensions.now("passport")
    assert found is not None
    assert found.until is not None
    assert f"{local(found.until):%Y-%m-%d %H:%M}" == f"{day(hall, 3)} 00:00"
    assert found.notice.en == f"{HOSTILE} 急办请找 3 号窗"
    await browser.get(f"{PAGE}?done=suspended")
    assert "within a second" in browser.text
    for path in (PAGE, "/console/services", "/services/passport", "/"):
        await browser.get(path)
        assert "<script>alert" not in browser.page, path
        assert html.escape(HOSTILE[:8], quote=False) in browser.page, path
    await browser.get("/services/passport")
    assert "What was handed in already goes on" in browser.text
    assert "No applications are taken until" in browser.text
    await browser.get("/services/newlywed")
    assert "No applications are taken" not in browser.text
    acts = await hall.gateway.parts.insights.read(lambda c: of_suspensions(c, [found.id]))
    assert [(one.act, one.actor, one.reason) for one in acts[found.id]] == [("suspended", "user:chen", "they asked")]


async def test_its_last_day_is_changed_and_it_is_resumed(hall: Hall) -> None:
    browser = await _suspended(hall)
    suspensions = hall.gateway.parts.suspensions
    [made] = suspensions.kept()
    form = f"{PAGE}/suspensions/{made.id}"
    fields = {f"last-day-{made.id}": day(hall, 5), f"reason-{made.id}": "five days"}
    assert await _send(browser, form, act="end", **fields) == 303
    await browser.get(PAGE)
    assert f'value="{day(hall, 5)}"' in browser.page
    assert await _send(browser, form, act="end", **{f"last-day-{made.id}": day(hall, -1), f"reason-{made.id}": ""}) == 422
    assert browser.page.count('aria-invalid="true"') == 2
    assert f'value="{day(hall, -1)}"' in browser.page
    assert await _send(browser, form, act="resume", **{f"reason-{made.id}": " "}) == 422
    assert suspensions.now("passport") is not None
    assert await _send(browser, form, act="resume", **{f"reason-{made.id}": "done"}) == 303
    assert suspensions.now("passport") is None
    assert await _send(browser, form, act="resume", **{f"reason-{made.id}": "done"}) == 404  # sent again from a page that is left open


async def test_a_planned_one_is_shown_beside_another_and_called_off(hall: Hall) -> None:
    browser = await _suspended(hall, first_day=day(hall, 3), last_day=day(hall, 4))
    await browser.get(PAGE)
    assert "To be suspended" in browser.text
    assert "Takes applications" in browser.text
    assert "Call it off" in browser.text
    await browser.get("/services/passport")
    assert "No applications are taken" not in browser.text
    for _ in range(2):  # a form that is sent twice
        assert await _send(browser, PAGE, **{**FORM, "notice-zh": "第二次"}) == 303
    assert await _send(browser, PAGE, **{**FORM, "notice-zh": "第三次"}) == 303
    assert len(hall.gateway.parts.suspensions.kept()) == 3
    await browser.get(PAGE)
    assert "Several overlap" in browser.text


async def test_a_wrong_form_says_all_that_is_wrong_and_changes_nothing(hall: Hall) -> None:
    browser = await signed_in(hall, "operator", "zhou")
    sent = {"notice-zh": " ", "notice-en": "a\u202eb", "first-day": day(hall, -1), "last-day": "soon", "reason": ""}
    assert await _send(browser, PAGE, **sent) == 422
    assert browser.page.count('aria-invalid="true"') == 4
    assert "Give the notice" in browser.text
    assert 'value="soon"' in browser.page
    assert await _send(browser, PAGE, **{**FORM, "first-day": day(hall, -1), "last-day": day(hall, -1), "reason": ""}) == 422
    assert browser.page.count('aria-invalid="true"') == 3
    assert await _send(browser, PAGE, **{**FORM, "last-day": "9999-12-31"}) == 422
    assert hall.gateway.parts.suspensions.kept() == []
    await browser.get(PAGE)
    assert (await browser.post("/console/services/nowhere", {**FORM, **browser.proof()})).status == 404
    await browser.get(PAGE)
    assert (await browser.post(f"{PAGE}/suspensions/{new_id()}", {"act": "end", **browser.proof()})).status in (404, 422)


async def test_who_only_sees_services_may_send_no_form(hall: Hall) -> None:
    made = await hall.gateway.parts.suspensions.suspend(
        NewSuspension(service="passport", notice_zh="升级"), reason="a secret reason", caller=FRONT, language="en"
    )
    for role in ("auditor", "clerk"):
        parts = hall.gateway.parts
        browser = Browser(hall)
        if role == "clerk":
            await parts.people.accounts.create(role, "Li", role, group="hall", password="a long enough password", actor="test")
            await browser.sign_in(role)
        else:
            browser = await signed_in(hall, role, role)
        await browser.get(PAGE)
        assert "升级" in browser.text
        assert "a secret reason" not in browser.text
        assert f"/suspensions/{made.id}" not in browser.page
        for path in (PAGE, f"{PAGE}/suspensions/{made.id}"):
            assert (await browser.post(path, {**FORM, **browser.proof()})).status == 403


async def test_a_service_that_is_gone_from_the_catalogue_is_resumed(hall: Hall) -> None:
    browser = await _suspended(hall)
    parts = hall.gateway.parts
    [made] = parts.suspensions.kept()
    left = {code: one for code, one in parts.catalogue.services.items() if code != "passport"}
    parts.catalogue._now = type(parts.catalogue)(left, {}, {})._now
    await browser.get("/console/services")
    assert "Not in the catalogue any more" in browser.text
    await browser.get(PAGE)
    assert "Suspend it" not in browser.text
    assert await _send(browser, f"{PAGE}/suspensions/{made.id}", act="resume", **{f"reason-{made.id}": "gone"}) == 303
    assert (await browser.get(PAGE)).status == 404

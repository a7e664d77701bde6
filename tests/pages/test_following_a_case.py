"""A case followed as a citizen does, by code and by link, from its filing to its end: on a phone and at a desk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, Route, expect

from gateway.model.identifiers import new_id
from tests.faults.installation import Installation, sample
from tests.pages.conftest import Visitor
from tests.patience import PATIENCE, stretched

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web/citizen reads every page without one")

#: What a department or a person might write who means no good, or does not know.
HOSTILE = "<script>alert(1)</script> \"'&lt;b&gt; \u202eevil\u2066"


@pytest.fixture(autouse=True)
def _calm(gateway: Installation) -> Iterator[None]:
    yield
    gateway.calm()


def _ask(gateway: Installation, method: str, path: str, body: Any = None, **headers: str) -> Any:
    sent = {
        "Authorization": f"Bearer {gateway.key('front-end')}",
        "Content-Type": "application/json",
        "Idempotency-Key": new_id(),
        **headers,
    }
    data = None if body is None else json.dumps(body).encode()
    with urlopen(
        Request(f"http://127.0.0.1:{gateway.port}{path}", data=data, headers=sent, method=method), timeout=stretched(PATIENCE)
    ) as answer:
        return json.load(answer)


def _file(gateway: Installation, service: str, *, wait: int | None = None, **data: Any) -> Any:
    body = sample(service)
    body["data"] |= data
    return _ask(gateway, "POST", "/v1/applications", body, **({} if wait is None else {"Prefer": f"wait={wait}"}))


def _receipt(filed: Mapping[str, Any], role: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(one for one in filed["receipts"] if role in one["roles"])
    return found


def _type_in(page: Page, code: str) -> None:
    page.fill("#code", code)
    page.locator("form .main-act").click()


def _reads(visitor: Visitor) -> None:
    """Fail where somebody could not read the page as it is."""
    assert visitor.accessible() == []
    visitor.fits()
    visitor.kept_to_the_policy()


def test_from_filing_to_approved(visitor: Visitor, gateway: Installation) -> None:
    gateway.sandbox("real_estate", "decide", {"after": 3600})
    filed = _file(gateway, "house-transfer")
    receipt = _receipt(filed, "buyer")
    page = visitor.go("/")
    _type_in(page, receipt["query_code"].lower())
    page.wait_for_url("**/t/case")
    assert receipt["link"].rpartition("/")[2] not in page.url + page.content()
    state, last = page.locator("h1"), page.locator(".track li").last
    expect(last).to_contain_text({"zh-CN": "办理中，自", "en": "With"}[page.get_attribute("html", "lang") or ""])
    expect(page.locator(".track li")).to_have_count(2)  # the receipt, and the one step that a buyer sees
    assert page.locator("h1.run").count() == 1
    assert page.locator(".hero small, .hero p.small").count() == 1  # the day is provisional
    _reads(visitor)
    [delivery] = [one for one in _ask(gateway, "GET", f"/v1/applications/{filed['id']}")["deliveries"] if one["step"] == "real_estate"]
    gateway.sandbox("real_estate", "decide", {"reference": delivery["reference"], "outcome": "approved"})
    expect(state).to_have_class("big ok", timeout=stretched(PATIENCE) * 1000)  # by itself: the page is a stream, too
    visitor.go("/t/case")
    assert page.locator("script").count() == 0
    assert page.locator("#next").count() == 1
    _reads(visitor)


def test_what_a_party_does_not_see_is_not_told(visitor: Visitor, gateway: Installation) -> None:
    order = {"fault": "returned", "times": 1, "operation": "assess_transfer", "code": "51", "fields": ["price"], "reason": f"李强{HOSTILE}"}
    gateway.sandbox("tax", "faults", order)
    filed = _file(gateway, "house-transfer", wait=30)
    assert filed["state"] == "returned"
    page = visitor.go(_receipt(filed, "seller")["link"])
    page.wait_for_url("**/t/case")
    assert page.locator("h1.back").count() == 1
    expect(page.locator(".track li")).to_have_count(4)
    assert "<script>alert(1)</script>" in page.locator(".askbox").inner_text()
    assert "李强" not in page.content()
    assert page.locator(".places li").count() == 1
    _reads(visitor)
    page = visitor.go(_receipt(filed, "buyer")["link"])
    assert page.locator("h1.run").count() == 1
    assert page.locator(".askbox").count() == 0
    expect(page.locator(".track li")).to_have_count(2)
    assert "alert(1)" not in page.content()
    _reads(visitor)
    body = sample("house-transfer")
    corrected = {"applicant": body["applicant"], "data": {**body["data"], "price": "630000.00"}}
    _ask(gateway, "POST", f"/v1/applications/{filed['id']}/revisions", corrected, Prefer="wait=30")
    page = visitor.go(_receipt(filed, "seller")["link"])
    assert page.locator("h1.ok").count() == 1
    expect(page.locator(".track li")).to_have_count(5)  # and the correction
    _reads(visitor)


def test_a_department_that_is_down_is_no_error(visitor: Visitor, gateway: Installation) -> None:
    gateway.sandbox("exit_entry", "faults", {"fault": "unauthorized"})  # so that it is called no more
    filed = _file(gateway, "passport")
    page = visitor.go(_receipt(filed, "applicant")["link"])
    expect(page.locator(".track li").last).to_contain_text(
        {"zh-CN": "现在不接收", "en": "takes nothing"}[page.get_attribute("html", "lang") or ""]
    )
    assert page.locator("h1.run").count() == 1
    _reads(visitor)


def test_one_that_was_not_approved_says_what_next(visitor: Visitor, gateway: Installation) -> None:
    gateway.sandbox("exit_entry", "decide", {"outcome": "rejected"})
    filed = _file(gateway, "passport", wait=30)
    page = visitor.go(_receipt(filed, "applicant")["link"])
    assert page.locator("h1.no").count() == 1
    assert page.locator("#next").count() == 1
    _reads(visitor)


def test_by_the_keyboard_alone_and_a_code_is_corrected_where_it_was_typed(visitor: Visitor, gateway: Installation) -> None:
    code = _receipt(_file(gateway, "passport"), "applicant")["query_code"]
    page = visitor.go("/t")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past the head
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "code"
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    page.keyboard.type(wrong)
    page.keyboard.press("Enter")
    expect(page.locator(".field.bad")).to_have_count(1)
    assert page.input_value("#code") == wrong
    _reads(visitor)
    page.focus("#code")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(f"{code[:4]} {code[4:]}".lower())
    page.keyboard.press("Enter")
    page.wait_for_url("**/t/case")


def test_without_scripts_and_a_receipt_that_was_issued_again(without_scripts: Visitor, gateway: Installation) -> None:
    filed = _file(gateway, "passport", wait=30)
    receipt = _receipt(filed, "applicant")
    page = without_scripts.go("/t")
    _type_in(page, receipt["query_code"])
    page.wait_for_url("**/t/case")
    assert page.locator("h1.ok").count() == 1
    [cookie] = [one for one in without_scripts.context.cookies() if one["name"] == "__Host-case"]
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"], cookie["path"]) == (True, True, "Lax", "/")
    again = _ask(gateway, "POST", f"/v1/applications/{filed['id']}/receipt", {})
    page.reload()
    assert page.locator("#code").count() == 1
    assert without_scripts.go(receipt["link"]).locator("#code").count() == 1
    assert [one for one in without_scripts.context.cookies() if one["name"] == "__Host-case"] == []
    without_scripts.go(again["link"])
    assert page.locator("h1.ok").count() == 1
    page.locator("form[action='/t/stop'] button").click()
    page.wait_for_url("**/t")
    without_scripts.go("/t/case")
    assert page.url.endswith("/t")


def test_a_dead_link_says_what_to_do(visitor: Visitor) -> None:
    page = visitor.go("/t/" + "A" * 43)
    assert page.locator("h1").count() == page.locator("#code").count() == 1
    _reads(visitor)


def test_names_that_mean_no_good_are_a_letter_and_a_star(visitor: Visitor, gateway: Installation) -> None:
    man, woman = ({**sample("newlywed")["data"][who], "name": name} for who, name in (("man", "<" + "b" * 49), ("woman", "\"'>&lt;x")))
    filed = _file(gateway, "newlywed", wait=30, man=man, woman=woman)
    page = visitor.go(_receipt(filed, "man")["link"])
    assert "<*" in page.locator("dl.told").inner_text()
    _reads(visitor)


def test_a_page_is_a_stream_however_late_its_parts_come(visitor: Visitor, gateway: Installation) -> None:
    gateway.sandbox("exit_entry", "faults", {"fault": "unauthorized"})
    link = _receipt(_file(gateway, "passport"), "applicant")["link"]
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    visitor.page.route("**/hx-sse.min.js", hold)
    with visitor.page.expect_response("**/app.js"):
        visitor.page.goto(gateway.url + link, wait_until="commit")
    visitor.page.evaluate("new Promise(done => setTimeout(done, 200))")  # in which it would begin without
    with visitor.page.expect_request(lambda asked: "event-stream" in asked.headers.get("accept", "")):
        late[0].continue_()

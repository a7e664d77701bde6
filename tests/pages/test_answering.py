"""A returned case answered in a browser, on the party's phone and at the counter, until its department approves it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.faults.installation import Installation
from tests.pages.conftest import Visitor
from tests.pages.desk import returned, sign_in, window
from tests.patience import until

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web/answers reads and sends every form without one")

SELLER = "010016"


@pytest.fixture(autouse=True)
def _calm(gateway: Installation) -> Iterator[None]:
    yield
    gateway.calm()


def _link(filed: Mapping[str, Any], role: str) -> str:
    return str(next(one["link"] for one in filed["receipts"] if role in one["roles"]))


def _approved(gateway: Installation, filed: Mapping[str, Any]) -> None:
    def done() -> bool:
        return str(window(gateway, "GET", f"/v1/applications/{filed['id']}")["state"]) == "approved"

    until(done, why="it is not approved")


def _reads(visitor: Visitor) -> None:
    assert visitor.accessible() == []
    visitor.fits()
    visitor.kept_to_the_policy()


def _to_the_form(visitor: Visitor, filed: Mapping[str, Any]) -> Page:
    page = visitor.go(_link(filed, "seller"))
    page.locator(".askbox .main-act").click()
    page.wait_for_url("**/t/case/answer")
    page.fill("#six", SELLER)
    page.locator("form .main-act").click()
    page.wait_for_url("**/t/case/answer")
    page.wait_for_selector("[name='/data/price']")
    return page


def test_on_the_phone_from_the_return_to_the_approval(visitor: Visitor, gateway: Installation) -> None:
    filed = returned(gateway)
    page = visitor.go(_link(filed, "seller"))
    _reads(visitor)
    page.locator(".askbox .main-act").click()
    page.wait_for_url("**/t/case/answer")
    _reads(visitor)
    page.fill("#six", "000000")
    page.keyboard.press("Enter")
    expect(page.locator(".field.bad")).to_contain_text("4")
    _reads(visitor)
    page.fill("#six", SELLER)
    page.keyboard.press("Enter")
    price = page.locator("[name='/data/price']")
    expect(price).to_have_value("620000.00")
    assert page.locator("input[name^='/']").count() == 1, "all else is read"
    expect(page.locator("form.answer")).to_contain_text("成交价与合同不符")
    assert [one for one in ("999999199001010016", "500152198512310026", "王芳") if one in page.content()] == []
    _reads(visitor)
    price.fill("六十万")
    price.press("Enter")
    expect(page.locator("#wrong")).to_be_focused()
    expect(price).to_have_value("六十万")
    _reads(visitor)
    page.locator("#wrong a").click()
    expect(price).to_be_focused()
    price.fill("630000.00")
    page.locator("form.answer .main-act").click()
    page.wait_for_url("**/t/case?said=answered")
    _reads(visitor)
    visitor.go("/t/case/answer")
    assert page.locator("[name='/data/price']").count() == 0, "it was sent"
    _reads(visitor)
    _approved(gateway, filed)


def test_without_scripts_two_presses_and_a_lost_answer_are_one_revision(without_scripts: Visitor, gateway: Installation) -> None:
    filed = returned(gateway)
    page = _to_the_form(without_scripts, filed)
    page.fill("[name='/data/price']", "630000.00")
    # It is sent twice, and the answer to the first is lost.
    page.route("**/t/case/answer", lambda route: (route.fetch(max_redirects=0), route.continue_()), times=1)
    page.locator("form.answer .main-act").click()
    expect(page.locator("form.answer")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("nothing to send")
    assert window(gateway, "GET", f"/v1/applications/{filed['id']}")["revision"] == 2
    without_scripts.go("/t/case/answer")
    assert page.locator("form.answer, #six").count() == 0, "nothing is asked any more"
    without_scripts.go("/t/case")
    assert page.locator(".track li").count() == 5, "with one correction"
    _approved(gateway, filed)
    assert window(gateway, "GET", f"/v1/applications/{filed['id']}")["revision"] == 2


def test_at_the_counter_by_the_keyboard(visitor: Visitor, gateway: Installation) -> None:
    filed = returned(gateway)
    sign_in(visitor, gateway, "clerk", group="hall")
    page = visitor.go("/counter/answers")
    _reads(visitor)
    page.focus("#wanted")
    page.keyboard.type(_code(filed).lower())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/counter/cases/{filed['id']}/answer")
    price = page.locator("[name='/data/price']")
    assert "500152198512310026" in page.content(), "the window sees its own cases whole"
    _reads(visitor)
    price.fill("x")
    price.press("Enter")
    expect(page.locator("#wrong")).to_be_focused()
    _reads(visitor)
    price.fill("630000.00")
    price.press("Enter")
    page.wait_for_url(f"**/console/cases/{filed['id']}?said=answered")
    _approved(gateway, filed)


def _code(filed: Mapping[str, Any]) -> str:
    return str(next(one["query_code"] for one in filed["receipts"] if "buyer" in one["roles"]))

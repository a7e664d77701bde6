"""The console's live part in a browser: it says when it last came, and is over when the session is."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.faults.installation import Installation
from tests.pages.conftest import Visitor
from tests.pages.desk import sign_in
from tests.patience import PATIENCE, stretched

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web/console/test_screens.py reads the stream without one")


def test_a_page_lives_until_its_session_is_over(visitor: Visitor, gateway: Installation) -> None:
    sign_in(visitor, gateway, "supervisor")
    page = visitor.page
    before = page.locator(".live").inner_text()
    expect(page.locator(".live")).not_to_have_text(before, timeout=stretched(1_000 * PATIENCE))
    assert "stale" not in (page.locator(".live").get_attribute("class") or "")
    visitor.kept_to_the_policy()
    other = visitor.context.new_page()
    other.goto(visitor.base + "/account")
    other.locator("form[action='/sign-out'] button").click()
    page.wait_for_url("**/sign-in?next=/console")

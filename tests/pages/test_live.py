"""The console's live part in a browser: it says when it last came, and is over when the session is."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.faults.installation import Installation
from tests.pages.conftest import Visitor

pytestmark = pytest.mark.slow("drives a browser; tests/gateway/web/console/test_screens.py reads the stream without one")


@pytest.fixture(scope="module")
def supervisor(gateway: Installation) -> str:
    command = [sys.executable, "-m", "gateway.cli", "user", "add", "head-of-hall", "supervisor", "--name", "周敏"]
    return subprocess.run(command, env=gateway.environment, capture_output=True, text=True, check=True).stdout.strip()


def test_a_page_lives_until_its_session_is_over(visitor: Visitor, supervisor: str) -> None:
    page = visitor.go("/sign-in")
    page.fill("#login", "head-of-hall")
    page.fill("#password", supervisor)
    page.locator("form .main-act").click()
    page.wait_for_url("**/console")
    before = page.locator(".live").inner_text()
    page.wait_for_function("before => document.querySelector('.live').textContent !== before", arg=before)
    assert "stale" not in (page.locator(".live").get_attribute("class") or "")
    visitor.kept_to_the_policy()
    other = visitor.context.new_page()
    other.goto(visitor.base + "/account")
    other.locator("form[action='/sign-out'] button").click()
    page.wait_for_url("**/sign-in?next=/console")

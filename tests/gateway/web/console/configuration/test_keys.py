"""The page of keys: whose they are, which end and which have ended, and never a key."""

from __future__ import annotations

import time

from tests.gateway.web.conftest import Browser, Hall
from tests.gateway.web.console.configuration.test_configuration import signed_in_operator

DAY = 86400 * 1_000_000


async def test_keys_are_shown_without_the_keys(hall: Hall, browser: Browser) -> None:
    await signed_in_operator(hall, browser)
    await browser.get("/console/keys")
    assert "There is no key yet." in browser.text
    keys, now = hall.gateway.parts.keys, time.time_ns() // 1000
    soon, first = await keys.create("front-end", "hall <b>", actor="test", group="hall", expires_at=now + 7 * DAY)
    tax, second = await keys.create("department:tax", "tax", actor="test", expires_at=now + 90 * DAY)
    gone, _ = await keys.create("operator", "night", actor="test")
    await keys.revoke(gone.id, actor="test")
    newer, third = await keys.succeed(tax.id, actor="test", overlap=3600)
    await browser.get("/console/keys")
    assert "Keys in force: 3, of which end soon: 2" in browser.text
    assert "hall &lt;b&gt;" in browser.page
    assert f"takes the place of {tax.id}" in browser.text
    assert "Department: Tax" in browser.text
    assert browser.page.index(soon.id) < browser.page.index(gone.id), "those in force come first"
    assert "revoked" in browser.text
    assert newer.id in browser.page
    assert all(key not in browser.page for key in (first, second, third, soon.hash, newer.hash))

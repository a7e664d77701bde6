"""The digest of a day on its page: as the interface gives it, of any day, and a day that is none told at its field."""

from __future__ import annotations

from gateway.api.figures.digest import yesterday
from tests.gateway.web.conftest import Hall
from tests.gateway.web.console.filed import file, kept, signed_in


async def test_a_day_and_what_needs_somebody_now(hall: Hall) -> None:
    await kept(hall)
    await file(hall, "passport")
    browser = await signed_in(hall, "supervisor")
    assert (await browser.get("/console/digest")).status == 200
    words = " ".join(browser.text.split())
    assert f"{yesterday()}: 0 received, 0 ended" in words
    assert "Of 24 hours 0 are counted." in words
    assert "under way 2" in words
    assert "deliveries that are held 1" in words
    assert "as it was signed" in words
    assert f"gateway digest --day {yesterday()}" in words


async def test_a_day_that_is_none_is_told_at_its_field(hall: Hall) -> None:
    browser = await signed_in(hall, "auditor")
    for typed in ("soon", "2026-13-01", "<i>"):
        assert (await browser.get(f"/console/digest?day={typed}")).status == 422
        assert "Give a day, such as" in browser.text
        assert "<i>" not in browser.page
    assert (await browser.get("/console/digest?day=2026-11-28")).status == 200

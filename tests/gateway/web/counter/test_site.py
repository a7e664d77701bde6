"""The address that is printed: the centre's own, or where the clerk's browser reaches it."""

from __future__ import annotations

from tests.gateway.web.conftest import Hall
from tests.gateway.web.counter.at_the_desk import clerk, file, filled


async def test_a_receipt_leads_to_where_the_pages_are(hall: Hall) -> None:
    browser = await clerk(hall)
    draft = await filled(browser, "housing-holdings")
    await browser.get(await file(browser, draft))
    assert f"http://127.0.0.1:{hall.gateway.port}/t" in browser.page

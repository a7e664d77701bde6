"""What a receipt says of a step: on its way, later, once its department is back, or depending on a result."""

from __future__ import annotations

from gateway.cases.caller import LOCAL_CALLER
from gateway.operations.controls import WantedControls
from tests.gateway.web.conftest import Hall
from tests.gateway.web.counter.at_the_desk import clerk, file, filled, words


async def test_a_department_that_takes_nothing_is_no_error_and_the_receipt_says_so(hall: Hall) -> None:
    parts = hall.gateway.parts
    browser = await clerk(hall)
    draft = await filled(browser, "passport")
    await parts.controls.change("exit_entry", WantedControls(paused=True), reason="moved", caller=LOCAL_CALLER)
    assert await file(browser, draft) == f"{draft}/receipt"
    await browser.get(f"{draft}/receipt")
    assert "Issue of the passport goes to Exit-entry administration by itself once it takes work again" in words(browser)

"""Papers: nothing is ticked beforehand, the guide's answers decide what is wanted, and all that is missing stands in one list."""

from __future__ import annotations

import re

from gateway.web.counter.filling.papers import key_of
from tests.gateway.web.conftest import Hall
from tests.gateway.web.counter.at_the_desk import begun, clerk, file, filled, send, words


async def test_what_is_missing_is_one_list_of_fields_and_papers(hall: Hall) -> None:
    browser = await clerk(hall)
    draft = await begun(browser, "newlywed")
    await browser.get(f"{draft}/documents")
    assert " checked>" not in browser.page
    lacking = words(browser).partition("What is still missing")[2]
    assert "Husband" in lacking
    assert "Both ID cards" in lacking
    assert f'href="{draft}/form?errors=1#/data' in browser.page
    await browser.get(f"{draft}/list")
    assert re.search(r"[0-9A-Z]{5} [0-9A-Z]{5}", browser.text)
    assert "Both ID cards" in words(browser)


async def test_the_answers_decide_what_is_wanted(hall: Hall) -> None:
    browser = await clerk(hall)
    draft = await begun(browser, "passport")
    service = hall.gateway.parts.catalogue.services["passport"].definition
    [question, *_] = service.guide
    conditional = next(one for one in service.materials if one.when)
    name, values = next(iter(conditional.when.items()))
    await browser.get(f"{draft}/documents")
    assert conditional.en not in words(browser).partition("Look at each")[2]
    answers = {f"/notes/guide/{one.name}": one.options[0].value for one in service.guide}
    answers[f"/notes/guide/{name}"] = values[0]
    assert await send(browser, f"{draft}/documents", {**answers, "stay": "yes"}) == f"{draft}/documents"
    await browser.get(f"{draft}/documents")
    assert question.text.en in words(browser)
    assert conditional.en in words(browser)


async def test_what_was_given_back_and_kept_stands_on_the_receipt_of_whoever_brought_it(hall: Hall) -> None:
    browser = await clerk(hall)
    browser.cookies["window"] = "Counter%203"
    draft = await filled(browser, "newlywed")
    materials = hall.gateway.parts.catalogue.services["newlywed"].definition.materials
    wanted = [one for one in materials if not one.when]
    ticks = {f"/notes/materials/{key_of(wanted[0])}": "seen", f"/notes/materials/{key_of(wanted[1])}": "kept", "/notes/materials/x": "kept"}
    assert await send(browser, f"{draft}/documents", ticks) == f"{draft}/check"
    await browser.get(f"{draft}/check")
    assert "Papers that are missing" not in browser.text
    await browser.get(await file(browser, draft))
    first, second = browser.page.split("<article")[1:]
    for text in (f"Originals returned: {wanted[0].en}", f"Kept: {wanted[1].en}"):
        assert text in first
        assert text not in second
    assert first.count("Counter 3 · Liu") == second.count("Counter 3 · Liu") == 1

"""The form of a draft: rows by buttons, errors at their fields, long lists and names, and a form that changes under a draft."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from aiohttp import web

from gateway.catalogue.drawing.posted import flat
from gateway.web.rendering import Pages
from tests.faults.installation import sample
from tests.gateway.web.conftest import Hall
from tests.gateway.web.counter.at_the_desk import begun, clerk, file, filled, hidden, send, words


async def test_a_button_within_the_form_leads_back_to_its_place(hall: Hall) -> None:
    browser = await clerk(hall)
    draft = await begun(browser, "newlywed")
    body = sample("newlywed")
    assert await send(browser, f"{draft}/applicant", flat(body["applicant"], "/applicant"))
    typed = {"/data/man/name": "", "/data/woman/name": "王芳", "same": "/data/man"}
    assert await send(browser, f"{draft}/form", typed) == f"{draft}/form#/data/man"
    await browser.get(f"{draft}/form")
    assert 'name="/data/man/id_number" value="500152199001010018"' in browser.page
    assert 'value="王芳"' in browser.page


async def test_errors_stand_at_their_fields_and_keep_nobody_from_going_on(hall: Hall) -> None:
    browser = await clerk(hall)
    draft = await begun(browser, "newlywed")
    body = sample("newlywed")
    await send(browser, f"{draft}/applicant", flat(body["applicant"], "/applicant"))
    fields = {**flat(body["data"], "/data"), "/data/woman/id_number": "500152198512310027"}
    assert await send(browser, f"{draft}/form", fields) == ""
    assert 'href="#/data/woman/id_number"' in browser.page
    assert f'href="{draft}/documents"' in browser.page
    await browser.get(f"{draft}/check")
    assert f'href="{draft}/form?errors=1#/data/woman/id_number"' in browser.page
    assert "Wife · ID number" in words(browser)
    assert await file(browser, draft) == ""


async def test_long_lists_and_the_longest_and_the_shortest_name(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    beside: dict[bool, set[bool]] = {False: set(), True: set()}
    render = Pages.page

    def rendered(pages: Pages, request: web.Request, template: str, **values: Any) -> web.Response:
        if template == "counter/form.html":
            beside[len(values["draft"].texts) > 200].add(threading.get_ident() != loop)
        return render(pages, request, template, **values)

    loop = threading.get_ident()
    monkeypatch.setattr(Pages, "page", rendered)

    def staff(count: int) -> list[dict[str, str]]:
        return [{"name": "阿" * 50 if n % 2 else "阿", "id_type": "111", "id_number": _number(n)} for n in range(count)]

    browser = await clerk(hall)
    draft = await filled(browser, "company-start", lambda body: body["data"].update(employees=staff(200)))
    await browser.get(f"{draft}/check")
    assert "200 of them" in words(browser)
    assert "See all 200 rows" in words(browser)
    fields = flat({**sample("company-start")["data"], "employees": staff(500)}, "/data")
    assert await send(browser, f"{draft}/form", fields) == ""
    assert "must have at most 200 items" in words(browser)
    await browser.get(f"{draft}/form")
    assert 'name="/data/employees/499/name"' in browser.page
    fields = flat({**sample("company-start")["data"], "employees": staff(200)}, "/data")
    assert await send(browser, f"{draft}/form", fields) == f"{draft}/documents"
    assert await file(browser, draft) == f"{draft}/receipt", words(browser)[:2000]
    await browser.get(f"{await filled(browser, 'company-start')}/form")
    assert beside == {False: {False}, True: {True}}, "what is long alone is drawn beside the loop"


def _number(n: int) -> str:
    """Give one of the numbers that are nobody's."""
    body = f"99999919900101{n:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return body + "10X98765432"[total % 11]


async def test_a_character_that_a_department_cannot_write_is_warned_of(hall: Hall) -> None:
    browser = await clerk(hall)
    draft = await filled(browser, "newlywed", lambda body: body["data"]["woman"].update(name="王㛃"))
    await browser.get(f"{draft}/check")
    assert "It can be filed, but note" in words(browser)
    assert "U+36C3" in words(browser)


async def test_a_form_that_changes_under_a_draft_is_told_and_nothing_is_lost(hall: Hall) -> None:
    browser = await clerk(hall)
    draft = await filled(browser, "housing-holdings")
    file_of = hall.gateway.reload.settings.config / "services" / "housing-holdings.yaml"
    text = file_of.read_text()
    assert "  properties:\n" in text
    remark = "    remark: {type: string, maxLength: 50, title: 备注, x-title-en: Remark}\n"
    file_of.write_text(text.replace("  properties:\n", f"  properties:\n{remark}", 1))
    await hall.gateway.reload.reload(actor="test")
    assert await file(browser, draft) == ""
    assert "The form has changed" in words(browser)
    await browser.get(f"{draft}/form")
    assert "New: Remark" in words(browser)
    old = {**hidden(browser), **flat(sample("housing-holdings")["data"], "/data")}
    seen = await browser.post(f"{draft}/form", {**old, "digest": "0" * 64})
    assert seen.headers["Location"] == f"{draft}/form"
    await browser.get(f"{draft}/form")
    assert "New: Remark" in words(browser)
    digest = hall.gateway.parts.catalogue.services["housing-holdings"].digest
    done = await browser.post(f"{draft}/form", {**hidden(browser), **flat(sample("housing-holdings")["data"], "/data"), "digest": digest})
    assert done.headers["Location"] == f"{draft}/documents"
    assert await file(browser, draft) == f"{draft}/receipt"


@pytest.mark.parametrize("training", [True, False])
async def test_the_sample_fills_a_form_where_people_learn_alone(hall: Hall, *, training: bool) -> None:
    object.__setattr__(hall.gateway.parts, "training", training)
    browser = await clerk(hall)
    draft = await begun(browser, "newlywed")
    await browser.get(f"{draft}/form")
    assert not training or hidden(browser)
    answer = await browser.post(f"{draft}/sample", {**hidden(browser), "at": "form"})
    if not training:
        assert answer.status == 409
        assert "Fill in from the sample" not in browser.text
        return
    assert answer.headers["Location"] == f"{draft}/form"
    await browser.get(f"{draft}/form")
    assert 'value="王芳"' in browser.page
    assert await file(browser, draft) == f"{draft}/receipt"

"""The list of cases: its filters, its pages, and the search by a number or by a person's document."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from gateway.model.identifiers import new_id
from gateway.model.moves import later
from gateway.web.console.cases import listing
from gateway.web.console.words import short_number
from tests.faults.installation import personal, sample
from tests.gateway.web.conftest import Browser, Hall
from tests.gateway.web.console.filed import WINDOW, doubted, file, kept, put, signed_in

OTHER = replace(WINDOW, id=new_id(), group="other")


def _listed(browser: Browser) -> list[str]:
    return re.findall(r'data-row="([0-9a-f-]{36})"', browser.page)


async def test_filters_stand_in_the_address_and_a_group_sees_its_own(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    doubt = (await doubted(hall)).application_id
    held = (await kept(hall)).application_id
    moving = (await file(hall, "newlywed", caller=OTHER)).application.id
    browser = await signed_in(hall, "supervisor")
    for query, found in (
        ("", [moving, held, doubt]),
        ("?needs_attention=true", [held, doubt]),
        ("?service=passport", [doubt]),
        ("?department=tax", [moving, held]),
        ("?department=tax&needs_attention=true&state=in_progress", [held]),
        ("?state=in_progress&state=returned", [moving, held, doubt]),
        ("?state=approved&state=rejected", []),
        ("?told_otherwise=true", []),
        ("?from=2020-01-01&to=2020-12-31", []),
        ("?from=2020-01-01", [moving, held, doubt]),
    ):
        assert (await browser.get(f"/console/cases{query}")).status == 200, query
        assert _listed(browser) == found, query
    assert 'value="in_progress" checked' not in browser.page
    assert (await browser.get("/console/cases?from=tomorrow")).status == 422
    assert 'id="f-from-e"' in browser.page
    monkeypatch.setattr(listing, "_PAGE", 2)
    await browser.get("/console/cases?state=in_progress")
    assert _listed(browser) == [moving, held]
    following = re.search(r'href="(/console/cases\?[^"]*cursor=[^"]*)"', browser.page)
    assert following is not None
    assert "state=in_progress" in following[1]
    await browser.get(following[1].replace("&amp;", "&"))
    assert _listed(browser) == [doubt]
    clerk = await signed_in(hall, "clerk", group="hall")
    await clerk.get("/console/cases")
    assert _listed(clerk) == [held, doubt]


async def test_a_number_leads_to_its_case_however_it_is_typed(hall: Hall) -> None:
    case = await file(hall, "passport")
    other = await file(hall, "newlywed", caller=OTHER)
    number, own = case.application.number, f"/console/cases/{case.application.id}"
    first = next(iter(case.deliveries.values()))
    await put(hall, first, later(first.due_at or 0), reference="EE-2026 77")
    browser = await signed_in(hall, "clerk", group="hall")
    await browser.get("/console/cases")
    proof = browser.proof()

    async def found(typed: str) -> str:
        answer = await browser.post("/console/cases/find", {"number": typed, **proof})
        return answer.headers.get("Location", str(answer.status))

    for typed in (number, f" {number[:18]} {number[18:31]} {number[31:]} ", f"…{number[31:39]}-{number[39:]}", number.lower()):
        assert await found(typed) == own, typed
    shown = short_number(number)
    for typed in (shown, shown[1:], f"... {shown[1:]} ", shown.replace("-", "–"), shown[1:].replace("-", " - ")):  # a copied dash
        assert await found(typed) == own, typed
    assert await found(" EE-2026 77") == own
    for nobodys in ("EE-202677", other.application.number, "500152199001010019", "\0"):
        assert await found(nobodys) == ("400" if nobodys == "\0" else "200"), nobodys
        assert _listed(browser) == []
    assert await found(number[39:]) == own
    assert await found("  ") == "/console/cases"
    await browser.get(f"/console/cases?number={number[31:]}")
    assert _listed(browser) == [case.application.id]
    await browser.get(f"/console/cases?number={int(number[39:])}")
    assert _listed(browser) == [case.application.id]
    sees_both = await signed_in(hall, "supervisor")
    await sees_both.get(f"/console/cases?number={short_number(number)}")
    assert _listed(sees_both) == [other.application.id, case.application.id], "two services count alike"
    await browser.get("/console/cases?number=%3Cb%3E")
    assert "&lt;b&gt;" in browser.page
    assert "What can be looked for" in browser.text
    assert await found("500152199001010018") == "200"
    assert "find by document" in browser.text
    assert personal(browser.page) == []


async def test_a_person_is_found_by_a_document_that_stands_in_no_address(hall: Hall) -> None:
    case = await file(hall, "passport")
    await file(hall, "newlywed", caller=OTHER)
    person = sample("passport")["applicant"]
    browser = await signed_in(hall, "clerk", group="hall")
    await browser.get("/console/cases")
    proof = browser.proof()
    asked = {"id_type": person["id_type"], "id_number": f"{person['id_number'][:6]} {person['id_number'][6:]}", **proof}
    answer = await browser.post("/console/cases/person", asked)
    assert (answer.status, _listed(browser)) == (200, [case.application.id])
    assert person["id_number"] not in browser.page
    assert (await browser.post("/console/cases/person", {"id_type": "0", "id_number": " ", **proof})).status == 422
    assert 'id="id_type-e"' in browser.page
    assert 'id="id_number-e"' in browser.page
    auditor = await signed_in(hall, "auditor")
    await auditor.get("/console/cases")
    assert "/console/cases/person" not in auditor.page
    assert (await auditor.post("/console/cases/person", {**asked, **auditor.proof()})).status == 403

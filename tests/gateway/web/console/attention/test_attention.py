"""The first page: the finding in the headline, what needs a person before what does not, and each role's own."""

from __future__ import annotations

from dataclasses import replace

from gateway.model.identifiers import new_id
from gateway.model.moves import asked_whether, decided
from tests.gateway.web.conftest import Hall
from tests.gateway.web.console.filed import WINDOW, doubted, file, kept, put, signed_in


async def test_nothing_to_mend_says_what_that_means(hall: Hall) -> None:
    browser = await signed_in(hall, "operator")
    assert (await browser.get("/console")).status == 200
    assert "Nothing for you to mend" in browser.text
    assert "every department takes our credentials" in browser.text
    assert "No case is under way." in browser.text
    assert "<title>Needs attention ·" in browser.page


async def test_what_needs_a_person_comes_first_the_oldest_on_top(hall: Hall) -> None:
    doubt = await doubted(hall)
    held = await kept(hall)
    asked = await doubted(hall, "retirement")
    await put(hall, asked, asked_whether(0))
    other = await kept(hall, caller=replace(WINDOW, id=new_id(), group="other"))
    back = await file(hall, "newlywed")
    await put(hall, next(iter(back.deliveries.values())), decided(doubt.state.RETURNED), outcome_code="B1")
    operator = await signed_in(hall, "operator")
    await operator.get("/console")
    assert "3 for you to mend, 1 recovering by itself" in operator.text
    assert "<title>Needs attention 3" in operator.page
    places = [operator.page.index(f'data-row="{one.id}"') for one in (doubt, held, other)]
    assert places == sorted(places)
    assert f'class="btn main-act" href="/console/deliveries/{doubt.id}/resolve"' in operator.page
    assert f'class="btn" href="/console/deliveries/{held.id}/retry"' in operator.page
    assert "steps of the case that wait for it: 1" in operator.text
    assert "1 in doubt are being asked about" in operator.text
    assert "Cases under way: 5" in operator.text

    clerk = await signed_in(hall, "clerk", group="hall")
    await clerk.get("/console")
    assert "3 for you to mend, 1 recovering" in clerk.text
    assert other.application_id not in clerk.page
    assert back.application.id in clerk.page
    assert "/retry" not in clerk.page
    assert "Cases under way" not in clerk.text
    assert "/console/departments" not in clerk.page

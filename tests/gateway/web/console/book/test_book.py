"""The day's book on its page: each role its own, sums that lead to their cases, days that are none told at their field, and its file."""

from __future__ import annotations

import html
import re
from typing import Any

from gateway.api.figures.book import today
from gateway.cases.caller import Caller
from gateway.journal.store.views import AuditFilter
from gateway.model.identifiers import new_id
from gateway.model.moves import held
from tests.gateway.web.conftest import Browser, Hall
from tests.gateway.web.console.filed import file, put, seen, signed_in

HALL, OTHER = (Caller(id=new_id(), name=group, role="clerk", group=group) for group in ("hall", "other"))
BOOK = "/console/book"


async def words(browser: Browser, path: str = BOOK) -> str:
    assert (await browser.get(path)).status == 200, browser.text
    return " ".join(browser.text.split())


def sums(browser: Browser) -> dict[str, int]:
    """Give the numbers above the cases."""
    found = re.findall(r'<b class="num">(\d+)</b><span>([^<]+)</span>', browser.page)
    return {html.unescape(name): int(number) for number, name in found}


def rows(browser: Browser) -> list[str]:
    return re.findall(r'<tr data-row="([^"]+)"', browser.page)


async def handed(hall: Hall, case_id: str, department: str) -> None:
    """Have a department's step been handed over, and wait for a person now."""
    one = next(one for one in (await seen(hall, case_id)).deliveries.values() if one.department == department)
    now = hall.gateway.journal.now()
    await put(hall, one, held(), problem="timeout", attempts=1, first_sent_at=now, last_sent_at=now, sent_revision=1)


async def test_the_centre_a_group_and_a_department_each_have_their_own(hall: Hall) -> None:
    mine = await file(hall, "house-transfer", caller=HALL)
    theirs = await file(hall, "passport", caller=OTHER)
    await handed(hall, mine.application.id, "tax")
    for role, group, whose, wanted in (
        ("supervisor", None, "the whole centre", {mine.application.id, theirs.application.id}),
        ("operator", None, "the whole centre", {mine.application.id, theirs.application.id}),
        ("auditor", None, "the whole centre", {mine.application.id, theirs.application.id}),
        ("clerk", "hall", "your group", {mine.application.id}),
        ("officer:tax", None, "handed to", {mine.application.id}),
        ("head:marriage", None, "handed to", set()),
    ):
        browser = await signed_in(hall, role, group=group)
        said = await words(browser)
        assert whose in said, role
        assert set(rows(browser)) == wanted, role
        assert sums(browser)["Received"] == len(wanted), role
        assert ("*" in said) == ("Applicant" in said) == (role in ("supervisor", "operator", "clerk")), role
        assert ("/console/cases/" in browser.page.split('id="lines"')[-1]) == (not role.startswith(("officer", "head"))), role
    assert (await (await signed_in(hall, "administrator")).get(BOOK)).status == 403


async def test_a_department_reads_of_its_own_steps_and_of_nothing_else(hall: Hall) -> None:
    case = await file(hall, "house-transfer", caller=HALL)
    await handed(hall, case.application.id, "tax")
    browser = await signed_in(hall, "officer:tax")
    said = await words(browser)
    titles = {name: one.config.title.en for name, one in hall.gateway.parts.departments.items()}
    assert titles["tax"] in said
    others = [titles[one.department] for one in case.deliveries.values() if one.department != "tax"]
    assert others
    assert [one for one in others if one in said] == []
    assert "Voided" not in said
    assert "nothing was handed to your department" in await words(await signed_in(hall, "head:marriage"))


async def test_each_number_leads_to_its_cases(hall: Hall) -> None:
    case = await file(hall, "passport", caller=HALL)
    await file(hall, "house-transfer", caller=OTHER)
    browser = await signed_in(hall, "supervisor")
    said = await words(browser)
    assert f"{today()}: 2 received" in said
    assert sums(browser) | {"Received": 2, "Still open": 2, "Open and overdue": 0, "Approved": 0} == sums(browser)
    by_whom = browser.page.split('id="by-whom"')[1]
    for address in re.findall(r'href="(/console/book\?[^"]+)"', browser.page):
        await words(browser, html.unescape(address))
    [link] = re.findall(rf'href="([^"]*filed_by={HALL.id}[^"]*)"', by_whom)
    await words(browser, html.unescape(link))
    assert rows(browser) == [case.application.id]
    assert "none that fits" in await words(browser, f"{BOOK}?state=approved")
    assert sums(browser)["Received"] == 2
    assert await words(browser, f"{BOOK}?service=passport&state=open")
    assert rows(browser) == [case.application.id]
    assert "Nothing was received then." in await words(browser, f"{BOOK}?day=2020-01-01")


async def test_days_that_cannot_be_meant_are_told_at_their_field(hall: Hall) -> None:
    await file(hall, "passport", caller=HALL)
    browser = await signed_in(hall, "supervisor")
    for query, said in (
        ("day=soon", "Give a day, such as"),
        ("day=9999-12-31", "Give a day, such as"),
        ("day=2026-11-02&to=<i>", "Give a day, such as"),
        ("day=2026-11-02&to=2026-11-01", "must not be before"),
        ("day=2026-01-01&to=2026-12-01", "must be within 31 days"),
    ):
        assert (await browser.get(f"{BOOK}?{query}")).status == 422, query
        assert said in browser.text
        assert "<i>" not in browser.page
        assert rows(browser) == []
        assert (await browser.get(f"{BOOK}/book.csv?{query}")).status == 400, query
    assert (await browser.get(f"{BOOK}?day=0001-01-01&state=nothing&filed_by=nobody&service=none&cursor=x")).status == 200


async def test_a_page_ends_where_the_next_begins(hall: Hall, monkeypatch: Any) -> None:
    monkeypatch.setattr("gateway.web.console.book.book._PAGE", 2)
    filed = [(await file(hall, "passport", caller=HALL)).application.id for _ in range(3)]
    browser = await signed_in(hall, "clerk", group="hall")
    await words(browser)
    assert rows(browser) == [filed[2], filed[1]]
    [following] = re.findall(r'href="([^"]*cursor=[^"]*)"', browser.page)
    assert "Case by case" in await words(browser, html.unescape(following))
    assert rows(browser) == [filed[0]]
    assert ">Older ones<" not in browser.page
    assert ">Back to the newest<" in browser.page


async def test_the_file_is_the_whole_book_and_the_audit_says_who_took_it(hall: Hall) -> None:
    case = await file(hall, "passport", caller=HALL)
    await file(hall, "passport", caller=OTHER)
    browser = await signed_in(hall, "clerk", "wang", group="hall")
    await words(browser)
    [link] = re.findall(r'href="(/console/book/book.csv\?[^"]*)"', browser.page)
    answer = await browser.get(html.unescape(link))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="book-{today()}.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    lines = browser.page.splitlines()
    assert [line.split(",")[0].removeprefix("\ufeff") for line in lines] == ["Case", case.application.number]
    entries = await hall.gateway.parts.insights.audit(AuditFilter(event="book_exported"), None, 10)
    assert [(one.actor, one.details) for one in entries.items] == [("user:wang", f'{{"from":"{today()}","to":"{today()}"}}')]

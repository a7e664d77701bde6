"""Trends: sums of hours in the bars of a span, sentences with the finding, and a department's people see theirs alone."""

from __future__ import annotations

import html
import re
import time

import pytest
from sqlalchemy import insert

from gateway.journal.hours.figures import HOUR, hour_of
from gateway.journal.store import schema
from gateway.journal.store.database import open_writer
from gateway.web.console.trends import trends
from tests.gateway.journal.hours.calls import of_calls
from tests.gateway.web.conftest import WORD, Browser, Hall

SECOND = 1_000_000


@pytest.fixture
async def counted(hall: Hall) -> None:
    count_hours(hall.gateway.reload.settings.database_url)


def count_hours(database_url: str) -> None:
    """Keep 26 hours as they would have been counted, two cases each, and ten calls to the tax office of which one failed."""
    now, took = hour_of(time.time_ns() // 1000), of_calls([SECOND // 5] * 9 + [5 * SECOND])
    writer = open_writer(database_url)
    with writer.begin() as connection:
        for ago in (*range(24, 0, -1), 24 * 5, 24 * 80):
            cases = {"received": 2, "approved": 1, "rejected": 0, "withdrawn": 0, "promised": 1, "on_time": ago % 2}
            kept = {"counted_at": now, "settled": True}
            connection.execute(insert(schema.case_hour).values(hour=now - ago * HOUR, **cases, **kept))
            calls = {"sent": 9, "sent_again": 2, "asked": 1, "failed": 1, "approved": 5, "rejected": 1, "returned": 0}
            times = {"latencies": took.stored(), "longest": took.longest}
            connection.execute(insert(schema.department_hour).values(hour=now - ago * HOUR, department="tax", **calls, **times))
    writer.dispose()


async def _signed_in(hall: Hall, browser: Browser, role: str) -> None:
    await hall.gateway.parts.people.accounts.create("seer", "Seer", role, password=WORD, actor="test")
    await browser.sign_in("seer")


def _sums(browser: Browser, table: int) -> list[int]:
    """Give the sum of each column of whole numbers of one of the page's tables."""
    body = browser.page.split("<tbody>")[table + 1].split("</tbody>")[0]
    rows = [re.findall(r">(\d+)</td>", row) for row in body.split("</tr>")[:-1]]
    return [len(rows), *(sum(map(int, column)) for column in zip(*rows, strict=True))]


@pytest.mark.usefixtures("counted")
async def test_a_supervisor_sees_cases_and_every_department_over_each_span(hall: Hall, browser: Browser) -> None:
    await _signed_in(hall, browser, "supervisor")
    assert (await browser.get("/console/trends")).status == 200
    assert "Cases received: 46, ended: 23" in browser.text
    assert "Of 23 with a promised date 12 ended by it (52.2 %)" in browser.text
    assert _sums(browser, 0) == [24, 46, 23, 12, 11]
    assert "Calls: 230, failed: 23 (10.0 %)" in browser.text
    assert browser.text.count("No calls.") == 4
    for span, bars, ended in (("week", {28, 29}, 25), ("quarter", {90, 91}, 26)):
        assert (await browser.get(f"/console/trends?span={span}")).status == 200
        sums = _sums(browser, 0)
        assert sums[0] in bars
        assert sums[1:] == [ended * 2, ended, 12, ended - 12]
        assert f"Calls: {ended * 10}, failed: {ended}" in browser.text
    assert (await browser.get("/console/trends?span=%3Cb%3E")).status == 200
    assert "<b>" not in browser.page.split("<main")[1]


@pytest.mark.usefixtures("counted")
async def test_an_officer_sees_the_own_department_alone(hall: Hall, browser: Browser) -> None:
    await _signed_in(hall, browser, "officer:tax")
    await browser.get("/console/trends")
    assert html.unescape(browser.page).count("<h2 id=") == 1
    assert "Calls: 230" in browser.text
    assert "Cases received" not in browser.text


async def test_before_anything_is_counted_it_says_so(hall: Hall, browser: Browser) -> None:
    await _signed_in(hall, browser, "head:tax")
    await browser.get("/console/trends")
    assert "Calls and answers" in browser.text


def test_bars_of_a_day_begin_at_midnight_in_china() -> None:
    for ago in range(100):
        hour = hour_of(1_764_435_000_000_000) - ago * HOUR
        begin = trends._step(hour, 24 * HOUR)
        assert (begin + 8 * HOUR) % (24 * HOUR) == 0
        assert 0 <= hour - begin < 24 * HOUR

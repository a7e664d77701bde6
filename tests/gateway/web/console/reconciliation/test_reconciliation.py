"""A department's day on a page and as a file, for whose department it is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.gateway.web.conftest import Hall
from tests.gateway.web.console.signed import filed, signed_in

PAGE = "/console/reconciliation"
#: 2026-11-23, noon in China.
NOON = 1_795_406_400_000_000


def _sent(tmp_path: Path, *, doubtful: str) -> None:
    """Have every delivery to the tax office been sent at noon, the one of that case in vain."""
    with closing(sqlite3.connect(tmp_path / "var" / "gateway.db")) as journal, journal:
        rows = journal.execute("SELECT id, application_id, round FROM delivery WHERE department = 'tax' ORDER BY id").fetchall()
        for number, (delivery, case, round_) in enumerate(rows):
            at, lost = NOON + number, case == doubtful
            journal.execute(
                "INSERT INTO attempt (delivery_id, round, epoch, number, action, started_at, ended_at, result, node) "
                "VALUES (?, ?, 1, 1, 'submit', ?, ?, ?, 'n')",
                (delivery, round_, at, at + 5, "connection_lost" if lost else "approved"),
            )
            state = ("in_doubt", at) if lost else ("approved", None)
            journal.execute("UPDATE delivery SET state = ?, doubt_since = ?, due_at = NULL WHERE id = ?", (*state, delivery))


async def test_a_day_is_shown_with_what_is_in_doubt_first_and_as_a_file(hall: Hall, tmp_path: Path) -> None:
    cases = await filed(hall, "company-start", 3)
    _sent(tmp_path, doubtful=cases[-1])
    browser = await signed_in(hall, "supervisor", "sun")
    await browser.get(f"{PAGE}?department=tax&day=2026-11-23")
    first, _, others = browser.page.partition('id="others"')
    assert "Compare these first" in first
    assert first.count("12:00:00</td>") == 1
    assert "no reply" in first
    assert others.count("approved · 12:00:00") == 2
    assert 'href="/console/reconciliation/day.csv?department=tax&amp;day=2026-11-23"' in browser.page
    answer = await browser.get(f"{PAGE}/day.csv?department=tax&day=2026-11-23")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tax-2026-11-23.csv"'
    assert browser.page.count("\r\n") == 4
    await browser.get(f"{PAGE}?department=tax&day=2026-11-24")
    assert "On this day it was sent nothing" in browser.text
    assert "day.csv" not in browser.page


async def test_an_address_that_is_wrong_is_refused(hall: Hall) -> None:
    browser = await signed_in(hall, "supervisor", "sun")
    for query in ("day=yesterday", "department=%3Cscript%3E", "colour=red", "cursor=7"):
        assert (await browser.get(f"{PAGE}?{query}")).status == 400
        assert "<script>" not in browser.page


async def test_people_of_a_department_see_its_days_alone_and_the_file_needs_a_session(hall: Hall) -> None:
    browser = await signed_in(hall, "officer:tax", "zhao")
    await browser.get(PAGE)
    assert browser.page.count("<option") == 1
    assert (await browser.get(f"{PAGE}?department=marriage")).status == 404
    assert (await browser.get(f"{PAGE}/day.csv?department=marriage")).status == 404
    assert (await browser.get(f"{PAGE}/day.csv?department=tax")).status == 200
    assert (await hall.get(f"{PAGE}/day.csv?department=tax")).headers["Location"].startswith("/sign-in?next=")

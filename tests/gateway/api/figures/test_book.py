"""The book as a file: rows and columns by right, nobody's whole name, nothing that a spreadsheet runs, and an entry in the audit."""

from __future__ import annotations

import csv
import io
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from gateway.api.http import paging
from gateway.journal.read.lists import id_at
from gateway.journal.store import schema
from gateway.model.application import Application, ApplicationState, EndReason
from gateway.model.delivery import DeliveryState
from gateway.model.identifiers import new_id
from gateway.operations import book
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import FORM, NOON, a_delivery, an_application

ON = "/v1/book?day=2026-11-23"
EVERY = ["Case", "Service", "Received", "Entered late: handed in", "Received by", "Applicant (masked)", "State", "Departments"]
EVERY += ["Promised by", "Late", "Ended"]
DAY = 86_400_000_000


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "_now", lambda: NOON)


def added(world: World, *departments: str, at: int = NOON, form: dict[str, Any] = FORM, **more: Any) -> Application:
    """Add a case that was received then, with a step that each of these departments was handed."""
    case = an_application(id=id_at(at) + new_id()[13:], received_at=at, **more)
    world.journal.add(case, [a_delivery(case, one, state=DeliveryState.DECIDING, first_sent_at=at) for one in departments], form)
    return case


async def rows(world: World, role: str = "operator", query: str = ON) -> list[dict[str, str]]:
    answer = await world.ask("GET", query, role)
    assert answer.status == 200, answer.body
    text = answer.body.decode("utf-8")
    assert text.startswith("\ufeff")  # or Excel misreads Chinese
    assert "\n" not in text.replace("\r\n", "")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


async def test_a_row_says_what_was_received_by_whom_and_where_it_stands(world: World) -> None:
    await world.key("front-end")
    case = added(world, "marriage", "tax", caller=world.ids["front-end"], due_at=NOON - 1, handed_in_at=NOON - DAY)
    [row] = await rows(world)
    assert list(row) == EVERY
    assert (row["Case"], row["Received by"], row["Applicant (masked)"]) == (case.number, "test front-end", "欧阳*")
    assert (row["Received"], row["Entered late: handed in"]) == ("2026-11-23 09:30", "2026-11-22 09:30")
    assert (row["State"], row["Late"], row["Ended"]) == ("in progress", "yes", "")
    assert row["Departments"].count(": ") == 2
    answer = await world.ask("GET", ON, "operator", headers={"Accept-Language": "zh-CN"})
    assert answer.body.decode("utf-8-sig").startswith("办件编号,事项,收件时间,")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="book-2026-11-23.csv"'


async def test_an_ended_case_is_late_by_its_end_and_a_voided_one_is_said_to_be_so(world: World) -> None:
    added(world, state=ApplicationState.APPROVED, due_at=NOON + 5, ended_at=NOON + 5)
    added(world, at=NOON + 1, state=ApplicationState.APPROVED, due_at=NOON + 5, ended_at=NOON + 6)
    added(world, at=NOON + 2000, state=ApplicationState.WITHDRAWN, ended_at=NOON, end_reason=EndReason.VOIDED, due_at=None)
    found = {(row["State"], row["Late"]) for row in await rows(world)}
    assert found == {("approved", "no"), ("approved", "yes"), ("voided", "no")}


async def test_each_role_has_its_own_rows_and_columns(world: World) -> None:
    await world.key("front-end")
    own = added(world, "tax", caller=world.ids["front-end"])
    other = added(world, "marriage", state=ApplicationState.REJECTED, ended_at=NOON)
    waits = an_application(id=id_at(NOON) + new_id()[13:])
    world.journal.add(waits, [a_delivery(waits, "tax")])  # not handed to it yet
    every = {one.number for one in (own, other, waits)}
    for role, numbers, missing in (
        ("local", every, set()),
        ("operator", every, set()),
        ("auditor", every, {"Applicant (masked)"}),
        ("front-end", {own.number}, set()),
        ("department:tax", {own.number}, {"Applicant (masked)", "State", "Ended"}),
        ("department:marriage", {other.number}, {"Applicant (masked)", "State", "Ended"}),
    ):
        found = await rows(world, role)
        assert {row["Case"] for row in found} == numbers, role
        assert set(EVERY) - set(found[0]) == missing, role
    assert (await world.ask("GET", ON, None)).status == 401


async def test_nobodys_name_or_number_is_whole_and_no_cell_is_a_formula(world: World) -> None:
    evil = {**FORM, "applicant": {**FORM["applicant"], "name": "=HYPERLINK(1)"}}
    added(world, form=evil)
    added(world)
    for role in ("operator", "local", "front-end", "department:tax"):
        text = (await world.ask("GET", ON, role)).body.decode()
        assert [
            part for part in ("欧阳明", "李丽", "500152", "1380013") if part in text.replace("11500152000000019R3500152000001", "")
        ] == []
    assert sorted(row["Applicant (masked)"] for row in await rows(world)) == ["'=" + "*" * 12, "欧阳*"]


async def test_days_services_filers_and_states_narrow_it(world: World) -> None:
    first = added(world, "tax", caller="a" * 36)
    late = added(world, "tax", at=NOON + DAY, service="passport", due_at=NOON - 1, state=ApplicationState.RETURNED)
    voided = added(world, at=NOON + 2 * DAY, state=ApplicationState.WITHDRAWN, end_reason=EndReason.VOIDED, ended_at=NOON)
    span = "/v1/book?day=2026-11-22&to=2026-11-30"
    for query, wanted in (
        (ON, [first]),
        ("/v1/book?day=2026-11-22", []),
        (span, [first, late, voided]),
        (f"{span}&service=passport", [late]),
        (f"{span}&filed_by={'a' * 36}", [first]),
        (f"{span}&state=open", [first, late]),
        (f"{span}&state=late", [late]),
        (f"{span}&state=returned", [late]),
        (f"{span}&state=voided", [voided]),
        (f"{span}&state=withdrawn", []),
        (f"{span}&state=approved", []),
    ):
        assert sorted(row["Case"] for row in await rows(world, query=query)) == sorted(one.number for one in wanted), query
    assert len(await rows(world, "department:tax", f"{span}&state=open")) == 2
    assert len(await rows(world, "department:tax", f"{span}&state=late")) == 1
    assert await rows(world, "department:tax", f"{span}&state=returned") == []  # its own step is not


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("day=soon", "day"),
        ("day=2026-11-23&to=2026-11-22", "to"),
        ("day=2026-11-01&to=2026-12-02", "to"),
        ("state=lost", "state"),
        ("name=x", "name"),
    ],
)
async def test_what_cannot_be_meant_is_refused_and_no_entry_is_made(world: World, query: str, parameter: str) -> None:
    answer = await world.ask("GET", f"/v1/book?{query}", "operator")
    assert (answer.status, answer.json["errors"][0]["parameter"]) == (400, parameter)
    assert _exports(world) == []


async def test_the_audit_says_who_took_which_days_out(world: World) -> None:
    await world.ask("GET", f"{ON}&to=2026-11-24&service=passport&state=late", "operator")
    await world.ask("GET", ON, "department:tax")
    days = {"from": "2026-11-23", "to": "2026-11-24"}
    assert _exports(world) == [
        (f"caller:{world.ids['operator']}", {**days, "service": "passport", "state": "late"}),
        (f"caller:{world.ids['department:tax']}", {"from": "2026-11-23", "to": "2026-11-23", "department": "tax"}),
    ]


def _exports(world: World) -> list[tuple[str, dict[str, Any]]]:
    with world.journal.engine.connect() as connection:
        wanted = select(schema.audit).where(schema.audit.c.event == "book_exported").order_by(schema.audit.c.at, schema.audit.c.seq)
        return [(row.actor, orjson.loads(row.details)) for row in connection.execute(wanted)]


async def test_it_goes_on_over_pages_and_gives_each_case_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.api.figures.book.LONGEST_PAGE", 2)
    assert paging.LONGEST_PAGE > 2
    numbers = [added(world, at=NOON + n * 1000).number for n in range(5)]
    assert [row["Case"] for row in await rows(world)] == numbers[::-1]
    assert await rows(world, query="/v1/book?day=2026-11-21") == []

"""A department's day over HTTP: its own deliveries alone, as JSON by the page or as one CSV."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest

from gateway.model.delivery import DeliveryState
from gateway.model.identifiers import CHINA
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import NOON, a_delivery, an_application

PATH = "/v1/departments/tax/reconciliation"
ON = f"{PATH}?date=2026-11-23"


def _sent(world: World, count: int = 1, reference: str | None = "T-1", result: str = "http_502") -> list[str]:
    keys = []
    for _ in range(count):
        case = an_application()
        delivery = a_delivery(case, "tax", state=DeliveryState.IN_DOUBT, doubt_since=NOON, due_at=None, reference=reference)
        world.journal.add(case, [delivery])
        world.journal.attempt(delivery, 1, result)
        keys.append(delivery.key)
    return keys


async def test_one_row_says_what_was_sent_and_what_was_answered(world: World) -> None:
    [key] = _sent(world)
    found = (await world.ask("GET", ON, "department:tax")).json
    [row] = found["items"]
    assert (found["department"], found["date"], found["next"]) == ("tax", "2026-11-23", None)
    assert (row["key"], row["attempts"], row["reference"], row["state"], row["in_doubt"]) == (key, 1, "T-1", "in_doubt", True)
    assert (row["first_sent_at"], row["last_sent_at"]) == ("2026-11-23T09:30:00.000+08:00",) * 2
    assert (row["answer"], row["answered_at"], row["answered_by"]) == ("http_502", "2026-11-23T09:30:00.005+08:00", "reply")
    assert row["application_number"].startswith("11500152000000019R")
    assert (await world.ask("GET", f"{PATH}?date=2026-11-24", "operator")).json["items"] == []


@pytest.mark.parametrize("result", ["crashed", "node_stopped", "timeout", "request_contract"])
async def test_one_that_no_reply_ended_has_no_answer(world: World, result: str) -> None:
    _sent(world, result=result)
    [row] = (await world.ask("GET", ON, "department:tax")).json["items"]
    assert (row["attempts"], row["in_doubt"]) == (1, True)
    assert (row["answer"], row["answered_at"], row["answered_by"]) == (None, None, None)


async def test_it_is_read_by_the_department_by_operators_and_by_auditors(world: World) -> None:
    _sent(world)
    for role in ("department:tax", "operator", "auditor", "local"):
        assert len((await world.ask("GET", ON, role)).json["items"]) == 1
    assert (await world.ask("GET", ON, "department:marriage")).status == 404
    assert (await world.ask("GET", "/v1/departments/water/reconciliation", "operator")).status == 404
    assert (await world.ask("GET", ON, "front-end")).status == 403
    assert (await world.ask("GET", ON, None)).status == 401


async def test_today_unless_a_day_is_given(world: World) -> None:
    before = f"{datetime.now(CHINA):%Y-%m-%d}"
    told = (await world.ask("GET", PATH, "department:tax")).json["date"]
    assert told in (before, f"{datetime.now(CHINA):%Y-%m-%d}")  # midnight may have been between


async def test_it_is_read_by_the_page(world: World) -> None:
    keys = _sent(world, 5)
    found: list[str] = []
    query = f"{ON}&limit=2"
    while True:
        page = (await world.ask("GET", query, "operator")).json
        found += [row["key"] for row in page["items"]]
        if page["next"] is None:
            break
        query = f"{ON}&limit=2&cursor={page['next']}"
    assert sorted(found) == sorted(keys)


@pytest.mark.parametrize("query", ["date=23.11.2026", "date=2026-02-30", "date=9999-12-31", "format=xml", "cursor=x", "limit=0", "day=1"])
async def test_what_is_asked_for_wrongly_is_said(world: World, query: str) -> None:
    assert (await world.ask("GET", f"{PATH}?{query}", "operator")).status == 400


@pytest.mark.parametrize(("query", "accept"), [("&format=csv", "application/json"), ("", "text/csv"), ("", "text/csv;q=0.9, */*;q=0.1")])
async def test_as_csv_it_is_the_whole_day(world: World, query: str, accept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.api.operating.reconciliation.LONGEST_PAGE", 2)
    keys = _sent(world, 5)
    reply = await world.ask("GET", ON + query, "department:tax", headers={"Accept": accept})
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="tax-2026-11-23.csv"'
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.body.startswith(b"\xef\xbb\xbf")
    read = list(csv.DictReader(io.StringIO(reply.body.decode("utf-8-sig"), newline="")))
    assert sorted(row["key"] for row in read) == sorted(keys)
    as_json = (await world.ask("GET", ON, "department:tax")).json["items"]
    assert list(read[0]) == list(as_json[0])
    assert read[0]["in_doubt"] == "true"


async def test_its_heads_are_in_the_language_asked_for(world: World) -> None:
    reply = await world.ask("GET", f"{ON}&format=csv", "operator", headers={"Accept-Language": "zh-CN"})
    assert reply.body.decode("utf-8-sig").splitlines()[0].startswith("交办键,")


async def test_a_json_reader_gets_json(world: World) -> None:
    for accept in ("application/json, text/csv", "*/*", "text/html"):
        reply = await world.ask("GET", ON, "operator", headers={"Accept": accept})
        assert reply.headers["Content-Type"].startswith("application/json")

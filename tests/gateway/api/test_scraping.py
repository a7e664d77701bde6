"""A scrape shows departments, applications and nodes as the journal has them or, without the journal, this node alone."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update
from structlog.testing import capture_logs

from gateway.api import scraping
from gateway.journal.read.nodes import Claims
from gateway.journal.store import schema
from gateway.model.application import ApplicationState
from gateway.model.delivery import DeliveryState
from gateway.model.errors import JournalUnavailable
from gateway.operations.watch.presence import Nodes, NodeState
from gateway.telemetry.measures import Metrics, exposition
from tests.gateway.api.conftest import World
from tests.gateway.api.operating.test_nodes import node
from tests.gateway.api.sample_cases import a_delivery, an_application


async def scraped(world: World) -> dict[str, dict[tuple[str, ...], float]]:
    """Give the journal's values, by name and by the labels' values in the order of their names."""
    text = (await world.ask("GET", "/metrics", "operator")).body.decode()
    return {
        family.name: {
            tuple(value for name, value in sorted(one.labels.items()) if name != "scope"): one.value
            for one in family.samples
            if one.labels["scope"] == "journal" or not one.labels.keys() - {"scope"}
        }
        for family in text_string_to_metric_families(text)
    }


async def test_each_departments_breaker_and_whether_it_is_down(world: World) -> None:
    row = {"name": "tax", "breaker": "stopped", "failures": 1, "problem": "auth", "since": 1, "probe_at": 2, "version": 1}
    world.journal.insert(schema.department, row)
    found = await scraped(world)
    assert {state: value for (department, state), value in found["gateway_department_breaker"].items() if department == "tax"} == {
        "closed": 0, "open": 0, "half_open": 0, "stopped": 1,
    }  # fmt: skip
    assert found["gateway_department_down"] == {("marriage",): 0, ("real_estate",): 0, ("tax",): 1}
    with world.journal.engine.begin() as connection:
        connection.execute(update(schema.department).values(breaker="closed"))
    found = await scraped(world)
    assert found["gateway_department_down"]["tax",] == 0
    assert found["gateway_department_breaker"]["tax", "closed"] == 1


async def test_applications_by_state_those_past_their_date_and_the_oldest(world: World) -> None:
    now = time.time_ns() // 1000
    late, ended = an_application(due_at=now - 1), an_application(state=ApplicationState.REJECTED, ended_at=now, due_at=now - 1)
    world.journal.add(late, [a_delivery(late, "tax", state=DeliveryState.HELD)])
    world.journal.add(ended, [a_delivery(ended, "tax", state=DeliveryState.REJECTED)])
    found = await scraped(world)
    assert found["gateway_applications"] == {("approved",): 0, ("in_progress",): 1, ("rejected",): 1, ("returned",): 0, ("withdrawn",): 0}
    assert found["gateway_applications_past_due"] == {("in_progress",): 1, ("returned",): 0}
    assert found["gateway_deliveries_ended"] == {("tax", "rejected"): 1}
    assert found["gateway_deliveries"]["tax", "held"] == 1
    oldest, queue = found["gateway_oldest_open_application_seconds"], found["gateway_oldest_open_delivery_seconds"]
    assert oldest["in_progress",] > 0
    assert oldest["returned",] == 0
    assert queue["tax",] > 0
    assert queue["marriage",] == 0


async def test_nodes_that_live_and_what_the_dead_have_left(world: World) -> None:
    held = Claims(deliveries={"tax": 3, "marriage": 2}, until=1)
    alive = (node(NodeState.ALIVE, own=True, claims=held), node(NodeState.ALIVE))
    world.nodes.found = Nodes(items=(*alive, node(NodeState.LEFT), node(NodeState.DEAD, claims=held), node(NodeState.DEAD)), alone=False)
    found = await scraped(world)
    assert found["gateway_nodes_alive"] == {(): 2}
    assert found["gateway_deliveries_left_by_dead_nodes"] == {(): 5}


async def test_a_department_that_is_taken_out_is_told_no_more(world: World) -> None:
    assert ("tax",) in (await scraped(world))["gateway_department_paused"]
    departments: Any = world.parts.departments
    del departments["tax"]
    found = await scraped(world)
    assert ("tax",) not in found["gateway_department_paused"]
    assert not any(key[0] == "tax" for key in found["gateway_deliveries"])


async def test_without_the_journal_this_nodes_own_counts_are_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await scraped(world))["gateway_journal_up"] == {(): 1}

    async def away(_: object) -> None:
        raise JournalUnavailable("the database cannot be read")

    key = await world.key("operator")  # it was looked up before
    monkeypatch.setattr(world.insights, "totals", away)
    with capture_logs() as lines:
        async with world.http.get(f"{world.base}/metrics", headers={"Authorization": f"Bearer {key}"}) as answer:
            text = await answer.text()
            assert answer.status == 200
    assert 'gateway_journal_up{scope="node"} 0.0' in text
    assert "gateway_http_requests_total" in text
    assert 'scope="journal"' not in text
    assert [line["event"] for line in lines] == ["journal_failed", "request_answered"]


async def test_a_journal_that_cannot_be_written_is_told(world: World) -> None:
    world.readiness["journal"] = "disk is full"
    found = await scraped(world)
    assert found["gateway_journal_up"] == {(): 0}
    assert "gateway_deliveries" in found


async def test_scrapes_at_once_are_each_whole_and_written_beside_the_loop(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []

    def written(metrics: Metrics, *, journal: bool) -> bytes:
        threads.append(threading.get_ident())
        return exposition(metrics, journal=journal)

    monkeypatch.setattr(scraping, "exposition", written)
    told = await asyncio.gather(*(scraped(world) for _ in range(8)))
    assert all(len(one["gateway_department_down"]) == 3 for one in told)
    assert len(threads) == 8
    assert threading.get_ident() not in threads

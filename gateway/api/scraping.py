"""The answer to a scrape of ``/metrics``: this node's counts, and the journal's at this moment."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from gateway.departments.breaker import CLOSED
from gateway.journal.read.totals import OPEN, OPEN_STATES, Totals
from gateway.journal.store.unavailable import DatabaseFailed
from gateway.model.application import ApplicationState
from gateway.model.code_names import BREAKER_STATES
from gateway.model.errors import JournalUnavailable
from gateway.operations.watch.presence import Nodes, NodeState
from gateway.telemetry.measures import Metrics, exposition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.api.http.parts import ApiParts
    from gateway.journal.store.views import DepartmentView

log = structlog.get_logger()

_SECOND = 1_000_000
#: Seconds that the journal may take: Prometheus waits for ten, and this node's own counts must arrive within them.
_PATIENCE = 5.0


async def scraped(parts: ApiParts) -> web.Response:
    """Give every metric, and this node's alone while the journal cannot be read."""
    metrics = parts.metrics
    try:
        async with asyncio.timeout(_PATIENCE):
            departments = list(parts.departments)
            views = await parts.insights.departments(departments)
            totals, nodes = await parts.insights.totals(departments), await parts.nodes.look()
    except (JournalUnavailable, DatabaseFailed, TimeoutError) as error:
        log.error("journal_failed", error=f"it cannot be read for the metrics: {type(error).__name__}")  # noqa: TRY400  # the trace tells nothing
        read = False
    else:
        read = True
    async with parts.scraping:
        if read:
            now = time.time_ns() // 1000
            _departments(parts, views, now)
            _whole(metrics, totals, now)
            _nodes(metrics, nodes)
        metrics.journal_up.set(read and parts.readiness()["journal"] is None)
        # Beside the loop: every route that was asked for has its own lines, and thousands of them take a tenth of a second.
        body = await asyncio.to_thread(exposition, metrics, journal=read)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


def _departments(parts: ApiParts, views: Mapping[str, DepartmentView], now: int) -> None:
    metrics = parts.metrics
    by_department = (metrics.department_breaker, metrics.department_down, metrics.department_paused, metrics.department_closed)
    for gauge in (*by_department, metrics.department_quota_left, metrics.deliveries, metrics.oldest_open_delivery_seconds):
        gauge.clear()  # a reload may have taken departments out
    for name, view in views.items():
        breaker = view.standing.breaker
        for state in BREAKER_STATES:
            metrics.department_breaker.labels(name, state).set(state == breaker)
        metrics.department_down.labels(name).set(breaker != CLOSED)
        metrics.department_paused.labels(name).set(view.control.paused)
        metrics.department_closed.labels(name).set(parts.openings.at(name, now).shut is not None)
        if (quota := parts.openings.quota(name)) is not None:
            metrics.department_quota_left.labels(name).set(max(0, quota - view.standing.quota_used))
        for open_state in OPEN_STATES:
            metrics.deliveries.labels(name, open_state.value).set(view.open.get(open_state, 0))
        metrics.oldest_open_delivery_seconds.labels(name).set(_age(view.oldest_open_at, now))


def _whole(metrics: Metrics, totals: Totals, now: int) -> None:
    metrics.deliveries_ended.clear()
    for (department, state), number in totals.ended.items():
        metrics.deliveries_ended.labels(department, state).set(number)
    for one in ApplicationState:
        metrics.applications.labels(one.value).set(totals.applications.get(one, 0))
    for one in OPEN:
        metrics.applications_past_due.labels(one.value).set(totals.past_due.get(one, 0))
        metrics.oldest_open_application_seconds.labels(one.value).set(_age(totals.oldest.get(one), now))
    metrics.applications_needing_attention.set(totals.attention)
    metrics.sessions_open.set(totals.sessions)


def _nodes(metrics: Metrics, nodes: Nodes) -> None:
    metrics.nodes_alive.set(sum(1 for node in nodes.items if node.state is NodeState.ALIVE))
    dead = [node.row.claims.deliveries for node in nodes.items if node.state is NodeState.DEAD]
    metrics.deliveries_left_by_dead_nodes.set(sum(sum(held.values()) for held in dead))


def _age(since: int | None, now: int) -> float:
    return 0 if since is None else max(0, now - since) / _SECOND

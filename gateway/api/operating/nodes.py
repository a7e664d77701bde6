"""Nodes: those that live, and the work that dead ones left."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from gateway.api.http.route import Answer, Asked, Route
from gateway.api.operating import node_models, texts
from gateway.api.shapes.answers import json_answer, rfc3339
from gateway.cases.rights import Act
from gateway.model.identifiers import CHINA
from gateway.model.service import Text
from gateway.operations.watch.presence import Node, Nodes, NodeState

if TYPE_CHECKING:
    from aiohttp import web


async def several(asked: Asked) -> web.Response:
    """Every node."""
    nodes = await asked.parts.nodes.look()
    return json_answer({"shared": not nodes.alone, "items": [shown(one, nodes) for one in nodes.items]})


def shown(node: Node, nodes: Nodes) -> node_models.NodeShape:
    """Give one node as it is answered."""
    row, about, claims = node.row, node.row.about, node.row.claims
    return {
        "id": row.id,
        "state": node.state,
        "own": node.own,
        "host": about.host if about else None,
        "process": about.process if about else None,
        "address": about.address if about else None,
        "roles": cast("list[node_models.NodeRole]", sorted(about.roles.split(","))) if about else None,
        "version": about.version if about else None,
        "started_at": rfc3339(row.started_at),
        "seen_at": rfc3339(row.seen_at),
        "heartbeat_age_seconds": round(node.age / 1_000_000, 1),
        "left_at": rfc3339(row.left_at),
        "claims": {"deliveries": dict(claims.deliveries), "jobs": claims.jobs, "until": rfc3339(claims.until)},
        "next": _next(node, nodes),
    }


def _next(node: Node, nodes: Nodes) -> Text | None:
    """Tell what becomes of a dead node's work."""
    if node.state is not NodeState.DEAD:
        return None
    until = node.row.claims.until
    if until is None:
        return texts.NOTHING_LEFT
    if nodes.alone:
        return texts.TAKEN_OVER_NOW if any(other.dispatches for other in nodes.items) else texts.TAKEN_OVER_AT_START
    if not any(other.dispatches for other in nodes.items):
        return texts.TAKEN_OVER_BY_NOBODY
    return texts.taken_over_after(f"{datetime.fromtimestamp(until / 1_000_000, CHINA):%H:%M:%S}")


ROUTES = (
    Route(
        method="GET",
        path="/v1/nodes",
        handler=several,
        id="listNodes",
        tag="health",
        summary="Nodes: who lives, since when, and what the dead have left",
        description=(
            "Each node says every few seconds (with SQLite: once a minute) that it lives, and at its end that it leaves. What a dead one "
            "had under way is taken over by another within its lease (`lease_seconds`), by each operation's resend rule."
        ),
        act=Act.NODES,
        answers=(Answer(status=200, description="Those that live, and those of the last seven days.", model=node_models.NodeList),),
        refusals=(400,),
    ),
)

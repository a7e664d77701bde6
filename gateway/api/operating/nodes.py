"""Nodes: those that live, and the work that dead ones left."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from gateway.api.http.route import REPAIRERS, Answer, Asked, Route
from gateway.api.operating import node_models
from gateway.api.shapes.answers import json_answer, rfc3339
from gateway.model.identifiers import CHINA
from gateway.model.service import Text
from gateway.operations.watch.presence import Node, Nodes, NodeState

if TYPE_CHECKING:
    from aiohttp import web


async def several(asked: Asked) -> web.Response:
    """Every node."""
    nodes = await asked.parts.nodes.look()
    return json_answer({"shared": not nodes.alone, "items": [_node(one, nodes) for one in nodes.items]})


def _node(node: Node, nodes: Nodes) -> node_models.NodeShape:
    row, about, claims = node.row, node.row.about, node.row.claims
    next_ = _next(node, nodes)
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
        "next": Text(zh=next_[0], en=next_[1]) if next_ is not None else None,
    }


def _next(node: Node, nodes: Nodes) -> tuple[str, str] | None:
    """Tell what becomes of a dead node's work, in both languages."""
    if node.state is not NodeState.DEAD:
        return None
    until = node.row.claims.until
    if until is None:
        return "没有遗留，或已被接管", "it left nothing, or all of it has been taken over"
    if nodes.alone:
        if any(other.dispatches for other in nodes.items):
            return "正由运行中的网关接管", "the gateway that runs is taking it over"
        return "下次启动时接管：gateway serve", "the next start takes it over: gateway serve"
    if not any(other.dispatches for other in nodes.items):
        zh = "没有在运行的节点负责派送（dispatch），无人接管：请启动一个"
        return zh, "no node that lives dispatches, so nobody takes it over: start one with the role dispatch"
    at = f"{datetime.fromtimestamp(until / 1_000_000, CHINA):%H:%M:%S}"
    return (
        f"租约最迟 {at} 到期，随后一两秒内由其他节点接管",
        f"taken over by another node within a second or two of the lease's end, at {at} the last",
    )


ROUTES = (
    Route(
        method="GET",
        path="/v1/nodes",
        handler=several,
        id="listNodes",
        tag="health",
        summary="Nodes: who lives, since when, and what the dead have left",
        description=(
            "Each node says every few seconds that it lives, and at its end that it leaves. What a dead one had under way is taken over by "
            "another within its lease (`lease_seconds`), by each operation's resend rule."
        ),
        roles=REPAIRERS,
        answers=(Answer(status=200, description="Those that live, and those of the last seven days.", model=node_models.NodeList),),
        refusals=(400,),
    ),
)

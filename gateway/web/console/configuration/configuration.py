"""The configuration that holds, the nodes that live, and what is to be seen to: shown, with the commands that change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.api.operating.nodes import shown
from gateway.cases.rights import Act
from gateway.departments.hosted import said_of
from gateway.installation.tls import now
from gateway.model.code_names import NODE_ROLES, NODE_STATES
from gateway.model.service import Text
from gateway.web.console.configuration import keys, texts
from gateway.web.console.screens import View, screen
from gateway.web.times import moment, stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.api.http.route import Asked
    from gateway.catalogue.compiled import CompiledService
    from gateway.departments.hosted import Hosted
    from gateway.operations.watch.presence import Node, Nodes

_COMMANDS: Final = (("gateway check", texts.TO_CHECK), ("gateway reload", texts.TO_RELOAD), ("gateway nodes", texts.TO_SEE_NODES))


async def show(asked: Asked) -> View:
    """All of it."""
    nodes = await asked.parts.nodes.look()
    values = {
        "warnings": [(texts.PARTS[part], texts.MEANS[part], why) for part, why in asked.parts.readiness().items() if why is not None],
        "nodes": [_node(one, nodes) for one in nodes.items],
        "services": [_service(one) for one in asked.parts.catalogue.services.values()],
        "departments": [_department(one) for one in asked.parts.departments.values()],
        "commands": _COMMANDS,
    }
    return View(template="configuration/configuration.html", values=values)


def _node(node: Node, nodes: Nodes) -> Mapping[str, object]:
    said = shown(node, nodes)
    return {
        **said,
        "roles": [_named(NODE_ROLES[role]) for role in said["roles"] or ()],
        "state_name": _named(NODE_STATES[node.state.value]),
        "since": moment(node.row.started_at),
        "seen": stamp(node.row.seen_at),
        "holds": sum(node.row.claims.deliveries.values()),
        "jobs": node.row.claims.jobs,
    }


def _named(names: tuple[str, str]) -> Text:
    return Text(zh=names[0], en=names[1])


def _service(service: CompiledService) -> Mapping[str, object]:
    return {
        "code": service.definition.code,
        "title": service.definition.title,
        "digest": service.digest,
        "available": not service.unavailable,
    }


def _department(hosted: Hosted) -> Mapping[str, object]:
    tls = None if hosted.department is None else hosted.department.connection.tls
    return {
        "name": hosted.config.name,
        "title": hosted.config.title,
        "digest": hosted.digest,
        "enabled": hosted.config.enabled,
        "problem": hosted.problem,
        "adapter": None if hosted.department is None else f"{hosted.department.adapter} {hosted.department.version}",
        "until": {} if tls is None else {part: f"{until:%Y-%m-%d}" for part, until in tls.until.items()},
        "said": [] if tls is None else said_of(tls, now()),
    }


PAGES: Final = (
    screen("/console/configuration", show, act=Act.CONFIGURATION, named="configurationPage", summary="The configuration and the nodes"),
    *keys.PAGES,
)

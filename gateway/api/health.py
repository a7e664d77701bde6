"""Health: that the process lives, whether it can work, its metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from gateway.api.http.route import OPEN, Answer, Asked, Route
from gateway.api.scraping import scraped
from gateway.api.shapes import models
from gateway.api.shapes.answers import json_answer
from gateway.cases.rights import Act

if TYPE_CHECKING:
    from gateway.api.http.parts import ApiParts


#: Parts that only warn: departments that are disabled, a reload that was refused, certificates and keys that end.
_WARNINGS = frozenset({"departments", "configuration", "certificates", "keys"})


async def livez(_: Asked) -> web.Response:
    """The process answers."""
    return json_answer({"alive": True})


async def readyz(asked: Asked) -> web.Response:
    """Tell whether it can file, or why not. A department that is disabled is named, and the others go on."""
    checks = dict(asked.parts.readiness())
    ready = not any(problem for part, problem in checks.items() if part not in _WARNINGS)
    headers = None if ready else {"Retry-After": "5"}
    return json_answer({"ready": ready, "checks": checks}, 200 if ready else 503, headers)


async def metrics(asked: Asked) -> web.Response:
    """Everything counted, in Prometheus' text format."""
    return await scraped(asked.parts)


def metrics_app(parts: ApiParts) -> web.Application:
    """Make ``/metrics`` alone, for a port of its own: it asks for no key, so whoever reaches that port reads it."""

    async def answer(_: web.Request) -> web.Response:
        return await scraped(parts)

    app = web.Application()
    app.router.add_get("/metrics", answer)
    return app


ROUTES = (
    Route(
        method="GET",
        path="/livez",
        handler=livez,
        id="livez",
        tag="health",
        summary="Does the process answer",
        act=OPEN,
        answers=(Answer(status=200, description="It does.", model=models.Alive),),
    ),
    Route(
        method="GET",
        path="/readyz",
        handler=readyz,
        id="readyz",
        tag="health",
        summary="Can it do its work, or why not",
        act=OPEN,
        answers=(
            Answer(
                status=200,
                description="Journal writable, audit as it was signed, catalogue loaded; `departments` names the disabled ones, "
                "`configuration` a refused reload, `certificates` those that end within 30 days or were "
                "renewed with what cannot be used, `keys` how many API keys do.",
                model=models.Health,
            ),
            Answer(status=503, description="What is not.", model=models.Health, headers={"Retry-After": "Seconds."}),
        ),
    ),
    Route(
        method="GET",
        path="/metrics",
        handler=metrics,
        id="metrics",
        tag="health",
        summary="What is counted",
        description=(
            "Prometheus' text format. An operator's key is needed; without one only on a port of its own (`metrics_port`). The label "
            "`scope` says whether a sample is of this `node` or of the whole `journal`, the same from every node."
        ),
        act=Act.METRICS,
        answers=(Answer(status=200, description="The metrics.", media=("text/plain",)),),
    ),
)

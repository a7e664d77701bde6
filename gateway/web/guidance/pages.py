"""The pages of guidance for everybody. Answers stand in the address: they are nobody's data, and going back needs nothing of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web

from gateway.api.http.problems import not_found
from gateway.api.http.route import OPEN, Asked, Route, path_name
from gateway.catalogue.guidance import follow
from gateway.web.citizen.guides import offers_of
from gateway.web.guidance.bring import address_of_guide, bring_list
from gateway.web.guidance.views import Guidance
from gateway.web.rendering import SITE

if TYPE_CHECKING:
    from gateway.catalogue.compiled import CompiledService

_BASE: Final = "/guide"


async def several(asked: Asked) -> web.Response:
    """The services to choose from."""
    return asked.request.app[SITE].page(asked.request, "guidance/choosing.html", offers=offers_of(asked), base=_BASE)


async def one(asked: Asked) -> web.Response:
    """The next question, or where the answers lead. Raises Refused (404)."""
    service = service_of(asked)
    view = guidance(asked, _BASE).view(service, asked.request.query, await paused(asked, service))
    return asked.request.app[SITE].page(asked.request, "guidance/guidance.html", view=view)


async def paper(asked: Asked) -> web.Response:
    """The list of what to bring, to be printed, or where answers lead that lead away. Raises Refused (404)."""
    service = service_of(asked)
    stand = follow(service.definition, asked.request.query)
    if stand.question is None and service.definition.code not in stand.services:
        return web.Response(status=303, headers={"Location": address_of_guide(_BASE, service.definition, stand.answers)})
    site = asked.request.app[SITE].centre.site or str(asked.request.url.origin())
    suspension = asked.parts.suspensions.now(service.definition.code)
    bring = bring_list(service, asked.parts.departments, asked.request.query, site=site, suspension=suspension)
    return asked.request.app[SITE].page(asked.request, "guidance/list.html", bring=bring)


def guidance(asked: Asked, base: str) -> Guidance:
    """Give the guidance of the services that can be filed now, with its addresses below ``base``."""
    parts = asked.parts
    return Guidance(services=parts.catalogue.services, departments=parts.departments, suspended=parts.suspensions.now, base=base)


async def paused(asked: Asked, service: CompiledService) -> set[str]:
    """Name the service's departments that an operator has paused. Nights and short failures are no news to who comes another day."""
    standings = await asked.parts.insights.standings({step.department for step in service.definition.steps})
    return {name for name, one in standings.items() if one.paused_since is not None and name in asked.parts.departments}


def service_of(asked: Asked) -> CompiledService:
    """Give the service of the address. Raises Refused (404)."""
    service = asked.parts.catalogue.services.get(asked.path["code"])
    if service is None:
        raise not_found()
    return service


PAGES: Final = (
    Route(method="GET", path=_BASE, handler=several, id="guidancePage", tag="citizen", summary="Guidance: the services", act=OPEN),
    Route(
        method="GET",
        path=f"{_BASE}/{{code}}",
        handler=one,
        id="questionPage",
        tag="citizen",
        summary="A service's questions, and where the answers lead",
        act=OPEN,
        parameters=(path_name("code", "service"),),
    ),
    Route(
        method="GET",
        path=f"{_BASE}/{{code}}/list",
        handler=paper,
        id="bringListPage",
        tag="citizen",
        summary="What to bring, to be printed",
        act=OPEN,
        parameters=(path_name("code", "service"),),
    ),
)

"""The pages of guidance for everybody. Answers stand in the address: they are nobody's data, and going back needs nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass
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
    from gateway.api.http.route import Handler
    from gateway.catalogue.compiled import CompiledService


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidanceSite:
    """One place where guidance is shown: the address that its pages are below, the beginning of their names, and their templates."""

    base: str
    named: str
    services: str
    guidance: str
    paper: str


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


def guidance_pages(site: GuidanceSite) -> tuple[Route, ...]:
    """Give the pages of guidance for one place: the services, a service's questions with their end, and the list to print."""

    async def several(asked: Asked) -> web.Response:
        return asked.request.app[SITE].page(asked.request, site.services, offers=offers_of(asked), base=site.base)

    async def one(asked: Asked) -> web.Response:
        service = service_of(asked)
        view = guidance(asked, site.base).view(service, asked.request.query, await paused(asked, service))
        return asked.request.app[SITE].page(asked.request, site.guidance, view=view)

    async def paper(asked: Asked) -> web.Response:
        service = service_of(asked)
        stand = follow(service.definition, asked.request.query)
        back = address_of_guide(site.base, service.definition, stand.answers)
        if stand.question is None and service.definition.code not in stand.services:
            return web.Response(status=303, headers={"Location": back})
        pages = asked.request.app[SITE]
        origin, suspension = pages.centre.site or str(asked.request.url.origin()), asked.parts.suspensions.now(service.definition.code)
        bring = bring_list(service, asked.parts.departments, asked.request.query, site=origin, suspension=suspension)
        return pages.page(asked.request, site.paper, bring=bring, back=back)

    def page(path: str, handler: Handler, name: str, summary: str) -> Route:
        parameters = (path_name("code", "service"),) if path else ()
        named = f"{site.named}{name}" if site.named else name[0].lower() + name[1:]
        return Route(
            method="GET", path=site.base + path, handler=handler, id=named, tag="citizen", summary=summary, act=OPEN, parameters=parameters
        )

    return (
        page("", several, "GuidancePage", "Guidance: the services"),
        page("/{code}", one, "QuestionPage", "A service's questions, and where the answers lead"),
        page("/{code}/list", paper, "BringListPage", "What to bring, to be printed"),
    )


PAGES: Final = guidance_pages(
    GuidanceSite(base="/guide", named="", services="guidance/choosing.html", guidance="guidance/guidance.html", paper="guidance/list.html")
)

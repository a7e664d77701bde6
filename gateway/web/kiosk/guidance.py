"""Guidance at a terminal: the questions of a service, where they lead, and the list of what to bring, to be printed and taken home."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from gateway.api.http.route import OPEN, Asked, Route, path_name
from gateway.catalogue.guidance import follow
from gateway.web.citizen.guides import offers_of
from gateway.web.guidance.bring import address_of_guide, bring_list
from gateway.web.guidance.pages import guidance, paused, service_of
from gateway.web.rendering import SITE

BASE: Final = "/kiosk/guide"


async def several(asked: Asked) -> web.Response:
    """The services to choose from."""
    return asked.request.app[SITE].page(asked.request, "kiosk/services.html", offers=offers_of(asked), base=BASE)


async def one(asked: Asked) -> web.Response:
    """The next question, or where the answers lead. Raises Refused (404)."""
    service = service_of(asked)
    view = guidance(asked, BASE).view(service, asked.request.query, await paused(asked, service))
    return asked.request.app[SITE].page(asked.request, "kiosk/guidance.html", view=view)


async def paper(asked: Asked) -> web.Response:
    """The list of what to bring, or where answers lead that lead away. Raises Refused (404)."""
    service = service_of(asked)
    stand = follow(service.definition, asked.request.query)
    back = address_of_guide(BASE, service.definition, stand.answers)
    if stand.question is None and service.definition.code not in stand.services:
        return web.Response(status=303, headers={"Location": back})
    site = asked.request.app[SITE].centre.site or str(asked.request.url.origin())
    suspension = asked.parts.suspensions.now(service.definition.code)
    bring = bring_list(service, asked.parts.departments, asked.request.query, site=site, suspension=suspension)
    return asked.request.app[SITE].page(asked.request, "kiosk/list.html", bring=bring, back=back)


PAGES: Final = (
    Route(method="GET", path=BASE, handler=several, id="kioskGuidancePage", tag="citizen", summary="Guidance: the services", act=OPEN),
    Route(
        method="GET",
        path=f"{BASE}/{{code}}",
        handler=one,
        id="kioskQuestionPage",
        tag="citizen",
        summary="A service's questions, and where the answers lead",
        act=OPEN,
        parameters=(path_name("code", "service"),),
    ),
    Route(
        method="GET",
        path=f"{BASE}/{{code}}/list",
        handler=paper,
        id="kioskBringListPage",
        tag="citizen",
        summary="What to bring, to be printed",
        act=OPEN,
        parameters=(path_name("code", "service"),),
    ),
)

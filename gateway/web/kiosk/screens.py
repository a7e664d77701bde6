"""The terminal's pages that show nobody's case: its beginning, the services, and each with its sample.

A person's choices of language and letters are cookies as on every page, so the beginning for the next person takes them away.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from gateway.api.http.problems import not_found
from gateway.api.http.route import OPEN, Asked, Route, path_name
from gateway.web.citizen.guides import guide, offers_of
from gateway.web.citizen.progress import CASE
from gateway.web.kiosk.tracking import TURN
from gateway.web.preferences import CHOICES
from gateway.web.rendering import SITE
from gateway.web.staff import cookies


async def home(asked: Asked) -> web.Response:
    """The beginning, which holds nothing of anybody."""
    return asked.request.app[SITE].page(asked.request, "kiosk/home.html")


async def start(_: Asked) -> web.Response:
    """Take away all that a person has left in the browser, and begin anew. What is ours goes without HTTPS, too."""
    answer = web.Response(status=303, headers={"Location": "/kiosk", "Clear-Site-Data": '"cookies", "storage"'})
    for name in (*CHOICES, TURN):
        answer.del_cookie(name, path="/", httponly=True, samesite="Lax")
    cookies.drop(answer, CASE)
    return answer


async def several(asked: Asked) -> web.Response:
    """The services."""
    return asked.request.app[SITE].page(asked.request, "kiosk/services.html", offers=offers_of(asked), base="/kiosk/services")


async def one(asked: Asked) -> web.Response:
    """One service: what it needs, and its sample. Raises Refused (404)."""
    service = asked.parts.catalogue.services.get(asked.path["code"])
    if service is None:
        raise not_found()
    shown = guide(service, asked.parts.departments, asked.parts.suspensions.now(service.definition.code))
    return asked.request.app[SITE].page(asked.request, "kiosk/service.html", guide=shown)


PAGES: Final = (
    Route(method="GET", path="/kiosk", handler=home, id="kioskPage", tag="citizen", summary="The terminal", act=OPEN),
    Route(method="GET", path="/kiosk/start", handler=start, id="kioskStart", tag="citizen", summary="Begin for the next person", act=OPEN),
    Route(method="GET", path="/kiosk/services", handler=several, id="kioskServicesPage", tag="citizen", summary="The services", act=OPEN),
    Route(
        method="GET",
        path="/kiosk/services/{code}",
        handler=one,
        id="kioskServicePage",
        tag="citizen",
        summary="A service and its sample",
        act=OPEN,
        parameters=(path_name("code", "service"),),
    ),
)

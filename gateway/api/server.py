"""The interface as one aiohttp application."""

from __future__ import annotations

from aiohttp import web

from gateway.api import health
from gateway.api.cases import applications, codes, definition, deliveries, events, feed, queries, receipts, revisions, services
from gateway.api.document import docs
from gateway.api.document.openapi import document, shown
from gateway.api.figures import book, digest, trends
from gateway.api.http.admission import ADMISSION, Admission
from gateway.api.http.border import bind, border
from gateway.api.http.credentials import FAILURES, Failures
from gateway.api.http.parts import ApiParts
from gateway.api.http.route import Route
from gateway.api.http.state import DOCUMENT, STREAMS, Document, Streams
from gateway.api.operating import audit, configuration, departments, jobs, keys, nodes, reconciliation, stuck, users
from gateway.api.operating.services import suspensions
from gateway.journal.feed.sharing import Feed

#: Every call, in the order of the document.
ROUTES: tuple[Route, ...] = (
    *services.ROUTES,
    *suspensions.ROUTES,
    *applications.ROUTES,
    *revisions.ROUTES,
    *receipts.ROUTES,
    *definition.ROUTES,
    *events.ROUTES,
    *feed.ROUTES,
    *departments.ROUTES,
    *queries.ROUTES,
    *reconciliation.ROUTES,
    *book.ROUTES,
    *trends.ROUTES,
    *digest.ROUTES,
    *jobs.ROUTES,
    *stuck.ROUTES,
    *deliveries.ROUTES,
    *configuration.ROUTES,
    *audit.ROUTES,
    *keys.ROUTES,
    *users.ROUTES,
    *nodes.ROUTES,
    *health.ROUTES,
    *codes.ROUTES,
    *docs.ROUTES,
)


def build_app(parts: ApiParts) -> web.Application:
    """Put the interface together. Serve it with :func:`gateway.api.listen.listen`, which sets the connection's deadlines."""
    app = web.Application(middlewares=[border(parts.metrics, parts.limits)], client_max_size=parts.limits.body_bytes)
    app[DOCUMENT] = Document(lambda language: document(ROUTES, parts, language), lambda: shown(parts))
    app[STREAMS] = Streams(limit=parts.limits.streams, each=parts.limits.key_streams)
    app[feed.FEED] = Feed(parts.insights)
    app[ADMISSION] = Admission(parts.limits)
    app[FAILURES] = Failures(parts.limits, parts.metrics)
    app.on_shutdown.append(_stop)
    for route in ROUTES:
        for method in ("GET", "HEAD") if route.method == "GET" else (route.method,):
            app.router.add_route(method, route.path, bind(route, parts))
    docs.add_static(app)
    return app


async def _stop(app: web.Application) -> None:
    """End event streams and waits as soon as a shutdown begins, so that it ends in order."""
    app[STREAMS].stop()

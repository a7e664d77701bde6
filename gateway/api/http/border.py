"""The border that every request and every answer crosses: language, trace, permission, problems, headers, counts."""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import structlog
import uuid_utils
from aiohttp import web
from aiohttp.typedefs import Middleware

from gateway.api.http.address import address_of
from gateway.api.http.admission import ADMISSION
from gateway.api.http.credentials import CHALLENGE, caller_of, permit
from gateway.api.http.declared import holder
from gateway.api.http.preferences import language_of, preferred
from gateway.api.http.problems import internal, of_http, problem
from gateway.api.http.route import HTML, PROBLEM, Asked, Route
from gateway.api.http.state import CALLER, KEY_ID, PROBLEM_PAGE, RATE, REQUEST_ID, TRACEPARENT
from gateway.cases.caller import LOCAL
from gateway.cases.intake import unavailable_journal
from gateway.model.errors import JournalUnavailable
from gateway.model.identifiers import new_span_id, new_trace_id, trace_id_of
from gateway.texts.bounds import BOUNDS
from gateway.texts.refusals import Refused

if TYPE_CHECKING:
    from gateway.api.http.parts import ApiLimits, ApiParts
    from gateway.telemetry.measures import Metrics

log = structlog.get_logger()

#: Answers that say: not you.
_REFUSED = frozenset({401, 403})

#: On every answer, so that no client guesses, frames, keeps or follows anything.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

Bound = Callable[[web.Request], Awaitable[web.StreamResponse]]


def traceparent_of(request: web.Request) -> str:
    """The caller's trace context (W3C, version 00), or a new one."""
    given = request.headers.get("traceparent")
    return given if given is not None and trace_id_of(given) else f"00-{new_trace_id()}-{new_span_id()}-01"


def request_id_of(request: web.Request) -> str:
    """The caller's request id when it is a UUID (anything else could be somebody's number), or a new one."""
    given = request.headers.get("X-Request-Id")
    return given if given is not None and _UUID.fullmatch(given) else str(uuid_utils.uuid4())


def bind(route: Route, parts: ApiParts) -> Bound:
    """Give the handler that aiohttp calls for a route: it checks the permission first, then what the route declares."""
    held = holder(route)

    async def bound(request: web.Request) -> web.StreamResponse:
        caller = await caller_of(request, route, parts)
        with request.app[ADMISSION].place(request, caller):
            permit(caller, route)
            language = language_of(request)
            return await route.handler(
                Asked(
                    request=request,
                    path=held(request, language),
                    parts=parts,
                    caller=caller,
                    language=language,
                    traceparent=request[TRACEPARENT],
                )
            )

    return bound


def border(metrics: Metrics, limits: ApiLimits) -> Middleware:
    """Give the one middleware. A refusal lists no more errors than the limits allow."""
    count = _Counter(metrics)
    errors = limits.bounds.errors

    @web.middleware
    async def middleware(request: web.Request, handler: Bound) -> web.StreamResponse:
        started = time.perf_counter()
        request[TRACEPARENT] = traceparent_of(request)
        request[REQUEST_ID] = request_id_of(request)
        status = 499  # nginx's number for a caller that went away
        try:
            answer = await _answered(request, handler, errors)
            status = answer.status
        finally:
            seconds = time.perf_counter() - started
            count.answered(request, status, seconds)
            _say(request, status, seconds, limits)
        if not answer.prepared:
            add_headers(request, answer)
        return answer

    return middleware


def add_headers(request: web.Request, answer: web.StreamResponse) -> None:
    """Put the headers of every answer on this one, unless it has its own."""
    headers = answer.headers
    for name, value in HEADERS.items():
        if name not in headers:
            headers[name] = value
    headers["X-Request-Id"] = request[REQUEST_ID]
    if (rate := request.get(RATE)) is not None:
        headers["RateLimit-Policy"], headers["RateLimit"] = rate


async def _answered(request: web.Request, handler: Bound, errors: int) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refused as refused:
        return _refused(request, refused, CHALLENGE if refused.status == 401 else None, errors)
    except web.HTTPException as error:
        told, headers = of_http(error)
        if request.method == "OPTIONS" and error.status == 405:
            return web.Response(status=204, headers=headers)
        return _refused(request, told, headers)
    except JournalUnavailable as error:
        return _refused(request, unavailable_journal(error))
    except ConnectionError:
        raise  # the caller went away: nobody to answer
    except Exception as error:  # noqa: BLE001  # the last border: whatever it is, it is logged and answered without its text
        _log_failure(request, error)
        return _refused(request, internal())


def _refused(request: web.Request, refused: Refused, headers: dict[str, str] | None = None, errors: int = BOUNDS.errors) -> web.Response:
    page = request.app.get(PROBLEM_PAGE)
    if page is None or preferred(request, (PROBLEM, HTML)) != HTML:
        return problem(refused, language_of(request), headers, most=errors)
    answer = page(request, refused)
    answer.headers.update(headers or {})
    return answer


def _say(request: web.Request, status: int, seconds: float, limits: ApiLimits) -> None:
    """Log the caller and its address, and nothing that it sent: a key that leaks can be followed by its id."""
    caller = request.get(CALLER)
    refused = status in _REFUSED
    if caller is None and not refused:
        return  # open to anybody, without a key
    local = caller is not None and caller.kind == LOCAL
    key = request.get(KEY_ID)
    actor = caller.actor if caller is not None and caller.user is not None else None
    address = None if local else address_of(request, limits.trusted_proxies, limits.forwarded_header)
    method, route, request_id, about = request.method, _template(request), request[REQUEST_ID], _about(request)
    if refused:
        log.warning(
            "access_refused",
            method=method,
            route=route,
            id=about,
            status=status,
            request_id=request_id,
            key=key,
            address=address,
            actor=actor,
        )
    else:
        log.info(
            "request_answered", method=method, route=route, id=about, status=status, request_id=request_id, key=key, address=address,
            actor=actor, trace_id=request[TRACEPARENT][3:35], seconds=round(seconds, 4),
        )  # fmt: skip


def _about(request: web.Request) -> str | None:
    """The id in the path, when it has the form of one of ours: anything else could be somebody's number."""
    named = request.match_info.get("id")
    return named if named is not None and _UUID.fullmatch(named) else None


def _log_failure(request: web.Request, error: Exception) -> None:
    """Log the place and the type of a failure, never its text, which may hold what was sent."""
    frames = traceback.extract_tb(error.__traceback__)
    log.error(
        "request_failed",
        method=request.method,
        route=_template(request),
        request_id=request[REQUEST_ID],
        trace_id=request[TRACEPARENT][3:35],
        error=type(error).__name__,
        at=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-6:]],
    )


def _template(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"


class _Counter:
    """Counts requests, and keeps the labelled counters: finding one costs more than counting."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._requests = lru_cache(maxsize=1000)(metrics.http_requests.labels)
        self._seconds = lru_cache(maxsize=200)(metrics.http_request_seconds.labels)

    def answered(self, request: web.Request, status: int, seconds: float) -> None:
        route = _template(request)
        method = request.method if request.method in ("GET", "POST", "DELETE", "HEAD", "OPTIONS") else "other"
        self._requests(route, method, str(status)).inc()
        self._seconds(route).observe(seconds)

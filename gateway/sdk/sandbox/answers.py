"""Replies that every sandbox may need."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import orjson
from aiohttp import web

from gateway.model.errors import Located


def json_response(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Make a JSON reply of ``value`` (whatever orjson takes)."""
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json", charset="utf-8", headers=headers)


def problem_response(status: int, title: str, errors: Iterable[Located] = (), *, headers: Mapping[str, str] | None = None) -> web.Response:
    """Make an RFC 9457 problem, with every located error at once."""
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "errors": [{"pointer": error.pointer, "detail": error.detail} for error in errors],
    }
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/problem+json", headers=headers)


def come_back(status: int, title: str, seconds: float) -> web.Response:
    """Make a refusal that says when to come back (``Retry-After`` in whole seconds, rounded up)."""
    return problem_response(status, title, headers={"Retry-After": str(max(0, math.ceil(seconds)))})

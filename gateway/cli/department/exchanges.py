"""Exchanges with a department as they may be shown: line, headers and body of request and reply."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from gateway.cli.department.bodies import body_lines
from gateway.cli.department.veil import Veil
from gateway.model import JsonObject, JsonView
from gateway.sdk.http.exchange import Exchange

#: Headers whose values are about the connection alone. The value of any other, such as a signature, token or cookie, is masked.
SHOWN_HEADERS: Final = frozenset(
    {"accept", "accept-encoding", "allow", "connection", "content-encoding", "content-length", "content-type", "date", "host"}
    | {"keep-alive", "retry-after", "soapaction", "transfer-encoding", "user-agent", "vary"}
)

_PLAIN: Final = re.compile(r"[\x20-\x7e]{1,120}")
_SEGMENT: Final = re.compile(r"[A-Za-z0-9_.~-]{1,64}")
_TRACE: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_CHARSET: Final = re.compile(r';\s*charset\s*=\s*"?([^\s;"]+)', re.IGNORECASE)


def seen(exchange: Exchange, veil: Veil, key: str) -> JsonObject:
    """Give one exchange as it may be shown, fit for JSON, where ``key`` is the call's own."""
    request = {
        "method": exchange.method,
        "url": _address(exchange.url, veil),
        "headers": _headers(exchange.headers, veil, key),
        "body": body_lines(exchange.body or b"", _charset(exchange.headers), veil, exchange.headers.get("Content-Type", "")),
    }
    if exchange.status is None:
        return {"request": request, "reply": None}
    reply = {
        "status": exchange.status,
        "headers": _headers(exchange.reply_headers, veil, key),
        "body": body_lines(exchange.reply_body, _charset(exchange.reply_headers), veil),
    }
    return {"request": request, "reply": reply}


def as_lines(one: JsonView) -> list[str]:
    """Write for people what :func:`seen` gave."""
    request, reply = one["request"], one["reply"]
    lines = [f"→ {request['method']} {request['url']}", *_message(request)]
    return [*lines, "← …"] if reply is None else [*lines, f"← {reply['status']}", *_message(reply)]


def _message(message: JsonView) -> list[str]:
    return [f"  {name}: {value}" for name, value in message["headers"].items()] + [f"    {line}" for line in message["body"]]


def _headers(headers: Mapping[str, str], veil: Veil, key: str) -> dict[str, str]:
    return {veil.name(name, at): _header(name, value, veil, key) for at, (name, value) in enumerate(headers.items(), 1)}


def _header(name: str, value: str, veil: Veil, key: str) -> str:
    if value == key or (name.lower() == "traceparent" and _TRACE.fullmatch(value)):
        return value
    if name.lower() in SHOWN_HEADERS and _PLAIN.fullmatch(value) and veil.harmless(value):
        return value
    return veil.value(value, "")


def _address(url: str, veil: Veil) -> str:
    """Give the address: its host as configured, and the harmless parts of path and query."""
    parts = urlsplit(url)
    path = "/".join(_segment(unquote(segment), veil) for segment in parts.path.split("/"))
    query = "&".join(f"{veil.name(name, at)}={veil.value(value, name)}" for at, (name, value) in enumerate(parse_qsl(parts.query), 1))
    return f"{parts.scheme}://{parts.netloc}{path}" + (f"?{query}" if query else "")


def _segment(segment: str, veil: Veil) -> str:
    return segment if not segment or (_SEGMENT.fullmatch(segment) and veil.harmless(segment)) else veil.value(segment, "")


def _charset(headers: Mapping[str, str]) -> str | None:
    match = _CHARSET.search(headers.get("Content-Type", ""))
    return match[1].lower() if match else None

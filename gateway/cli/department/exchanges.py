"""Exchanges with a department as they may be shown: line, headers and body of request and reply.

Bodies show by their structure where they are JSON, XML or forms, even one within the other, anything else by its size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson
from lxml import etree

from gateway.cli.department.veil import Veil
from gateway.model import JsonObject, JsonView
from gateway.model.errors import InDoubt
from gateway.sdk.contracts.parsed_bodies import media_type, parsed_body
from gateway.sdk.http.exchange import Exchange
from gateway.sdk.soap.document import decode, parse

#: Headers whose values are about the connection alone. The value of any other, such as a signature, token or cookie, is masked.
SHOWN_HEADERS: Final = frozenset(
    {"accept", "accept-encoding", "allow", "connection", "content-encoding", "content-length", "content-type", "date", "host"}
    | {"keep-alive", "retry-after", "soapaction", "transfer-encoding", "user-agent", "vary"}
)

_PLAIN: Final = re.compile(r"[\x20-\x7e]{1,120}")
_SEGMENT: Final = re.compile(r"[A-Za-z0-9_.~-]{1,64}")
_TRACE: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_CHARSET: Final = re.compile(r';\s*charset\s*=\s*"?([^\s;"]+)', re.IGNORECASE)
#: The nesting that is followed: of a deeper part only its presence shows.
_DEEPEST: Final = 40
_INDENT: Final = "  "
_FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


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


def body_lines(body: bytes, charset: str | None, veil: Veil, content_type: str = "") -> list[str]:
    """Give a body line by line, nothing when there is none."""
    if not body.strip():
        return []
    if media_type(content_type) in _FORMS:
        try:
            return _json_lines(parsed_body(content_type, body), veil)
        except (ValueError, LookupError):
            return [f"‹{len(body)} bytes: not the {media_type(content_type)} that they are said to be›"]
    start = body.lstrip()[:1]
    if start in (b"{", b"["):
        try:
            return _json_lines(orjson.loads(body), veil)
        except orjson.JSONDecodeError:
            return [f"‹{len(body)} bytes: no JSON, though they begin like it›"]
    if start == b"<" or body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return list(_xml(parse(decode(body, charset)), veil, 0))
        except InDoubt as error:  # its text is the SDK's own
            return [f"‹{len(body)} bytes: {error.code}›"]
    return [f"‹{len(body)} bytes›"]


def _json_lines(value: object, veil: Veil) -> list[str]:
    return orjson.dumps(_json(value, "", veil, 0), option=orjson.OPT_INDENT_2).decode().splitlines()


def _json(value: object, name: str, veil: Veil, depth: int) -> Any:  # noqa: ANN401  # any JSON
    if depth > _DEEPEST:
        return "‹deeper›"
    if isinstance(value, Mapping):
        return {veil.name(key, at): _json(child, key, veil, depth + 1) for at, (key, child) in enumerate(value.items(), 1)}
    if isinstance(value, list):
        return [_json(child, name, veil, depth + 1) for child in value]
    if value is None:
        return None
    if isinstance(value, bytes):
        return f"‹{len(value)} bytes›"
    if isinstance(value, str) and (within := _within(value, veil)) is not None:
        return within
    return veil.value(value, name)


def _xml(element: etree._Element, veil: Veil, depth: int) -> Iterator[str]:
    """Give an element and all that is in it, without namespaces and prefixes."""
    pad, name = _INDENT * depth, _local(element.tag)
    shown = veil.name(name)
    head = shown + "".join(f' {veil.name(_local(key))}="{veil.value(value, _local(key))}"' for key, value in element.attrib.items())
    children = list(element)
    if depth > _DEEPEST and children:
        yield f"{pad}<{head}>‹deeper›</{shown}>"
        return
    text = "".join([element.text or "", *(child.tail or "" for child in children)]).strip()
    within = _within(text, veil) if text else None
    if not children and within is None:
        yield f"{pad}<{head}>{veil.value(text, name)}</{shown}>" if text else f"{pad}<{head}/>"
        return
    yield f"{pad}<{head}>"
    if within is not None:
        yield from (f"{pad}{_INDENT}{line}" for line in within)
    elif text:
        yield f"{pad}{_INDENT}{veil.value(text, name)}"
    for child in children:
        yield from _xml(child, veil, depth + 1)
    yield f"{pad}</{shown}>"


def _within(text: str, veil: Veil) -> list[str] | None:
    """Give the lines of a document within a text, None when there is none."""
    start = text.lstrip()[:1]
    if start in ("{", "["):
        try:
            return ["‹JSON›", *_json_lines(orjson.loads(text), veil)]
        except orjson.JSONDecodeError:
            return None
    if start == "<":
        try:
            return ["‹XML›", *_xml(parse(text), veil, 0)]
        except InDoubt:
            return None
    return None


def _local(name: object) -> str:
    """A name without its namespace."""
    return str(name).rpartition("}")[2]

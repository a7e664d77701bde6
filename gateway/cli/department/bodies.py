"""Bodies in a form that may be shown: JSON, XML and forms by their structure, even one within the other, anything else by its size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from lxml import etree

from gateway.cli.department.veil import Veil
from gateway.model.errors import InDoubt
from gateway.sdk.contracts.parsed_bodies import media_type, parsed_body
from gateway.sdk.soap.document import decode, parse

#: The nesting that is followed: of a deeper part only its presence shows.
_DEEPEST: Final = 40
_INDENT: Final = "  "
_FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


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

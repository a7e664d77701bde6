"""Request bodies read where they arrive: by a sandbox, and by a test that holds them to the request.

The code shares nothing with ``request_bodies`` and ``xml_models``, which write bodies, because a mistake of one would hide in the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Final, TypeAlias
from urllib.parse import parse_qsl

import orjson
from lxml import etree
from pydantic import JsonValue

#: A body's content: JSON's values, bytes for a multipart's files, and for a form or XML every name with all its values.
Parsed: TypeAlias = "JsonValue | bytes | dict[str, list[Parsed]] | list[Parsed]"

_MOST_PARTS: Final = 10_000
_MOST_ELEMENTS: Final = 25_000
_PARAMETER: Final = re.compile(r';\s*([A-Za-z]+)=(?:"([^"]*)"|([^\s;"]+))')
_QUOTED: Final = {"%22": '"', "%0D": "\r", "%0A": "\n"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPart:
    """One part of a multipart, whose ``file_name`` is None where it is no file."""

    name: str
    file_name: str | None
    content_type: str
    content: bytes


def parsed_body(content_type: str, content: bytes) -> Parsed:
    """Read a body by its media type, without any contract. A body of an unknown type is given as bytes.

    XML is given as its root element: ``{name: [value], "@attribute": [text], "#text": [text]}``, names without their namespaces. Raises
    ValueError when the body is not of its type, or is larger than anybody sends (10,000 pairs or parts, 25,000 elements).
    """
    kind = media_type(content_type)
    if kind.endswith(("/json", "+json")):
        value: Parsed = orjson.loads(content)
        return value
    if kind == "application/x-www-form-urlencoded":
        return _gathered((name, text) for name, text in parsed_form(content_type, content))
    if kind == "multipart/form-data":
        return _gathered((part.name, _part_value(part)) for part in parsed_parts(content_type, content))
    if kind.endswith(("/xml", "+xml")):
        root = parsed_xml(content)
        return {etree.QName(root).localname: [_element(root)]}
    return content.decode(_parameter(content_type, "charset") or "utf-8") if kind.startswith("text/") else content


def media_type(content_type: str) -> str:
    """Give the media type in lower case, without parameters."""
    return content_type.partition(";")[0].strip().lower()


def parsed_form(content_type: str, content: bytes) -> list[tuple[str, str]]:
    """Give the pairs of an HTML form. Raises ValueError."""
    charset = _parameter(content_type, "charset") or "utf-8"
    if not content:
        return []
    return parse_qsl(
        content.decode("ascii"), keep_blank_values=True, strict_parsing=True, encoding=charset, errors="strict", max_num_fields=_MOST_PARTS
    )


def parsed_parts(content_type: str, content: bytes) -> list[BodyPart]:
    """Give the parts of a multipart/form-data (RFC 7578). Raises ValueError."""
    boundary = _parameter(content_type, "boundary")
    if not boundary:
        raise ValueError("a multipart without a boundary")
    _, *pieces, end = (b"\r\n" + content).split(b"\r\n--" + boundary.encode(), _MOST_PARTS)
    if not end.startswith(b"--"):
        raise ValueError("a multipart that does not end, or has too many parts")
    return [_part(piece) for piece in pieces]


def parsed_xml(content: bytes) -> etree._Element:
    """Give the root element of an XML document. Raises ValueError when it is none, has a DTD, or is larger than anybody sends."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno
    else:
        if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # lxml-stubs do not know what a docinfo holds
            raise ValueError("XML with a DTD")
        if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
            raise ValueError("XML with more elements than anybody sends")
        return root
    raise ValueError(f"not well-formed XML from line {line} on")  # outside the handler: what libxml2 says may repeat it


def _part(piece: bytes) -> BodyPart:
    head, separator, content = piece.partition(b"\r\n\r\n")
    if not separator or not head.startswith(b"\r\n"):
        raise ValueError("a part without a head")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head.decode("utf-8").split("\r\n")[1:])
    }
    disposition = headers.get("content-disposition", "")
    parameters = {name.lower(): _unquoted(quoted or plain) for name, quoted, plain in _PARAMETER.findall(disposition)}
    if media_type(disposition) != "form-data" or "name" not in parameters:
        raise ValueError("a part that is no form-data with a name")
    return BodyPart(
        name=parameters["name"],
        file_name=parameters.get("filename"),
        content_type=headers.get("content-type", "text/plain"),
        content=content,
    )


def _unquoted(name: str) -> str:
    """Undo a form's quoting of a name (WHATWG HTML)."""
    for written, character in _QUOTED.items():
        name = name.replace(written, character)
    return name


def _part_value(part: BodyPart) -> Parsed:
    if part.file_name is not None:
        return part.content
    return parsed_body(part.content_type, part.content)


def _element(element: etree._Element) -> Parsed:
    """Give an element's text, or all its content by name."""
    inner = [(f"@{etree.QName(str(name)).localname}", str(value)) for name, value in element.attrib.items()]
    children = [(etree.QName(child).localname, _element(child)) for child in element]
    if not inner and not children:
        return element.text or ""
    text = [("#text", element.text)] if element.text and element.text.strip() else []
    return _gathered([*inner, *text, *children])


def _gathered(pairs: Iterator[tuple[str, Parsed]] | list[tuple[str, Parsed]]) -> dict[str, list[Parsed]]:
    found: dict[str, list[Parsed]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _parameter(content_type: str, name: str) -> str | None:
    header = Message()
    header["Content-Type"] = content_type
    value = header.get_param(name)
    return value if isinstance(value, str) else None

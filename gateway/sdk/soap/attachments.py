"""Replies in several parts: MTOM (XOP 1.0 in MIME multipart/related) and SOAP with Attachments.

The parts that XOP took out of the envelope are put back as the base64 that they stand for, so that no reader need know how they came.
Attachments that the envelope only refers to stay references, because no element of a reply holds them. The whole is bounded as any reply
is, and each part is put back once at the most, so that no reply grows beyond four thirds of itself.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import HeaderParser
from typing import Final
from urllib.parse import unquote

from lxml import etree

from gateway.model.errors import InDoubt

RELATED: Final = "multipart/related"
_XML: Final = frozenset({"application/xop+xml", "text/xml", "application/soap+xml", "application/xml"})
_INCLUDE: Final = "{http://www.w3.org/2004/08/xop/include}Include"
_END_OF_HEADERS = re.compile(rb"(?:^|\r?\n)\r?\n")
_MOST_PARTS: Final = 200
_MOST_HEADERS: Final = 8 * 1024


@dataclass(frozen=True, slots=True)
class Package:
    """The envelope's bytes with the charset that its part names, and the other parts by their Content-ID."""

    envelope: bytes
    charset: str | None
    parts: dict[str, bytes] = field(repr=False)

    def put_back(self, root: etree._Element) -> None:
        """Put the content of parts where the envelope includes them. Raises ``InDoubt`` (``reply_multipart``) for a missing part."""
        left = dict(self.parts)
        for include in list(root.iter(_INCLUDE)):
            holder, href = include.getparent(), include.get("href", "")
            content = left.pop(unquote(href.removeprefix("cid:")), None) if href.startswith("cid:") else None
            if holder is None or content is None:
                raise _broken("the envelope includes a part that is not there, or one twice")
            holder.remove(include)
            holder.text = base64.b64encode(content).decode("ascii")


def unpack(body: bytes, content_type: str) -> Package:
    """Take a multipart/related reply apart (RFC 2046 §5.1, RFC 2387) by its whole ``content_type`` header.

    Raises ``InDoubt``: ``reply_multipart`` (broken, or without its end), ``reply_type`` (its root is no XML).
    """
    said = _headers(b"Content-Type: " + content_type.encode("latin-1", "replace"))
    boundary = said.get_param("boundary")
    if not isinstance(boundary, str) or not 0 < len(boundary) <= 70:
        raise _broken("it names no boundary")
    found = [_part(one) for one in _split(body, boundary.encode("latin-1", "replace"))]
    start = said.get_param("start")
    named = {_bare(start): one for one in found if isinstance(start, str) and _bare(one[0].get("Content-ID", "")) == _bare(start)}
    head, envelope = next(iter(named.values()), found[0])
    if head.get_content_type() not in _XML:
        raise InDoubt("reply_type", "the root of the reply's parts is no XML")
    others = {_bare(one.get("Content-ID", "")): content for one, content in found if one is not head}
    return Package(envelope, head.get_content_charset(), others)


def _split(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """Give the parts between the boundaries, without the text before the first and after the last."""
    delimiter = re.compile(rb"(?:^|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|$)")
    after, number = -1, 0
    for match in delimiter.finditer(body):
        if after >= 0:
            number += 1
            if number > _MOST_PARTS:
                raise _broken(f"it has more than {_MOST_PARTS} parts")
            yield body[after : match.start()]
        if match[1]:
            if after < 0:
                raise _broken("it has no parts")
            return
        after = match.end()
    raise _broken("it ends before its end")


def _part(part: bytes) -> tuple[Message, bytes]:
    """Give a part's headers and content. The part begins with the end of the boundary's line."""
    rest = part[2:] if part.startswith(b"\r\n") else part[1:]
    end = _END_OF_HEADERS.search(rest, 0, _MOST_HEADERS)
    if end is None:
        raise _broken("a part of it has no end of its headers")
    head, content = _headers(rest[: end.start()]), rest[end.end() :]
    try:
        match head.get("Content-Transfer-Encoding", "binary").strip().lower():
            case "binary" | "8bit" | "7bit":
                return head, content
            case "base64":
                return head, base64.b64decode(b"".join(content.split()), validate=True)
            case "quoted-printable":
                return head, quopri.decodestring(content)
    except binascii.Error:
        pass
    raise _broken("a part of it is not in the encoding that it says")


def _headers(text: bytes) -> Message:
    return HeaderParser().parsestr(f"{text.decode('latin-1')}\r\n\r\n")


def _bare(name: str) -> str:
    return name.strip().removeprefix("<").removesuffix(">")


def _broken(why: str) -> InDoubt:
    return InDoubt("reply_multipart", f"the reply in several parts cannot be read: {why}")

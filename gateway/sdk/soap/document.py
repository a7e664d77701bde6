"""XML by a stranger, read with the right encoding and within bounds: no DTD, no entity, nothing fetched.

The encoding follows RFC 7303 §3 (byte order mark, then the HTTP charset, then the XML declaration), except where charset and declaration
contradict each other and one of them is UTF-8. Then the bytes decide, since only UTF-8 can tell by itself whether it is meant.
"""

from __future__ import annotations

import codecs
import re
import threading
from pathlib import Path
from typing import Any

from lxml import etree

from gateway.model.errors import GatewayError, InDoubt
from gateway.sdk.contracts.wsdl_schema import safe_parser, schema_of
from gateway.sdk.http.reply_bodies import CODECS, is_utf8

_BROKEN_AT = re.compile(r"Element '(?:\{[^}]*\})?([^']{1,60})'")
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*?\?>")
_DECLARED_ENCODING = re.compile(rb"""^\s*<\?xml\s[^>]{0,120}?encoding\s*=\s*["']([A-Za-z0-9._\-]{1,40})["']""")
#: node-soap writes xsi:nil without declaring xsi.
_XSI = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_ROOT = re.compile(r"\s*<[A-Za-z_][^\s/>]*")
#: zeep takes some 40 µs an element, so this keeps the reading of one reply near a second at the worst.
_MOST_ELEMENTS = 25_000


class ContractError(GatewayError):
    """A WSDL or XSD that cannot be used: a fault of the plugin or of its installation, found when it is opened."""


class Schema:
    """An XSD that documents are held to, or the schemas of a WSDL.

    Takes the path of the file. Raises :class:`ContractError` when it cannot be used.
    """

    def __init__(self, path: Path) -> None:
        try:
            found, why = schema_of(path)
        except (OSError, etree.LxmlError) as error:
            raise ContractError(f"{path.name} cannot be used ({type(error).__name__}): check the file") from error
        if found is None:
            raise ContractError(f"the schemas of {path.name} cannot be used: {why}")
        self._schema = found
        self._lock = threading.Lock()  # lxml keeps the errors of a validation in the schema, and large replies are read in threads

    def mismatch(self, element: etree._Element) -> str | None:
        """Say where an element does not fit (``<element>: <rule>``), or give None when it does.

        libxml2's own message repeats the value, so only the element's name and the broken rule are told.
        """
        with self._lock:
            if self._schema.validate(element):
                return None
            first: Any = self._schema.error_log[0]  # type: ignore[index]  # lxml-stubs do not know what a log holds
        named = _BROKEN_AT.match(first.message)
        return f"{named[1] if named else 'document'}: {first.type_name}"


def decode(body: bytes, charset: str | None) -> str:
    """Give the text of an XML document that came as ``body`` with this HTTP ``charset`` (None: the header names none).

    Raises ``InDoubt`` (``reply_charset``) when the encoding is unknown or the bytes are not in it.
    """
    for name in _encodings(body, charset):
        try:
            text = body.decode(name)
        except UnicodeDecodeError:
            continue
        if name == "gb18030" and is_utf8(body):
            break
        return text
    raise InDoubt("reply_charset", "the bytes of the reply are not in the encoding they are said to be in, or in an unknown one")


def _encodings(body: bytes, charset: str | None) -> list[str]:
    """Give the encodings to try, in order, or none when the declared one is not known or cannot be true."""
    said = charset.strip().lower() if charset else ""
    if body.startswith(codecs.BOM_UTF8):
        return ["utf-8-sig"]
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"] if not said or said.startswith("utf-16") else []
    declared = _DECLARED_ENCODING.match(body)
    names = [name for name in (said, declared[1].decode("ascii").lower() if declared else "") if name]
    if not names:
        return ["utf-8"]
    known = list(dict.fromkeys(CODECS[name] for name in names if name in CODECS))
    if len(known) == 2:
        # They contradict each other. UTF-8 proves itself, so it goes first, but two others cannot be told apart.
        return sorted(known, key=lambda name: name != "utf-8") if "utf-8" in known else []
    return known


def parse(text: str) -> etree._Element:
    """Parse the text of one XML document, ignoring its declaration, since the text is decoded already.

    Raises ``InDoubt``: ``reply_dtd`` (a DTD is never read), ``reply_xml`` (not well-formed, or nested too deep), ``reply_too_large`` (more
    elements than any honest reply has).
    """
    plain = text[match.end() :] if (match := _DECLARATION.match(text)) else text
    # Before parsing, since entities in attributes would be expanded by the parser itself.
    if "<!DOCTYPE" in plain:
        raise InDoubt("reply_dtd", "the reply holds a DTD, which is never read: ask the department to send none")
    if " xsi:" in plain and "xmlns:xsi" not in plain and (root_tag := _ROOT.match(plain)):
        plain = f"{plain[: root_tag.end()]}{_XSI}{plain[root_tag.end() :]}"
    parser = safe_parser(encoding="utf-8", content_alone=True)
    try:
        root = etree.fromstring(plain.encode("utf-8", "surrogatepass"), parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
    else:
        if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
            raise InDoubt("reply_too_large", f"the reply holds more than {_MOST_ELEMENTS} elements")
        return root
    raise InDoubt("reply_xml", f"the reply is not well-formed XML from line {line} on")  # outside the handler: libxml2 may repeat it

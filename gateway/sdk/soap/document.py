"""Reading XML that a stranger wrote: the right encoding, no DTD, no entity, nothing fetched, bounded.

Which encoding counts follows RFC 7303 §3 (byte order mark, then the HTTP charset, then the XML declaration) with one
care: where charset and declaration contradict each other and one of them is UTF-8, the bytes decide, since only
UTF-8 can tell by itself whether it is meant.
"""

from __future__ import annotations

import codecs
import re

from lxml import etree

from gateway.model.errors import InDoubt

#: GB 18030 holds GBK and GB 2312 within it, so that all three are read as the largest.
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "cp936": "gb18030",
}
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*?\?>")
_DECLARED_ENCODING = re.compile(rb"""^\s*<\?xml\s[^>]{0,120}?encoding\s*=\s*["']([A-Za-z0-9._\-]{1,40})["']""")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: zeep takes some 40 µs an element: this keeps the reading of one reply near a second at the worst.
_MOST_ELEMENTS = 25_000


def decode(body: bytes, charset: str | None) -> str:
    """Give the text of an XML document that came as ``body`` with this HTTP ``charset`` (none: the header says none).

    Raises ``InDoubt`` (``reply_charset``) when the encoding is unknown or the bytes are not in it.
    """
    tried = False
    for name in _encodings(body, charset):
        tried = True
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    said = "are not in the encoding they are said to be in" if tried else "are in an encoding that is not supported"
    raise InDoubt("reply_charset", f"the bytes of the reply {said}; ask the department which encoding it sends")


def _encodings(body: bytes, charset: str | None) -> list[str]:
    """The encodings to try, in order; none when what is said is not known."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return [name]
    declared = _DECLARED_ENCODING.match(body)
    said = [charset.strip().lower()] if charset else []
    if declared:
        said.append(declared[1].decode("ascii").lower())
    if not said:
        return ["utf-8"]
    known = list(dict.fromkeys(_CODECS[name] for name in said if name in _CODECS))
    if len(said) == 2 and len(known) == 2:
        # They contradict each other: UTF-8 proves itself, so it goes first; two others cannot be told apart.
        return sorted(known, key=lambda name: name != "utf-8") if "utf-8" in known else []
    return known


def parse(text: str) -> etree._Element:
    """Parse the text of one XML document; a declaration in it is passed over, since the text is decoded already.

    Raises ``InDoubt``: ``reply_dtd`` (a DTD is never read), ``reply_xml`` (not well-formed, or nested too deep),
    ``reply_too_large`` (more elements than any honest reply has).
    """
    plain = text[match.end() :] if (match := _DECLARATION.match(text)) else text
    # Before parsing, since entities in attributes would be expanded by the parser itself.
    if "<!DOCTYPE" in plain:
        raise InDoubt("reply_dtd", "the reply holds a DTD, which is never read; ask the department to send none")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(plain.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
        raise InDoubt("reply_xml", "the reply is not well-formed XML") from error
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        raise InDoubt("reply_too_large", f"the reply holds more than {_MOST_ELEMENTS} elements")
    return root


def mismatch(schema: etree.XMLSchema, element: etree._Element) -> str | None:
    """Say where an element does not fit its schema (``<element>: <rule>``), or give None when it does.

    What libxml2 says in full repeats the value, so that only the element's name and the broken rule are told.
    """
    if schema.validate(element):
        return None
    first = next(iter(schema.error_log), None)  # type: ignore[call-overload]  # lxml-stubs know no iterator of a log
    if first is None:
        return "does not fit the schema"
    named = re.match(r"Element '(?:\{[^}]*\})?([^']{1,60})'", first.message)
    return f"{named[1] if named else 'document'}: {first.type_name}"

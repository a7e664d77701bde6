"""The department's own words about a failed call, read out of its last reply of whatever kind.

They come from a SOAP fault, a problem document, a message somewhere in JSON or XML, or the text of a page. Values that are no sentences are
left out, because a record that breaks the contract holds somebody's data. The text is bounded, visible, and may be personal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import orjson
from lxml import etree

from gateway.sdk.soap.envelope import find_fault
from gateway.texts.characters import seen

if TYPE_CHECKING:
    from gateway.sdk.http.exchange import Reply

#: Characters kept of one reply's words.
LONGEST: Final = 500
#: Bytes searched (a few milliseconds), and characters of one text among them.
_READ, _OF_ONE = 64 * 1024, 2000
#: Most sentences of one reply, and most documents nested in one another as texts.
_MOST, _WITHIN = 20, 3
#: Charsets declared by servers that know no better. The body itself tells more.
_SAYS_NOTHING = frozenset({"iso-8859-1", "latin1", "us-ascii", "ascii", "windows-1252"})
_DECLARED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?([A-Za-z0-9_.:-]{2,40})""")
_DECLARATION = re.compile(r"\A<\?xml[^>]*\?>")
#: Endings of names that hold messages for people, in lower case and without separators between words.
_TELLING = re.compile(
    r"(message|messages|msg|msgs|detail|details|title|error|errors|reason|reasons|description|desc|descr|fault|faultstring|info|text|tip|tips"
    r"|hint|hints|remark|remarks|explanation|cause|消息|信息|原因|说明|描述|提示|错误|备注|意见)\Z"
)
_BETWEEN_WORDS = re.compile(r"[\W_]+")
#: Signs of a sentence under any name: Chinese punctuation, or a word for a failure.
_SENTENCE = re.compile(
    r"[。！？；：]|失败|错误|异常|不存在|无效|不符|不能|不可|不得|无法|未能|拒绝|超时|重复|缺少|不合法|有误|已存在|请(?!求)|不予"
)
_HAN_OR_WORDS = re.compile(r"[\u3400-\u9fff]|[A-Za-z].*[A-Za-z]")


def said_in(reply: Reply, secrets: Iterable[str] = ()) -> str:
    """Give the words of a reply that are meant for people, without the ``secrets`` that were sent, or "" if it has none."""
    text = _decoded(reply.body[:_READ], reply.charset).strip("\ufeff \t\r\n")
    sentences = list(dict.fromkeys(one for one in map(seen, _sentences(text, "", _WITHIN)) if one))
    return kept(" · ".join(sentences[:_MOST]), secrets)


def kept(text: str, secrets: Iterable[str] = ()) -> str:
    """Give a department's text as it is kept: visible, bounded, and without secrets."""
    for secret in secrets:
        text = text.replace(secret, "***") if secret else text
    whole = seen(text)
    return whole if len(whole) <= LONGEST else whole[: LONGEST - 1] + "…"


def _decoded(body: bytes, charset: str | None) -> str:
    """Decode a body by its declared charset, else as UTF-8, else as GB 18030, which covers the smaller sets of older systems."""
    declared = _DECLARED.search(body[:1000])
    for name in (charset, declared[1].decode().lower() if declared else None, "utf-8"):
        if name is None or name in _SAYS_NOTHING:
            continue
        try:
            return body.decode("gb18030" if name in ("gb2312", "gbk") else name)
        except (LookupError, UnicodeError, ValueError):  # an unknown or wrong charset, or a body cut within a character
            continue
    known = body.decode("utf-8", "ignore")
    return known if len(known.encode()) > len(body) - 4 else body.decode("gb18030", "replace")


def _sentences(text: str, name: str, within: int) -> Iterator[str]:
    """Give every sentence of a text, which may be a document itself. ``name`` is the name it stands under."""
    if text[:1] in ("{", "[") and within:
        try:
            value = orjson.loads(text.encode("utf-8", "replace"))
        except orjson.JSONDecodeError:
            if '":' not in text:  # otherwise it is a truncated or broken document, hence possibly data
                yield text[:_OF_ONE]
            return
        yield from _of_json(value, name, within - 1)
    elif text[:1] == "<" and within:
        root = _xml(text)
        yield from _of_xml(root, within - 1) if root is not None else (_of_page(text),)
    elif within == _WITHIN or _tells(text[:_OF_ONE], name):
        yield text[:_OF_ONE]


def _tells(text: str, name: str) -> bool:
    plain = _BETWEEN_WORDS.sub("", name.lower())
    return bool(_HAN_OR_WORDS.search(text)) and bool(_TELLING.search(plain) or _SENTENCE.search(text))


def _of_json(value: Any, name: str, within: int) -> Iterator[str]:  # noqa: ANN401  # any JSON
    waiting = [(value, name)]
    while waiting:  # not recursive, because a document may be nested deeper than Python allows calls
        one, under = waiting.pop()
        if isinstance(one, dict):
            waiting += [(child, str(key)) for key, child in reversed(one.items())]
        elif isinstance(one, list):
            waiting += [(child, under) for child in reversed(one)]
        elif isinstance(one, str):
            yield from _sentences(one.strip(), under, within)


def _xml(text: str) -> etree._Element | None:
    """Parse XML. Gives None for a page, for a text with a document type (an entity could be anything), and for malformed XML."""
    if "<!DOCTYPE" in text[:2000] or re.match(r"<html\b", text, re.IGNORECASE):
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(_DECLARATION.sub("", text).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None


def _of_page(text: str) -> str:
    """Give the words of a page, or of any other text that only begins like a document."""
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:  # nothing in it
        return ""
    if root is None:
        return ""
    etree.strip_elements(root, "script", "style", with_tail=False)
    return " ".join(map(str, root.itertext()))[:_OF_ONE]


def _of_xml(root: etree._Element, within: int) -> Iterator[str]:
    if (fault := find_fault(root)) is not None and fault.text:
        yield fault.text
    for element in root.iter("*"):
        name = etree.QName(element).localname
        for attribute, value in element.attrib.items():
            yield from _sentences(str(value).strip(), str(attribute), within)
        if not len(element) and element.text:
            yield from _sentences(element.text.strip(), name, within)

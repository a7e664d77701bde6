"""The traffic, read without knowledge of the contract: the values, days and amounts in it, and the parts of it that are chance."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from gateway.sdk.conformance.equipment.proxy import SeenRequest
from gateway.sdk.sandbox import CHINA

_ENCODINGS = ("utf-8", "gb18030", "utf-16-le")
_TOKEN = re.compile(rb"[^\s\"'<>{}\[\](),;&=?]+")
#: Headers that do not depend on a request's values.
_PASSED_OVER = re.compile(rb"\r\n(?:traceparent|content-length):[^\r]*", re.IGNORECASE)
_SOAP_HEADER = re.compile(rb"<(?:[\w.-]+:)?Header\b.*</(?:[\w.-]+:)?Header>", re.DOTALL)
_SEALED = re.compile(rb"[A-Za-z0-9+/_=-]{24,}")
_UUID = re.compile(rb"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
_INSTANT = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)")
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[-/.年](\d{1,2})[-/.月](\d{1,2})|(\d\d)(\d\d)(?:\d{6})?)(?!\d)")
_SECONDS = re.compile(r"(?<!\d)(1\d{9})(?:\d{3})?(?!\d)")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_NUMBER = re.compile(r"(?<![\d.])\d{1,15}(?:\.\d{1,9})?(?![\d.])")


def forms(value: str) -> set[bytes]:
    """Give the forms in which a text may stand in a request."""
    found = {value.encode("unicode_escape"), value.encode("ascii", "xmlcharrefreplace")}
    for encoding in _ENCODINGS:
        try:
            found.add(value.encode(encoding))
        except UnicodeEncodeError:
            continue  # the encoding has no such character, so it is not in it
    return found


def stands(value: str, content: bytes) -> bool:
    """Tell whether a text stands in the traffic."""
    return any(form in content for form in forms(value))


def whole(sent: Iterable[SeenRequest]) -> bytes:
    """Join all that left: heads and bodies."""
    return b"\n".join(one.head + one.body for one in sent)


def tokens(sent: Iterable[SeenRequest]) -> Counter[bytes]:
    """Count the words of requests, except those that change with every call."""
    return Counter(word for one in sent for word in _TOKEN.findall(_PASSED_OVER.sub(b"", one.head) + b" " + one.body))


def chance(first: Iterable[SeenRequest], second: Iterable[SeenRequest]) -> bool:
    """Tell whether two bodies of one request differ in a part that may be encrypted, and whose content nobody can tell."""
    one, other = (Counter(word for seen in sent for word in _SEALED.findall(_SOAP_HEADER.sub(b"", seen.body))) for sent in (first, second))
    return any(_UUID.fullmatch(word) is None for word in one - other)


def days_in(content: bytes) -> set[date]:
    """Find the days in a body, in the forms that departments write. A moment counts as its day in China."""
    found: set[date] = set()
    text = _readable(content)
    for instant in _INSTANT.finditer(text):
        try:
            moment = datetime.fromisoformat(f"{instant[1]}T{instant[2]}{instant[3]}")
        except ValueError:
            continue  # no moment, whatever it looks like
        found.add(moment.astimezone(CHINA).date())
    for one in _DAY.finditer(_INSTANT.sub(" ", text)):
        try:
            found.add(date(int(one[1]), int(one[2] or one[4]), int(one[3] or one[5])))
        except ValueError:
            continue  # as above
    found |= {datetime.fromtimestamp(int(one[1]), UTC).astimezone(CHINA).date() for one in _SECONDS.finditer(text)}
    return found


def is_moved(day: date, content: bytes) -> bool:
    """Tell whether the day before or after stands where the day itself does not."""
    there = days_in(content)
    return day not in there and bool({day - timedelta(days=1), day + timedelta(days=1)} & there)


def is_inexact(amount: Decimal, content: bytes) -> bool:
    """Tell whether a body lacks an amount in every unit, but holds one that is nearly the same."""
    units = [abs(amount).scaleb(power) for power in range(-8, 9)]
    numbers = {Decimal(found[0]) for found in _NUMBER.finditer(_readable(content))} - {Decimal(0)}
    return not any(unit in numbers for unit in units) and any(abs(number - unit) * 100_000 < unit for number in numbers for unit in units)


def _readable(content: bytes) -> str:
    """Give a body's text in each of the ways in which it may be written."""
    text = content.decode("utf-8", "replace")
    unescaped = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return "\n".join((text, html.unescape(text), unescaped, content.decode("gb18030", "replace")))

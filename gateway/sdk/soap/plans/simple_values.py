"""Simple values by XML Schema Part 2, read strictly: a text of another form is an error, and never a value or None.

zeep takes every boolean that is not ``true`` for false, drops characters from base64 that do not belong there, and gives None for all else
that it cannot read. The contract's schema catches that beforehand, but there may be none (rpc style, or a schema that does not compile). So
zeep's types of a contract are taught to read strictly, for zeep itself and for plans alike.
"""

from __future__ import annotations

import base64
import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any, Final, Self

from lxml import etree
from zeep.xsd.types import builtins
from zeep.xsd.types.collection import ListType, UnionType

from gateway.sdk.soap.plans.content import Described

_SPACE = re.compile(r"[ \t\n\r]+")
_ZONE = r"(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_MONTH, _DAY = r"(0[1-9]|1[0-2])", r"(0[1-9]|[12][0-9]|3[01])"
#: XML Schema 1.0 has no year 0 (Part 2, 3.2.7.1).
_YEAR = r"(-?(?:[1-9][0-9]{4,}|(?!0000)[0-9]{4}))"
_CLOCK = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_MIDNIGHT = re.compile(r"24(:00:00)(?:\.0+)?")
_N = "[0-9]+"
_DAYS = f"(?:{_N}Y(?:{_N}M)?(?:{_N}D)?|{_N}M(?:{_N}D)?|{_N}D)"
_SECONDS = rf"{_N}(?:\.{_N})?S"
_HOURS = f"T(?:{_N}H(?:{_N}M)?(?:{_SECONDS})?|{_N}M(?:{_SECONDS})?|{_SECONDS})"
#: Without lookahead, which pydantic's patterns do not have.
_DURATION = re.compile(f"-?P(?:{_DAYS}(?:{_HOURS})?|{_HOURS})")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")

Reader = Callable[[str], Any]


class DatePart(tuple[Any, ...]):  # noqa: SLOT001  # a subclass of tuple can have only empty slots
    """A year, month, day or two of them: zeep's tuple with the time zone last, and XML Schema's form as its ``str()``."""

    text: str

    def __new__(cls, parts: tuple[Any, ...], text: str) -> Self:
        """Keep the parts and the text."""
        made = super().__new__(cls, parts)
        made.text = text
        return made

    def __str__(self) -> str:
        return self.text


class UnreadableError(ValueError):
    """An element whose text is no value of its type. The error has its name and the reason, never the text."""

    def __init__(self, node: etree._Element, why: str) -> None:
        super().__init__(f"{etree.QName(node).localname}: {why}")


def collapsed(text: str) -> str:
    """Collapse the white space of a text as XML Schema does, to which a Chinese space is none."""
    return _SPACE.sub(" ", text).strip(" ")


def reader(kind: Described) -> Reader | None:
    """Give a reader of texts for one of zeep's simple types, or None where every text is a value as it is."""
    if isinstance(kind, ListType):
        item = reader(kind.item_type) or (lambda text: text)
        return lambda text: [item(one) for one in collapsed(text).split(" ")] if collapsed(text) else []
    if isinstance(kind, UnionType):
        # zeep leaves out members that are defined within a union, so that a text of none of the others may be valid all the same.
        return reader(kind.item_class()) or collapsed if kind.item_class else collapsed
    return next((read for classes, read in _READERS if isinstance(kind, classes)), None)


def of_node(kind: Described, default: str | None = None) -> Callable[[etree._Element], Any]:
    """Make a reader of elements of a simple type, which gives an element's text, or its default where it has none.

    An empty element is None where it can mean nothing (a text, ``xsi:nil``). For all other types it is read like any text.
    """
    read = reader(kind)
    nothing_is_none = default is None and (read is None or isinstance(kind, _TEXTS))

    def read_node(node: etree._Element) -> Any:
        if len(node):
            raise UnreadableError(node, "an element within a simple value")
        text = node.text
        if text is None:
            if nothing_is_none or node.get(_NIL) in ("true", "1"):
                return None
            text = default or ""
        if read is None:
            return text
        try:
            return read(text)
        except (ValueError, ArithmeticError):
            pass
        raise UnreadableError(node, f"no {kind.qname.localname}")  # outside the handler: Python's error repeats the text

    return read_node


def writer(kind: Described) -> Callable[[Any], str] | None:
    """Give a writer of values where zeep itself would want a tuple, or write something else than XML Schema, or None elsewhere."""
    if isinstance(kind, builtins.Float | builtins.Double):
        as_zeep = kind.xmlvalue
        return lambda value: _ENDLESS.get(str(value).lower()) or as_zeep(value)
    if isinstance(kind, builtins.Date):
        of_other = kind.xmlvalue  # a date's year is left short
        return lambda value: value.isoformat()[:10] if isinstance(value, date) else of_other(value)
    form = next((form for of, form in _FORMS if isinstance(kind, of)), None)
    if form is None:
        return None

    def write(value: object) -> str:
        if isinstance(value, DURATIONS):
            return duration_text(value)
        text = value if isinstance(value, str) else str(value) if isinstance(value, DatePart) else _of_parts(kind, value)
        if form is not _DURATION:
            _date_part(form)(text)  # raises for a day that no month has
        return _matched(form, text)[0]

    return write


def _matched(form: re.Pattern[str], text: str) -> re.Match[str]:
    """Match a collapsed text as a whole. The error says nothing of the text, which may be about a person."""
    if (match := form.fullmatch(collapsed(text))) is None:
        raise ValueError("not as XML Schema writes it")
    return match


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _plain(pattern: str, convert: Callable[[str], Any]) -> Reader:
    form = _form(pattern)
    return lambda text: convert(text if form.fullmatch(text) else _matched(form, text)[0])


def _integer(least: int | None = None, most: int | None = None) -> Reader:
    form = _form(r"[+-]?\d+")

    def read(text: str) -> int:
        value = int(text if form.fullmatch(text) else _matched(form, text)[0])
        if (least is not None and value < least) or (most is not None and value > most):
            raise ValueError("out of its type's range")
        return value

    return read


def _datetime(text: str) -> datetime:
    """Read a date and time. Digits of a second after the sixth are dropped, but a year too long for Python is an error."""
    if "T24" not in text:
        return datetime.fromisoformat(text)
    return datetime.fromisoformat(_MIDNIGHT.sub(r"00\1", text)) + timedelta(days=1)


def _date(text: str) -> date:
    """Read a date in its own time zone, which is left out, as in zeep."""
    year, month, day = text[:10].split("-")  # Python's own reader would take the digits of a longer year for months and days
    return date(int(year), int(month), int(day))


def _duration(text: str) -> Any:
    return builtins.Duration().pythonvalue(_matched(_DURATION, text)[0])  # type: ignore[no-untyped-call]  # zeep does not annotate it


def duration_text(value: object) -> str:
    """Write a duration as XML Schema does."""
    return str(builtins.Duration().xmlvalue(value))  # type: ignore[no-untyped-call]  # as above


def _base64(text: str) -> bytes:
    plain = _SPACE.sub("", text)
    if not _BASE64.fullmatch(plain):
        raise ValueError("no base64")
    return base64.b64decode(plain)


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    sign, hours, minutes = (-1 if text[0] == "-" else 1), text[1:3], text[4:6]
    return UTC if text == "Z" else timezone(sign * timedelta(hours=int(hours), minutes=int(minutes)))


def _date_part(form: re.Pattern[str]) -> Reader:
    def read(text: str) -> DatePart:
        match = _matched(form, text)
        *numbers, zone = match.groups()
        if len(numbers) == 2 and len(numbers[0]) == 2 and int(numbers[1]) > monthrange(2000, int(numbers[0]))[1]:
            raise ValueError("no day of any year")
        return DatePart((*(int(number) for number in numbers), _zone(zone)), match[0])

    return read


def _of_parts(kind: Described, value: Any) -> str:
    """Write zeep's own tuple as text, since zeep itself writes a month with a digit too few."""
    *numbers, zone = value
    ends = "" if zone is None else f"{datetime(2000, 1, 1, tzinfo=zone).isoformat()[19:]}".replace("+00:00", "Z")
    match kind:
        case builtins.gYear() | builtins.gYearMonth():
            year, *rest = numbers
            text = "-".join([f"{'-' if year < 0 else ''}{abs(year):04d}", *(f"{number:02d}" for number in rest)])
        case builtins.gDay():
            text = f"---{numbers[0]:02d}"
        case _:
            text = "--" + "-".join(f"{number:02d}" for number in numbers)
    return text + ends


_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
#: The classes that zeep reads durations into: Python's, and isodate's for those with months.
DURATIONS: Final = tuple(one for one in builtins.Duration.accepted_types if one is not str)
#: Types of which an empty element is an empty text.
_TEXTS: Final = (builtins.String, builtins.AnyURI, builtins.HexBinary, UnionType)
#: XML Schema's forms for parts of dates and durations, which are texts in an adapter's models and are checked there too.
_FORMS: Final[tuple[tuple[Any, re.Pattern[str]], ...]] = (
    (builtins.gYearMonth, _form(f"{_YEAR}-{_MONTH}{_ZONE}")),
    (builtins.gYear, _form(f"{_YEAR}{_ZONE}")),
    (builtins.gMonthDay, _form(f"--{_MONTH}-{_DAY}{_ZONE}")),
    (builtins.gMonth, _form(f"--{_MONTH}{_ZONE}")),
    (builtins.gDay, _form(f"---{_DAY}{_ZONE}")),
    (builtins.Duration, _DURATION),
)
_ENDLESS: Final = {"inf": "INF", "-inf": "-INF", "nan": "NaN"}
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
#: By zeep's classes, derived ones first. For a class that is not here every text is a value.
_READERS: Final[tuple[tuple[Any, Reader], ...]] = (
    (builtins.Boolean, _plain("true|false|1|0", lambda text: text in {"true", "1"})),
    (builtins.UnsignedByte, _integer(0, 2**8 - 1)),
    (builtins.UnsignedShort, _integer(0, 2**16 - 1)),
    (builtins.UnsignedInt, _integer(0, 2**32 - 1)),
    (builtins.UnsignedLong, _integer(0, 2**64 - 1)),
    (builtins.Byte, _integer(-(2**7), 2**7 - 1)),
    (builtins.Short, _integer(-(2**15), 2**15 - 1)),
    (builtins.Int, _integer(-(2**31), 2**31 - 1)),
    (builtins.Long, _integer(-(2**63), 2**63 - 1)),
    (builtins.PositiveInteger, _integer(1)),
    (builtins.NonNegativeInteger, _integer(0)),
    (builtins.NegativeInteger, _integer(None, -1)),
    (builtins.NonPositiveInteger, _integer(None, 0)),
    (builtins.Integer, _integer()),
    (builtins.Decimal, _plain(_NUMBER, Decimal)),
    ((builtins.Float, builtins.Double), _plain(rf"{_NUMBER}(?:[eE][+-]?\d+)?|-?INF|NaN", float)),
    (builtins.DateTime, _plain(rf"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}", _datetime)),
    (builtins.Date, _plain(rf"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}", _date)),
    (builtins.Time, _plain(rf"{_CLOCK}{_ZONE}", lambda text: time.fromisoformat(_MIDNIGHT.sub(r"00\1", text)))),
    (builtins.Duration, _duration),
    *((of, _date_part(form)) for of, form in _FORMS if of is not builtins.Duration),
    (builtins.Base64Binary, _base64),
    (builtins.HexBinary, _plain(r"(?:[0-9a-fA-F]{2})*", str)),
    (builtins.Language, _plain(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*", str)),
    ((builtins.NmTokens, builtins.IDREFS, builtins.Entities), _plain(r"[^ ]+(?: [^ ]+)*", str)),
    ((builtins.NmToken, builtins.Name, builtins.QName, builtins.Notation), _plain(r"[^ \t\n\r]+", str)),
    ((builtins.Token, builtins.AnyURI), collapsed),
    (builtins.NormalizedString, lambda text: re.sub(r"[\t\n\r]", " ", text)),
)


#: Patterns for such texts in models: enough to tell a wrong kind of text, and short enough to be read.
_OUTLINES: Final = {
    "gYear": "-?[0-9]{4,}",
    "gYearMonth": "-?[0-9]{4,}-[0-9]{2}",
    "gMonthDay": "--[0-9]{2}-[0-9]{2}",
    "gMonth": "--[0-9]{2}",
    "gDay": "---[0-9]{2}",
}


def outline(kind: Described) -> tuple[str, str] | None:
    """Give XML Schema's name for a part of a date or a duration with the pattern of its texts, or None for any other type."""
    of = next((of for of, _ in _FORMS if isinstance(kind, of)), None)
    if of is None:
        return None
    name = str(of._default_qname.localname)
    return name, f"{_OUTLINES[name]}(Z|[+-][0-9]{{2}}:[0-9]{{2}})?" if name in _OUTLINES else "-?P[0-9YMDTHS.]+"

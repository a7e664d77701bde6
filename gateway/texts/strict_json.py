"""JSON as RFC 8259 has it, without the parts that parsers disagree about: duplicate keys, lone surrogates, huge numbers, deep nesting.

Too much of anything is refused before it is parsed (:mod:`gateway.texts.bounds`). A good body is read twice by C parsers (orjson for
strictness, the standard library for duplicate keys). Only a suspect one is read a third time to locate its errors.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import orjson

from gateway.model import JsonObject
from gateway.model.errors import GatewayError, Located
from gateway.texts.bounds import BOUNDS, Bounds, excess
from gateway.texts.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gateway.texts.refusals import Language

#: Beyond this, two different integers are the same number to JavaScript and to every parser that uses doubles (RFC 8259 §6).
MAX_NUMBER: Final = 2**53 - 1
#: More digits than any safe number has. A longer number is refused before it is converted.
_MAX_DIGITS: Final = 64

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_MANY_DIGITS = re.compile(r"[0-9]{6}")


class Malformed(GatewayError):
    """A body that is no acceptable JSON object. ``problems`` locate errors without repeating values, and ``more`` counts further ones."""

    def __init__(self, problems: tuple[Located, ...], more: int = 0) -> None:
        super().__init__("; ".join(f"{problem.pointer or '/'}: {problem.detail}" for problem in problems))
        self.problems = problems
        self.more = more


class _SuspectError(ValueError):
    """Something that no good body holds."""


class _Pairs(list[tuple[str, Any]]):
    """An object with its members as written."""


class _Unsafe:
    """A stand-in for a number that is not safe."""


def read_object(body: bytes, language: Language = "en", bounds: Bounds = BOUNDS) -> JsonObject:
    """Parse a request's bytes to an object. Raises :class:`Malformed` with at most ``bounds.errors`` of the problems found.

    A byte order mark at the start, which many clients write, is ignored (RFC 8259, section 8.1, allows that).
    """
    body = body.removeprefix(BOM_UTF8)
    if (much := excess(body, bounds)) is not None:
        raise Malformed((Located("", say(f"json_{much}", language, limit=getattr(bounds, much))),))
    try:
        if type(orjson.loads(body)) is dict:
            return _decoder(bounds)(body.decode())  # type: ignore[no-any-return]  # it is the dict that orjson has just seen
    except (_SuspectError, orjson.JSONDecodeError):
        pass  # the cause is dropped, because it would carry the body
    found = _problems(body, bounds)
    told = tuple(Located(pointer, say(key, language, **values)) for pointer, key, values in islice(found, bounds.errors))
    raise Malformed(told, sum(1 for _ in found))


def canonical(value: object) -> bytes:
    """Give the same bytes for the same JSON value (sorted keys, no spaces, UTF-8), fit for an HMAC."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def pointer_part(name: str) -> str:
    """Escape one part of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def pointer_of(parts: Iterable[str | int]) -> str:
    """Give the JSON Pointer that leads by these names and numbers."""
    return "".join(f"/{pointer_part(str(part))}" for part in parts)


def nameable(name: str) -> bool:
    """Tell whether an unknown member's name is a plain word and may be repeated. A caller may put anything there, even an ID number."""
    return _NAME.fullmatch(name) is not None and _MANY_DIGITS.search(name) is None


def _safe_int(text: str) -> int:
    number = int(text) if len(text) < _MAX_DIGITS else MAX_NUMBER + 1
    if -MAX_NUMBER <= number <= MAX_NUMBER:
        return number
    raise _SuspectError


def _safe_float(text: str) -> float:
    number = float(text)
    if -MAX_NUMBER <= number <= MAX_NUMBER:
        return number
    raise _SuspectError


@lru_cache(maxsize=8)
def _decoder(bounds: Bounds) -> Callable[[str], Any]:
    """Give the parser of good bodies, which raises _SuspectError for any other."""

    def unique(pairs: list[tuple[str, Any]]) -> JsonObject:
        members = dict(pairs)
        if len(members) != len(pairs) or len(pairs) > bounds.members or max(map(len, members), default=0) > bounds.name_length:
            raise _SuspectError
        return members

    return json.JSONDecoder(object_pairs_hook=unique, parse_int=_safe_int, parse_float=_safe_float).decode


def _or_unsafe(safe: Callable[[str], object]) -> Callable[[str], object]:
    def read(text: str) -> object:
        try:
            return safe(text)
        except _SuspectError:
            return _Unsafe()

    return read


#: A pointer, the key of a text, and its values. Only problems that are told are put into words.
_Problem = tuple[str, str, dict[str, object]]


def _problems(body: bytes, bounds: Bounds) -> Iterator[_Problem]:
    """Find what is wrong with a refused body: at least one problem."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        yield "", "json_utf8", {"byte": error.start + 1}
        return
    try:
        value = json.loads(
            text,
            object_pairs_hook=_Pairs,
            parse_int=_or_unsafe(_safe_int),
            parse_float=_or_unsafe(_safe_float),
            parse_constant=lambda _: _Unsafe(),
        )
    except json.JSONDecodeError as error:
        yield "", "json_syntax", {"line": error.lineno, "column": error.colno}
        return
    some = False
    for problem in _walk(value, "", bounds):
        some = True
        yield problem
    if not isinstance(value, _Pairs):
        yield "", "json_object", {}
    elif not some:
        yield "", "json_syntax", {"line": 1, "column": 1}


def _walk(value: object, pointer: str, bounds: Bounds) -> Iterator[_Problem]:
    if isinstance(value, _Unsafe):
        yield pointer, "json_number", {}
    elif isinstance(value, str):
        if _lone_surrogate(value):
            yield pointer, "json_surrogate", {}
    elif isinstance(value, _Pairs):
        yield from _walk_members(value, pointer, bounds)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _walk(child, f"{pointer}/{index}", bounds)


def _walk_members(pairs: _Pairs, pointer: str, bounds: Bounds) -> Iterator[_Problem]:
    if len(pairs) > bounds.members:
        yield pointer, "json_members", {"limit": bounds.members}
        return
    seen: dict[str, int] = {}
    for name, child in pairs:
        if _lone_surrogate(name):
            yield pointer, "json_surrogate", {}
            continue
        if len(name) > bounds.name_length:
            yield pointer, "json_name", {"limit": bounds.name_length}
        place = f"{pointer}/{pointer_part(name)}" if nameable(name) else pointer
        seen[name] = seen.get(name, 0) + 1
        if seen[name] == 2:  # once, however often it is repeated
            yield place, "json_duplicate", {}
        yield from _walk(child, place, bounds)


def _lone_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False

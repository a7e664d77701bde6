"""JSON as it may come in: RFC 8259 without what parsers disagree about (duplicate keys, lone surrogates, huge numbers, deep nesting).

The good case is read twice by C parsers (orjson for strictness, the standard library for duplicate keys); only what
looks wrong is read a third time to say where.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from typing import TYPE_CHECKING, Any, Final

import orjson

from gateway.model.errors import GatewayError, Located
from gateway.routing.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.routing.refusals import Language

MAX_DEPTH: Final = 32
#: Beyond this, two different integers are the same number to JavaScript and to every parser that uses doubles (RFC 8259 §6).
MAX_NUMBER: Final = 2**53 - 1
#: More digits than any safe number has; a longer one is refused before it is converted.
_MAX_DIGITS: Final = 64

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_MANY_DIGITS = re.compile(r"[0-9]{6}")
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


class Malformed(GatewayError):
    """A body that is no acceptable JSON object; ``problems`` says where and why, without repeating it."""

    def __init__(self, problems: tuple[Located, ...]) -> None:
        super().__init__("; ".join(f"{problem.pointer or '/'}: {problem.detail}" for problem in problems))
        self.problems = problems


class _SuspectError(ValueError):
    """Something that the good case does not hold was met."""


class _Pairs(list[tuple[str, Any]]):
    """An object with its members as written."""


class _Unsafe:
    """Stands for a number that is not safe."""


def read_object(body: bytes, language: Language = "en") -> dict[str, Any]:
    """Parse a request's bytes to an object, raising :class:`Malformed` with every problem found.

    A byte order mark before it, which many clients write, is passed over (RFC 8259, section 8.1, lets a reader do so).
    """
    body = body.removeprefix(BOM_UTF8)
    try:
        value = orjson.loads(body)
        if type(value) is dict and (body.count(b"{") + body.count(b"[") <= MAX_DEPTH or not _too_deep(value)):
            return _checked(body.decode())  # type: ignore[no-any-return]  # it is the dict that orjson has just seen
    except (_SuspectError, orjson.JSONDecodeError):
        pass  # the cause is not kept: it would carry the body
    raise Malformed(tuple(_problems(body, language)))


def canonical(value: object) -> bytes:
    """Give the same bytes for the same JSON value: sorted keys, no spaces, UTF-8 (fit for an HMAC)."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def pointer_part(name: str) -> str:
    """Escape one part of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def nameable(name: str) -> bool:
    """Whether an unknown member's name may be repeated: a plain word, since a caller may put anything there, an ID number too."""
    return _NAME.fullmatch(name) is not None and _MANY_DIGITS.search(name) is None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _SuspectError
    return members


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


_checked = json.JSONDecoder(object_pairs_hook=_unique, parse_int=_safe_int, parse_float=_safe_float).decode


def _too_deep(value: object) -> bool:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in (node.values() if type(node) is dict else node) if type(child) in (dict, list)]
        if not level:
            return False
    return True


def _depth(body: bytes) -> int:
    depth = deepest = 0
    for token in _BRACKETS.findall(body):
        if token in (b"{", b"["):
            depth += 1
            deepest = max(deepest, depth)
        elif token in (b"}", b"]"):
            depth -= 1
    return deepest


def _int_or_unsafe(text: str) -> object:
    try:
        return _safe_int(text)
    except _SuspectError:
        return _Unsafe()


def _float_or_unsafe(text: str) -> object:
    try:
        return _safe_float(text)
    except _SuspectError:
        return _Unsafe()


def _problems(body: bytes, language: Language) -> Iterator[Located]:
    """Say what is wrong with a body that was refused; at least one problem."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        yield Located("", say("json_utf8", language, byte=error.start + 1))
        return
    if _depth(body) > MAX_DEPTH:
        yield Located("", say("json_depth", language, limit=MAX_DEPTH))
        return
    try:
        value = json.loads(
            text,
            object_pairs_hook=_Pairs,
            parse_int=_int_or_unsafe,
            parse_float=_float_or_unsafe,
            parse_constant=lambda _: _Unsafe(),
        )
    except json.JSONDecodeError as error:
        yield Located("", say("json_syntax", language, line=error.lineno, column=error.colno))
        return
    found = list(_walk(value, "", language))
    if not isinstance(value, _Pairs):
        found.append(Located("", say("json_object", language)))
    yield from found or [Located("", say("json_syntax", language, line=1, column=1))]


def _walk(value: object, pointer: str, language: Language) -> Iterator[Located]:
    if isinstance(value, _Unsafe):
        yield Located(pointer, say("json_number", language))
    elif isinstance(value, str):
        if _lone_surrogate(value):
            yield Located(pointer, say("json_surrogate", language))
    elif isinstance(value, _Pairs):
        seen: dict[str, int] = {}
        for name, child in value:
            if _lone_surrogate(name):
                yield Located(pointer, say("json_surrogate", language))
                continue
            place = f"{pointer}/{pointer_part(name)}" if nameable(name) else pointer
            seen[name] = seen.get(name, 0) + 1
            if seen[name] == 2:  # told once
                yield Located(place, say("json_duplicate", language))
            yield from _walk(child, place, language)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _walk(child, f"{pointer}/{index}", language)


def _lone_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)

"""Bounds of a body, checked before any parser sees it, because a native parser holds the interpreter until it has finished.

Only the raw bytes are searched here, so that the answer takes milliseconds whatever they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, Literal, TypeVar

#: A JSON text is a value or a name, so there are at most two for each value, with four quotes between them.
_QUOTES: Final = 4
_STEP: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_SPACE: Final = b" \t\r\n"
_NO_BRACKETS: Final = bytes(byte for byte in range(256) if byte not in _STEP)

Excess = Literal["depth", "values"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most that a JSON body may hold, and the most errors that an answer lists."""

    members: int = 500  # of one object
    values: int = 20_000  # in all: objects, lists, texts, numbers, true, false, null
    depth: int = 32  # of objects and lists in one another
    name_length: int = 200  # characters of a member's name
    errors: int = 100  # listed, with a count of the others


BOUNDS: Final = Bounds()


def excess(body: bytes, bounds: Bounds) -> Excess | None:
    """Tell which bound the body exceeds, or None. A body that is not JSON is judged by as much of it as resembles JSON."""
    opened = body.count(b"{") + body.count(b"[")
    if opened <= bounds.depth and opened + body.count(b",") < bounds.values:
        return None  # within bounds even if every bracket and comma stood outside texts
    most = _QUOTES * bounds.values + 2
    parts = body.replace(rb"\\", b"").replace(rb"\"", b"").split(b'"', most)
    outside = b"t".join(parts[:most:2]).translate(None, _SPACE)
    brackets = outside.translate(None, _NO_BRACKETS)[:most]
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > bounds.depth:
        return "depth"
    if len(parts) > most:
        return "values"
    opened, empty = outside.count(b"{") + outside.count(b"["), outside.count(b"{}") + outside.count(b"[]")
    return "values" if 1 + outside.count(b",") + opened - empty > bounds.values else None


def excess_of_any(body: bytes, bounds: Bounds) -> Excess | None:
    """Do the same for a department's own format, recognised by its first byte: JSON, or XML counted in elements and attributes."""
    match body.removeprefix(b"\xef\xbb\xbf").lstrip(_SPACE)[:1]:
        case b"{" | b"[":
            return excess(body, bounds)
        case b"<":
            return "values" if body.count(b"<") // 2 + body.count(b"=") > bounds.values else None
    return None


T = TypeVar("T")

#: Bytes from which a body is large. Handing a smaller one to a thread costs more than examining it.
LARGE: Final = 8 * 1024


class LargeBodies:
    """Runs the examinations of bodies, of large ones in a thread, one at a time, so that the loop serves everybody else meanwhile.

    The thread frees the loop only between native calls, which the bounds and :mod:`gateway.catalogue.form` keep short.
    """

    def __init__(self) -> None:
        self._one = asyncio.Lock()

    async def examined(self, body: bytes, examine: Callable[[], T]) -> T:
        """Run ``examine``, at once for a small body and in the thread for a large one. Gives its result or raises its error."""
        if len(body) < LARGE:
            return examine()
        async with self._one:
            return await asyncio.to_thread(examine)

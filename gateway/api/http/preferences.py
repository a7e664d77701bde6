"""A caller's preferences by the Accept headers of RFC 9110 (section 12.4.2): one reading of their lists and weights.

A browser's language is the one that its person chose on a page, where there was such a choice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from gateway.texts.refusals import Language

if TYPE_CHECKING:
    from aiohttp import web

_WEIGHT = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
_LONGEST = 1000
#: The cookie of a language that was chosen on a page.
LANGUAGE_COOKIE = "language"


@lru_cache(maxsize=256)
def weights(accept: str) -> Mapping[str, float]:
    """Give the weight of each range of an Accept header, by its lower-case name: 0 refuses it. An unreadable one is left out."""
    found: dict[str, float] = {}
    for part in accept[:_LONGEST].lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        given = [piece for piece in parameters if piece.startswith("q=")]
        read = [_WEIGHT.fullmatch(piece) for piece in given]
        if name and len(given) <= 1 and None not in read:
            found[name] = max(found.get(name, 0.0), float(read[0][1]) if read and read[0] else 1.0)
    return found


def language_of(request: web.Request) -> Language:
    """The language to answer in: as was chosen on a page, else by Accept-Language."""
    match request.cookies.get(LANGUAGE_COOKIE):
        case "zh-CN" | "en" as chosen:
            return chosen
    return best_language(",".join(request.headers.getall("Accept-Language", ())))


@lru_cache(maxsize=256)
def best_language(accept: str) -> Language:
    """Give the better of Chinese and English by Accept-Language, and Chinese when neither or both are asked for alike."""
    best: dict[str, float] = {}
    for name, weight in weights(accept).items():
        primary = name.partition("-")[0]
        best[primary] = max(best.get(primary, 0.0), weight)
    zh, en = (best.get(name, best.get("*")) for name in ("zh", "en"))
    if zh == 0 and en != 0:
        return "en"  # Chinese is refused, English is not
    return "en" if (en or 0.0) > (zh or 0.0) else "zh-CN"


def preferred(request: web.Request, offers: Sequence[str]) -> str:
    """Give the media type to answer in: the weightiest that Accept names and does not refuse, of equals the first named.

    Give the first offer when Accept names none: a range such as ``*/*`` asks for nothing else.
    """
    asked = weights(",".join(request.headers.getall("Accept", ())))
    named = {name: weight for name, weight in asked.items() if weight > 0 and name in offers}
    return max(named, key=named.__getitem__, default=offers[0])

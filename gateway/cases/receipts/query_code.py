"""The query code on a receipt: ten characters that are read out, typed in and mistyped by people.

The last is chosen so that the sum of the characters' places in the alphabet, each times its place in the code, is a multiple of 31. As 31
is prime and the code shorter, every single mistyped character and every two that were swapped leave another sum. The code of a draft is
made in the same way with a remainder of its own, so that neither is taken for the other.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from gateway.cases.receipts import texts
from gateway.texts.refusals import Refused

#: Digits and capital letters without those that look alike: 0 and O, 1 and I and L.
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH: Final = 10
#: Codes that there are: 31⁹.
CODES: Final[int] = len(ALPHABET) ** (LENGTH - 1)

_CHECK: Final = -pow(LENGTH, -1, len(ALPHABET))
_PLACES: Final = {character: place for place, character in enumerate(ALPHABET)}
#: Spaces and dashes of every kind. Those of full width are made plain before.
_BETWEEN: Final = re.compile(r"[\s_\-\u2010-\u2015\u2212]+")


def code_of(number: int, remainder: int = 0) -> str:
    """Give the code of a number from 0 to :data:`CODES`, whose sum leaves that remainder."""
    places = []
    for _ in range(LENGTH - 1):
        number, place = divmod(number, len(ALPHABET))
        places.append(place)
    check = (sum(at * place for at, place in enumerate(places, 1)) - remainder) * _CHECK % len(ALPHABET)
    return "".join(ALPHABET[place] for place in (*places, check))


def number_of(code: str) -> int:
    """Give the number of a code that was read."""
    return sum(_PLACES[character] * len(ALPHABET) ** at for at, character in enumerate(code[:-1]))


def read_code(text: str) -> str:
    """Give the query code that somebody typed, in whatever case, with spaces and dashes or without.

    Raises Refused (422) for what is no code, so that nobody has to look it up.
    """
    code = typed_code(text)
    if code is None:
        raise Refused("validation", 422, texts.NO_CODE)
    if remainder_of(code):
        raise Refused("validation", 422, texts.MISTYPED)
    return code


def typed_code(text: str) -> str | None:
    """Give what somebody typed if it has a code's length and characters."""
    code = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()
    return code if len(code) == LENGTH and all(character in _PLACES for character in code) else None


def remainder_of(code: str) -> int:
    """Give the remainder that the sum of a code leaves: none for a query code."""
    return sum(at * _PLACES[character] for at, character in enumerate(code, 1)) % len(ALPHABET)

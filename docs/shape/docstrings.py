"""Docstrings that avoid their subject, or say two things in one sentence."""

from __future__ import annotations

import re

from docs.shape.people_texts import shown
from docs.shape.sources import Found, House, counted

_AVOIDS = re.compile(r"(What|Whether|That|Why|How|Which|When|Where)\b")
#: Code within a docstring: between backquotes, or the block after two colons.
_CODE = re.compile(r"``.*?``|`[^`]*`|::\n\n(?: +.*(?:\n|$)|\n)+", re.DOTALL)


def docstrings(house: House) -> Found:
    """Find the docstrings that begin with What, Whether, That, Why, How, Which, When or Where, or that hold a semicolon.

    Those that people are shown, by ``--help`` or in the OpenAPI document, are apart: they are texts.
    """
    begin, hang = [], []
    for source in house.sources:
        for node, text in source.docstrings():
            place = f"{source.path}:{node.lineno}  {text.splitlines()[0] if text else ''}"
            if shown(text, house):
                continue
            if _AVOIDS.match(text):
                begin.append(place)
            elif ";" in _CODE.sub("", text):
                hang.append(place)
    return counted([*begin, *hang], f"{len(begin)} begin with a question word")

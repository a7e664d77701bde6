"""What an operator sees of personal data: enough to recognise a case, not enough to know the person.

Everything handed in counts as personal unless its form says that it cannot be: numbers, dates, codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.model.identifiers import mask_id_number, mask_mobile, mask_name

_PLAIN = re.compile(r"[a-z][a-z_-]{0,19}|\d{1,3}|\d{4}-\d{2}-\d{2}|\d{1,12}\.\d{1,4}|")
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{15}(?:\d{2}[\dXx])?(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def masked(value: Any, name: str = "") -> Any:  # noqa: ANN401  # any JSON
    """JSON with its personal values masked; ``name`` is the member it stands under."""
    if isinstance(value, Mapping):
        return {key: masked(child, key) for key, child in value.items()}
    if isinstance(value, list):
        return [masked(child, name) for child in value]
    if isinstance(value, str):
        return _masked_text(value, name)
    return value


def masked_sentence(text: str | None, known: Mapping[str, Any] | None) -> str | None:
    """A department's free text with ID numbers, mobile numbers and whatever the form ``known`` holds masked."""
    if text is None:
        return None
    for value, name in sorted(_texts(known or {}), key=lambda pair: -len(pair[0])):
        text = text.replace(value, _masked_text(value, name))
    text = _ID_NUMBER.sub(lambda found: mask_id_number(found[0]), text)
    return _MOBILE.sub(lambda found: mask_mobile(found[0]), text)


def _masked_text(value: str, name: str) -> str:
    if name == "name" or name.endswith("_name"):
        return mask_name(value)
    if name == "mobile" or name.endswith("_mobile"):
        return mask_mobile(value)
    if _PLAIN.fullmatch(value):
        return value
    return mask_id_number(value)


def _texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401  # any JSON
    """Every personal text in it, with the member it stands under; single characters would mask half a sentence."""
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _texts(child, key)
    elif isinstance(value, list):
        for child in value:
            yield from _texts(child, name)
    elif isinstance(value, str) and len(value) > 1 and _masked_text(value, name) != value:
        yield value, name

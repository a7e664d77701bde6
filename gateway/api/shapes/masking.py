"""Personal data as operators see it: enough to recognise a case, not enough to know the person.

Every value that was handed in counts as personal, unless it has the form of a number, a date or a code and stands alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from gateway.journal.read.insights import REFERENCES
from gateway.model.identifiers import mask_id_number, mask_mobile, mask_name
from gateway.texts.masked_text import masked_text, values_of

_PLAIN = re.compile(r"[a-z][a-z_-]{0,19}|\d{1,3}|\d{4}-\d{2}-\d{2}|\d{1,12}\.\d{1,4}|")


def masked(value: object, name: str = "") -> Any:  # noqa: ANN401  # any JSON
    """Mask the personal values of JSON that stands under the member ``name``."""
    if isinstance(value, Mapping):
        return {key: masked(child, key) for key, child in value.items()}
    if isinstance(value, list):
        return [masked(child, name) for child in value]
    if isinstance(value, str):
        return _masked_text(value, name)
    return value


def masked_sentence(text: str | None, known: object) -> str | None:
    """Mask a department's free text: every value of the JSON ``known`` but references, and anything that may be somebody's number."""
    shows = ((value, None if name == REFERENCES else partial(_masked_text, name=name)) for value, name in values_of(known))
    return None if text is None else masked_text(text, shows)


def _masked_text(value: str, name: str) -> str:
    if name == "name" or name.endswith("_name"):
        return mask_name(value)
    if name == "mobile" or name.endswith("_mobile"):
        return mask_mobile(value)
    if _PLAIN.fullmatch(value):
        return value
    return mask_id_number(value)

"""Two who save one draft: what each changed is kept where that was another field, and told where it was the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from gateway.cases.drafts import texts
from gateway.cases.drafts.view import SavedField
from gateway.texts.refusals import Refused

#: Texts by pointer, None for a field that is cleared.
Changes = Mapping[str, str | None]

_POINTER: Final = re.compile(r"/(?:channel|(?:applicant|agent|data|late_entry|notes)(?:/(?:[^\x00-\x1f\x7f/~]|~[01])+)+)")
#: Characters of a pointer, as the column that it is kept in has them, and of one field's text.
_POINTER_LENGTH, _TEXT_LENGTH = 290, 20_000


def require_fit(changes: Changes, most: int) -> None:
    """Raise Refused (422) for what no form has: a pointer that leads nowhere, a text that is none or endless, more than ``most`` fields."""
    for pointer, text in changes.items():
        if len(pointer) > _POINTER_LENGTH or _POINTER.fullmatch(pointer) is None or not _is_text(text):
            raise Refused("validation", 422, texts.UNFIT)
    if len(changes) > most:
        raise Refused("validation", 422, texts.TOO_MANY_FIELDS)


def _is_text(text: str | None) -> bool:
    if text is None:
        return True
    try:
        return len(text.encode()) <= 4 * _TEXT_LENGTH and "\0" not in text
    except UnicodeEncodeError:  # half a character
        return False


def merged(stored: Mapping[str, SavedField], changes: Changes, seen: int) -> tuple[dict[str, str | None], dict[str, SavedField]]:
    """Give the changes that are still to be written, and the fields of which somebody saved another text after the version ``seen``.

    A text that is there already is neither: a save may be repeated.
    """
    new: dict[str, str | None] = {}
    clashes: dict[str, SavedField] = {}
    for pointer, text in changes.items():
        there = stored.get(pointer)
        if text == (there.text if there is not None else None):
            continue
        if there is not None and there.version > seen:
            clashes[pointer] = there
        else:
            new[pointer] = text
    return new, clashes

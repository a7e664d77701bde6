"""An application with an answer put in: what was asked for comes from the answer, and everything else stays as it was."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from gateway.cases.answering.asked import lies_in
from gateway.model import JsonObject, JsonView
from gateway.texts.strict_json import pointer_part

_MISSING: Final = object()


def merged(before: JsonView, answer: JsonView, places: Collection[str]) -> JsonObject:
    """Give the application (``applicant``, ``agent``, ``data``) with these places as the answer has them, whatever else that says.

    An item of a list is such a place only while the list has it: items come and go where the list itself was asked for.
    """
    return {part: _merged(value, answer[part], places, f"/{part}") if part in answer else value for part, value in before.items()}


def _merged(before: object, answer: object, places: Collection[str], pointer: str) -> object:
    if lies_in(pointer, places):
        return answer
    if not any(place.startswith(f"{pointer}/") for place in places):
        return before
    if isinstance(before, list):
        items = answer if isinstance(answer, list) else []
        given = [items[at] if at < len(items) else _MISSING for at in range(len(before))]
        whole = [_merged(one, given[at], places, f"{pointer}/{at}") for at, one in enumerate(before)]
        return [one if new is _MISSING else new for one, new in zip(before, whole, strict=True)]
    if before is not _MISSING and not isinstance(before, Mapping):
        return before
    was, now = before if isinstance(before, Mapping) else {}, answer if isinstance(answer, Mapping) else {}
    there = {}
    for name in {**was, **now}:
        taken = _merged(was.get(name, _MISSING), now.get(name, _MISSING), places, f"{pointer}/{pointer_part(name)}")
        if taken is not _MISSING:
            there[name] = taken
    return _MISSING if before is _MISSING and not there else there

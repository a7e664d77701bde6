"""Codes of the gateway by the names that people know them by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.model import code_names
from gateway.model.service import Text
from gateway.texts.sentences import name

if TYPE_CHECKING:
    from gateway.model.code_names import Names

_STATUS = "http_"


def named(names: Names, code: str) -> Text:
    """Give the name of a code, and one that is in no list as it is."""
    found = names.get(code)
    return name(code) if found is None else Text(zh=found[0], en=found[1])


def failure(code: str) -> Text:
    """Give the name of a failure. An adapter's own has none but itself."""
    status = code.startswith(_STATUS) and code.removeprefix(_STATUS).isdecimal()
    return named(code_names.FAILURES, f"{_STATUS}…" if status else code)

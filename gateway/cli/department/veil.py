"""The allow-list of what may be shown of an exchange: the structure, and codes. Of every other value its origin and shape are shown.

A value of the request shows as ``‹its field›``, so that it can be followed across. Any other one shows as its kind and length. A value
shows as it is only where all of these hold: it stands under a name that is made for codes, it has the form of a code, and it is neither
a value of the request nor a secret. A name shows when it is a plain ASCII word: any other name is in no contract and may be a
person's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from gateway.telemetry.logs import mask

#: Names under which contracts put codes, in lower case and without ``_`` and ``-``.
CODE_NAMES: Final = frozenset(
    {"code", "errcode", "errorcode", "resultcode", "returncode", "retcode", "respcode", "statuscode", "faultcode"}
    | {"status", "state", "result", "outcome", "success", "type", "kind", "pointer", "field"}
)

_NAME: Final = re.compile(r"[A-Za-z_@$][A-Za-z0-9_.:@$-]{0,63}")
_CODE: Final = re.compile(r"[A-Za-z0-9_.:/#\[\]-]{1,48}")
_MANY_DIGITS: Final = re.compile(r"[0-9]{6}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: The least length of a value to look for, since a shorter one is in many texts by chance.
_TELLING: Final = 3


class Veil:
    """Masks the traffic between the gateway and a department in one call.

    ``known`` are the values of the request by their field (``employees.0.name``), ``secrets`` the department's, ``codes`` further names
    whose codes may be seen.
    """

    def __init__(self, known: Mapping[str, str], secrets: Iterable[str], codes: Iterable[str] = ()) -> None:
        self._fields: dict[str, str] = {}
        for field, value in known.items():
            self._fields.setdefault(value, field)
        self._secrets = tuple(secret for secret in secrets if secret)
        self._codes = CODE_NAMES | {_plain(name) for name in codes}

    def value(self, value: object, name: str) -> str:
        """Give the part of a value under ``name`` that may be shown."""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if not text:
            return ""
        if any(secret in text for secret in self._secrets):
            return "‹secret›"
        if (field := self._fields.get(text)) is not None:
            return f"‹{field}›"
        if _plain(name) in self._codes and _CODE.fullmatch(text) and self.harmless(text):
            return text
        return _shape(value)

    def name(self, name: str, number: int = 0) -> str:
        """Give an element's or a member's name, the ``number``-th beside others, as it may be shown."""
        return str(name) if _NAME.fullmatch(name) and self.harmless(name) else f"‹name {number}›"

    def harmless(self, text: str) -> bool:
        """Tell whether a text holds no value of the request, no secret, and nothing that could be somebody's number."""
        if _MANY_DIGITS.search(text) or text in self._fields:
            return False
        return not any(value in text for value in (*self._secrets, *(one for one in self._fields if len(one) >= _TELLING)))

    def sentence(self, text: str) -> str:
        """Take values of the request, secrets and long numbers out of an adapter's text for operators."""
        for secret in self._secrets:
            text = text.replace(secret, "‹secret›")
        for value, field in sorted(self._fields.items(), key=lambda pair: -len(pair[0])):
            if len(value) >= _TELLING or not value.isascii():
                text = text.replace(value, f"‹{field}›")
        return mask(text)


def leaves(value: object, at: str = "") -> Iterator[tuple[str, str]]:
    """Give every value of a request with its field, as texts, but for empty ones and truth values, which tell nothing."""
    if isinstance(value, Mapping):
        for name, child in value.items():
            yield from leaves(child, f"{at}.{name}" if at else str(name))
    elif isinstance(value, list):
        for place, child in enumerate(value):
            yield from leaves(child, f"{at}.{place}" if at else str(place))
    elif value is not None and not isinstance(value, bool) and str(value):
        yield at, str(value)


def _shape(value: Any) -> str:  # noqa: ANN401  # any JSON, or the text of an element
    if isinstance(value, bool):
        return "‹boolean›"
    if isinstance(value, int | float):
        return "‹number›"
    if _DAY.fullmatch(value):
        return "‹date›"
    return f"‹{'digits' if value.isdecimal() else 'text'} {len(value)}›"


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")

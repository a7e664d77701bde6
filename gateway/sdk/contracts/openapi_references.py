"""References within an OpenAPI document: their targets, and their spelling (RFC 6901 in the fragment of a URI)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

Document = Mapping[str, Any]
#: Characters that stand unescaped in a fragment (RFC 3986 §3.5).
_PLAIN = "!$&'()*+,;=:@/?~"


def escaped(name: str) -> str:
    """Escape a name for a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def parts(pointer: str) -> list[str]:
    """Give the names in a JSON Pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def resolved(document: Document, value: Any) -> Any:
    """Follow a chain of local references to its end. Raises ``KeyError`` with a reference that leads nowhere or out of the document."""
    for _ in range(32):
        if not (isinstance(value, Mapping) and isinstance(value.get("$ref"), str)):
            return value
        value = at(document, value["$ref"])
    raise KeyError(f"{value['$ref']} refers to itself")


def at(document: Document, reference: str) -> Any:
    """Give the part that a local reference (``#/…``) names, escaped as in a URI or not. Raises ``KeyError`` with it when there is none."""
    if not reference.startswith("#/"):
        raise KeyError(f"{reference} (only references within the document are followed)")
    for pointer in dict.fromkeys((reference[1:], unquote(reference[1:]))):
        try:
            return _at(document, pointer)
        except (KeyError, IndexError, ValueError, TypeError):
            continue
    raise KeyError(reference)


def _at(document: Document, pointer: str) -> Any:
    found: Any = document
    for name in parts(pointer):
        found = found[int(name)] if isinstance(found, list) else found[name]
    return found


def canonical(document: Document, reference: str) -> str:
    """Escape a reference that leads somewhere as a URI wants it, since many leave the names bare (``#/components/schemas/Page«User»``)."""
    try:
        _at(document, reference[1:])
    except (KeyError, IndexError, ValueError, TypeError):
        return reference  # it is escaped already
    return "#" + quote(reference[1:], safe=_PLAIN)


def name_in(reference: str) -> str:
    """Give the last name in a reference."""
    return parts("/" + unquote(reference).rpartition("/")[2])[0]

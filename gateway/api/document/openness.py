"""Answers are open to new members, so that a client made from one version's document reads what a later version answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gateway.model import JsonObject, JsonView

_SCHEMAS: Final = "#/components/schemas/"


def open_answers(schemas: JsonObject, answers: object) -> None:
    """Open every schema that the answers lead to. Those that only requests lead to stay as they are."""
    for name in reached(schemas, answers):
        schemas[name] = _opened(schemas[name])


def reached(schemas: JsonView, node: object) -> set[str]:
    """Give the names of the schemas that references in the node lead to, and those in these schemas, and so on."""
    found: set[str] = set()
    ahead = [node]
    while ahead:
        new = set(_referred(ahead.pop())) - found
        found |= new
        ahead += (schemas[name] for name in new)
    return found


def _referred(node: object) -> Iterator[str]:
    match node:
        case {"$ref": str(reference)} if reference.startswith(_SCHEMAS):
            yield reference.removeprefix(_SCHEMAS).partition("/")[0]
    if isinstance(node, Mapping):
        for child in node.values():
            yield from _referred(child)
    elif isinstance(node, list):
        for child in node:
            yield from _referred(child)


def _opened(node: object) -> object:
    if isinstance(node, Mapping):
        return {key: _opened(child) for key, child in node.items() if not (key == "additionalProperties" and child is False)}
    return [_opened(child) for child in node] if isinstance(node, list) else node

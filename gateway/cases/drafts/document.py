"""The application that a draft's texts come to, by the types of its service's form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from gateway.texts.json_schema import ITEM, SchemaFields

if TYPE_CHECKING:
    from gateway.catalogue.compiled import CompiledService
    from gateway.model import JsonObject

_POSITION: Final = re.compile(r"0|[1-9][0-9]{0,4}")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(\.[0-9]{1,10})?")
_TREES: Final = ("applicant", "agent", "data", "late_entry")

_Node = dict[str, "_Node | str"]


def document_of(service: CompiledService, texts: Mapping[str, str]) -> JsonObject:
    """Give the application as it would be filed. An empty text is an absent value, and one that is no number stays a text, for its error.

    Fields that the form does not have any more are left out.
    """
    tree: _Node = {}
    for pointer, text in texts.items():
        if text:
            _put(tree, [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]], text)
    fields = SchemaFields(service.definition.form, maps=True)
    document: JsonObject = {"service": service.definition.code, "channel": tree.get("channel", "counter"), "applicant": {}, "data": {}}
    for name in _TREES:
        if isinstance(node := tree.get(name), dict):
            document[name] = _value(node, fields, fields.root) if name == "data" else _value(node, None, None)
    return document


def _put(tree: _Node, path: list[str], text: str) -> None:
    for part in path[:-1]:
        below = tree.setdefault(part, {})
        if isinstance(below, str):
            return
        tree = below
    tree.setdefault(path[-1], text)


def _value(node: _Node | str, fields: SchemaFields | None, schema: Mapping[str, object] | None) -> object:
    if isinstance(node, str):
        return node if fields is None or schema is None else _typed(node, fields.types(schema))
    if node and all(_POSITION.fullmatch(name) for name in node) and (schema is None or fields is None or "array" in fields.types(schema)):
        item = fields.at_item(schema) if fields is not None and schema is not None else None
        return [_value(node[name], fields, item) for name in sorted(node, key=int)]
    if fields is None or schema is None:
        return {name: _value(below, None, None) for name, below in node.items()}
    declared = ((name, below, fields.at_name(schema, name)) for name, below in node.items() if name != ITEM)
    return {name: _value(below, fields, its) for name, below, its in declared if its is not None}


def _typed(text: str, types: frozenset[str]) -> object:
    if "string" in types:
        return text
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if types & {"integer", "number"} and (found := _NUMBER.fullmatch(text.strip())):
        return float(text) if found[1] else int(text)
    return text

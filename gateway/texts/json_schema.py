"""Facts that a JSON Schema states about one field without any value: its presence, its type, its format.

With them a form, an operation's request and its output are compared before any application exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

Schema = Mapping[str, Any]

#: JSON's types by Python's, an object apart.
_TYPES: Final = {list: "array", str: "string", float: "number", int: "integer", bool: "boolean", type(None): "null"}
ALL_TYPES: Final = frozenset({"object", *_TYPES.values()})
#: Stands for "any item" in a path.
ITEM: Final = "[]"
#: Depth to which a schema that refers to itself is followed.
_DEPTH: Final = 12
_BRANCHES: Final = ("anyOf", "oneOf")
_CONDITIONS: Final = ("then", "else")


class SchemaFields:
    """The fields that a schema declares, local references (``#/…``) included.

    With ``maps``, members of an object that takes any name count as declared too.
    """

    def __init__(self, root: Schema, *, maps: bool = False) -> None:
        self.root = root
        self._maps = maps

    def at(self, path: Iterable[str]) -> Schema | None:
        """Give the schema of the value at that path (names and :data:`ITEM`), or None if no such field is declared."""
        found: Schema | None = self.root
        for part in path:
            if found is None:
                return None
            found = self._declared(found, part, 0)
        return found

    def at_name(self, schema: Schema, name: str) -> Schema | None:
        """Give the schema of an object's member."""
        return self._declared(schema, name, 0)

    def at_item(self, schema: Schema) -> Schema | None:
        """Give the schema of each item of a list."""
        return self._declared(schema, ITEM, 0)

    def types(self, schema: Schema, depth: int = 0) -> frozenset[str]:
        """Give every JSON type that the schema allows, with ``integer`` apart from ``number``."""
        if depth > _DEPTH:
            return ALL_TYPES
        types = ALL_TYPES
        if "type" in schema:
            named = schema["type"]
            types = frozenset([named] if isinstance(named, str) else named)
            types |= {"integer"} if "number" in types else frozenset()
        if "const" in schema or "enum" in schema:
            types &= frozenset(_TYPES.get(type(value), "object") for value in (schema["enum"] if "enum" in schema else [schema["const"]]))
        for part in self._all_of(schema):
            types &= self.types(part, depth + 1)
        for keyword in _BRANCHES:
            if keyword in schema:
                types &= frozenset().union(*(self.types(part, depth + 1) for part in schema[keyword]))
        return types

    def values(self, schema: Schema, depth: int = 0) -> list[object] | None:
        """Give the values that the schema lists, without null, or None if it lists none."""
        if depth > _DEPTH:
            return None
        if "const" in schema:
            return [schema["const"]]
        if "enum" in schema:
            return [value for value in schema["enum"] if value is not None]
        for part in self._all_of(schema):
            listed = self.values(part, depth + 1)
            if listed is not None:
                return listed
        return self._branch_values(schema, depth)

    def named(self, schema: Schema, keyword: str, depth: int = 0) -> frozenset[str]:
        """Give every text under a keyword (``format``, ``x-text``) in the schema or in its parts for the same value."""
        if depth > _DEPTH:
            return frozenset()
        found = {schema[keyword]} if isinstance(schema.get(keyword), str) else set()
        parts = [*self._all_of(schema), *(part for branch in _BRANCHES for part in schema.get(branch, ()) if isinstance(part, Mapping))]
        return frozenset(found).union(*(self.named(part, keyword, depth + 1) for part in parts))

    def said(self, schema: Schema, keyword: str, depth: int = 0) -> object:
        """Give what the schema says under a keyword (``title``, ``x-options``), or else the first of its parts that says it, or None."""
        if keyword in schema or depth > _DEPTH:
            return schema.get(keyword)
        found = (self.said(part, keyword, depth + 1) for part in self._all_of(schema))
        return next((one for one in found if one is not None), None)

    def required(self, schema: Schema, depth: int = 0) -> frozenset[str]:
        """Give the names that an object must have."""
        if depth > _DEPTH:
            return frozenset()
        return frozenset(schema.get("required", ())).union(*(self.required(part, depth + 1) for part in self._all_of(schema)))

    def _branch_values(self, schema: Schema, depth: int) -> list[object] | None:
        for keyword in _BRANCHES:
            parts = [part for part in schema.get(keyword, ()) if self.types(part) != {"null"}]
            listed = [self.values(part, depth + 1) for part in parts]
            if listed and all(values is not None for values in listed):
                return [value for values in listed if values is not None for value in values]
        return None

    def _declared(self, schema: Schema, name: str, depth: int) -> Schema | None:
        if depth > _DEPTH:
            return None
        found: list[Schema] = []
        if name == ITEM:
            if isinstance(schema.get("items"), Mapping):
                found.append(schema["items"])
        elif name in schema.get("properties", {}):
            own = schema["properties"][name]
            found.append(own if isinstance(own, Mapping) else {})
        elif self._maps and isinstance(schema.get("additionalProperties"), Mapping):
            found.append(schema["additionalProperties"])
        found.extend(self._declared_in(self._all_of(schema), name, depth))
        for keyword in _BRANCHES:
            branches = list(self._declared_in(schema.get(keyword, ()), name, depth))
            if branches:
                found.append({"anyOf": branches})
        if not found:
            found.extend(self._declared_in((schema[keyword] for keyword in _CONDITIONS if keyword in schema), name, depth))
        if not found:
            return None
        return found[0] if len(found) == 1 else {"allOf": found}

    def _declared_in(self, parts: Iterable[Any], name: str, depth: int) -> Iterator[Schema]:
        for part in parts:
            declared = self._declared(part, name, depth + 1) if isinstance(part, Mapping) else None
            if declared is not None:
                yield declared

    def _all_of(self, schema: Schema) -> Iterator[Schema]:
        yield from (part for part in schema.get("allOf", ()) if isinstance(part, Mapping))
        reference = schema.get("$ref")
        if isinstance(reference, str):
            target = self._resolve(reference)
            if target is not None:
                yield target

    def _resolve(self, reference: str) -> Schema | None:
        if not reference.startswith("#"):
            return None
        node: Any = self.root
        for part in reference[1:].split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(node, Mapping) or name not in node:
                return None
            node = node[name]
        return node if isinstance(node, Mapping) else None

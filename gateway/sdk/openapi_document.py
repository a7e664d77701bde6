"""An OpenAPI document of any 3.x as one of 3.1: what 3.0 says in a way of its own is said as JSON Schema 2020-12 says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

_METHODS = ("get", "put", "post", "delete", "patch")
#: Where names are free, so that what looks like a keyword is a name.
_NAMED = frozenset(
    {"properties", "patternProperties", "schemas", "parameters", "responses", "headers", "requestBodies", "examples", "paths"}
)
_DATA = frozenset({"example", "examples", "default", "enum", "const", "x-example"})
_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
_BOUNDS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}

#: Of which kind the value of a keyword is in a schema; another breaks the rules.
_SHAPES: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("properties", "patternProperties", "discriminator"), (Mapping,)),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "enum"), (list,)),
    **dict.fromkeys(("items", "additionalProperties"), (Mapping, bool)),
}
_SAID = {Mapping: "an object", list: "a list", bool: "true or false"}

Document = Mapping[str, Any]


class _Loader(yaml.SafeLoader):
    """Safe, and of YAML's own types those of JSON alone (YAML 1.2): ``on`` is a name, a date a text."""


_LEFT_TO_TEXT = frozenset({"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"})
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _LEFT_TO_TEXT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def parse_document(content: bytes) -> Any:  # noqa: ANN401  # whatever stands there
    """What a YAML or JSON text holds. Raises ``yaml.YAMLError`` or UnicodeDecodeError when it is neither."""
    return yaml.load(content, Loader=_Loader)  # noqa: S506  # a safe loader, see there


def modern(document: Document, warnings: list[str] | None = None) -> dict[str, Any]:
    """The document as OpenAPI 3.1, without what breaks the rules of JSON Schema: that is told in ``warnings``, by JSON Pointer.

    Raises ValueError when it is no OpenAPI 3 document, or what holds its operations together is not what it must be.
    """
    version = document.get("openapi")
    if not isinstance(version, str) or not version.startswith("3."):
        said = "Swagger 2.0" if str(document.get("swagger", "")).startswith("2") else "no OpenAPI 3 document"
        raise ValueError(f"it is {said}: OpenAPI 3.0 or 3.1 is wanted")
    if wrong := next(_misshapen(document), ""):
        raise ValueError(wrong)
    walk = _Modernised(document, old=version.startswith("3.0"), warnings=[] if warnings is None else warnings)
    return walk.object(document, "", named=False)


def _misshapen(document: Document) -> Iterator[str]:
    """Every place outside of schemas where something else stands than must, so that operations could not be read."""
    yield from _other_than(document, "", objects=("info", "paths", "components"), lists=("servers", "security"))
    for section, named in _entries(document.get("components")):
        yield from _other_than({section: named}, "/components", objects=(section,) if not section.startswith("x-") else ())
    for path, item in _entries(document.get("paths")):
        where = f"/paths/{_escaped(path)}"
        if path.startswith("/"):
            yield from _other_than({path: item}, "/paths", objects=(path,))
        yield from _other_than(item, where, objects=_METHODS, lists=("parameters",))
        for method, operation in _entries(item):
            if method in _METHODS:
                here = f"{where}/{method}"
                yield from _other_than(operation, here, objects=("responses", "requestBody"), lists=("parameters", "security"))
                for name in ("responses", "requestBody"):
                    inside = operation.get(name) if isinstance(operation, Mapping) else None
                    objects = ("content",) if name == "requestBody" else tuple(one for one, _ in _entries(inside) if one[:2] != "x-")
                    yield from _other_than(inside, f"{here}/{name}", objects=objects)


def _entries(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # any part of a document
    if isinstance(value, Mapping):
        yield from ((str(name), one) for name, one in value.items())


def _other_than(value: Any, where: str, *, objects: Iterable[str], lists: Iterable[str] = ()) -> Iterator[str]:  # noqa: ANN401  # as above
    """What among a value's entries is no object, or no list of objects."""
    entries = dict(_entries(value))
    for name in objects:
        if name in entries and not isinstance(entries[name], Mapping):
            yield f"#{where}/{_escaped(name)} must be an object"
    for name in lists:
        one = entries.get(name, [])
        if not isinstance(one, list) or not all(isinstance(each, Mapping) for each in one):
            yield f"#{where}/{_escaped(name)} must be a list of objects"


def _escaped(name: str) -> str:
    """A name in a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def for_requests(part: Any) -> Any:  # noqa: ANN401  # any part of a document
    """A part of a document as it counts for requests: what is ``readOnly`` need not be there (OpenAPI 3.1 §4.8.24.1)."""
    if isinstance(part, list):
        return [for_requests(one) for one in part]
    if not isinstance(part, Mapping):
        return part
    whole = {name: for_requests(one) for name, one in part.items()}
    properties, required = part.get("properties"), part.get("required")
    if isinstance(properties, Mapping) and isinstance(required, list):
        given = {name for name, one in properties.items() if isinstance(one, Mapping) and one.get("readOnly") is True}
        whole["required"] = [name for name in required if name not in given]
    return whole


def operations(document: Document) -> Iterator[tuple[str, str, str, Mapping[str, Any], Mapping[str, Any]]]:
    """Every operation: what the document calls it (its ``operationId``, else ``METHOD /path``), method, path, its path's item, itself."""
    for path, item in document.get("paths", {}).items():
        item = resolved(document, item)  # noqa: PLW2901  # OpenAPI 3.1 keeps path items among the components
        if not isinstance(item, Mapping):
            continue
        for method in _METHODS:
            if isinstance(operation := item.get(method), Mapping):
                yield str(operation.get("operationId") or f"{method.upper()} {path}"), method.upper(), path, item, operation


def resolved(document: Document, value: Any) -> Any:  # noqa: ANN401  # any part of a document
    """What a chain of local references leads to. Raises ``KeyError`` with the reference that leads nowhere, or out of the document."""
    for _ in range(32):
        if not (isinstance(value, Mapping) and isinstance(value.get("$ref"), str)):
            return value
        value = at(document, value["$ref"])
    raise KeyError(f"{value['$ref']} refers to itself")


def at(document: Document, reference: str) -> Any:  # noqa: ANN401  # any part of a document
    """The part that a local reference (``#/…``, RFC 6901) names. Raises ``KeyError`` with the reference when there is none."""
    found: Any = document
    if not reference.startswith("#/"):
        raise KeyError(f"{reference} (only references within the document are followed)")
    for part in reference.removeprefix("#/").split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        try:
            found = found[int(name)] if isinstance(found, list) else found[name]
        except (KeyError, IndexError, ValueError, TypeError):
            raise KeyError(reference) from None
    return found


def json_schema(content: Any) -> tuple[str, Mapping[str, Any]] | None:  # noqa: ANN401  # a document's ``content``
    """The JSON media type among several (with its object), or None when there is none."""
    if isinstance(content, Mapping):
        for media, one in content.items():
            kind = str(media).partition(";")[0].strip().lower()
            if (kind == "application/json" or kind.endswith("+json") or kind == "*/*") and isinstance(one, Mapping):
                return kind, one
    return None


@dataclass(slots=True)
class _Modernised:
    """Walks a document once. ``old`` is one of OpenAPI 3.0."""

    document: Document
    old: bool
    warnings: list[str]

    def object(self, value: Mapping[str, Any], pointer: str, *, named: bool) -> dict[str, Any]:
        """An object of the document; ``named``: its names are free, so that what looks like a keyword is a name."""
        whole = {str(name): self._any(str(name), one, f"{pointer}/{name}", named=named) for name, one in value.items()}
        if named or "/securitySchemes/" in pointer:
            return whole
        self._repair(whole, pointer)
        return _schema_of_3_0(whole) if self.old else whole

    def _any(self, name: str, value: Any, pointer: str, *, named: bool) -> Any:  # noqa: ANN401  # any part of a document
        if not named and name in _DATA:
            return value
        if isinstance(value, Mapping):
            return self.object(value, pointer, named=not named and name in _NAMED)
        if isinstance(value, list):
            return [
                self.object(one, f"{pointer}/{number}", named=False) if isinstance(one, Mapping) else one
                for number, one in enumerate(value)
            ]
        return value

    def _leads_nowhere(self, reference: str) -> str:
        """Why a chain of references does not end in the document; nothing when it does."""
        if not reference.startswith("#"):
            return f"{reference} is outside of the document, which alone is read"
        try:
            resolved(self.document, {"$ref": reference})
        except KeyError as error:
            return f"{reference} leads to itself alone" if "itself" in str(error) else f"there is no {reference} in the document"
        return ""

    def _repair(self, schema: dict[str, Any], pointer: str) -> None:
        """Take out references that lead nowhere, and what is no JSON Schema: types that there are not, patterns that are none,
        ``required`` said of a value by itself.
        """
        if isinstance(reference := schema.get("$ref"), str) and (why := self._leads_nowhere(reference)):
            self.warnings.append(f"{pointer}/$ref: {why}; any value is let through")
            del schema["$ref"]
        for name, kinds in _SHAPES.items():
            if name in schema and not isinstance(schema[name], kinds):
                self.warnings.append(f"{pointer}/{name}: it must be {' or '.join(_SAID[one] for one in kinds)}, and is left out")
                del schema[name]
        types = schema.get("type")
        if types is not None and not _are_types(types):
            self.warnings.append(f"{pointer}/type: there is no type {types!r}; any value is let through")
            del schema["type"]
        if "required" in schema and not isinstance(schema["required"], list) and not {"in", "content", "schema"} & set(schema):
            self.warnings.append(f"{pointer}/required: it must be a list of names, and is left out")
            del schema["required"]
        if isinstance(pattern := schema.get("pattern"), str):
            try:
                re.compile(pattern)
            except re.error:
                self.warnings.append(f"{pointer}/pattern: it is no regular expression, and is left out")
                del schema["pattern"]


def _are_types(types: object) -> bool:
    return all(isinstance(one, str) and one in _TYPES for one in (types if isinstance(types, list) else [types]))


def _schema_of_3_0(schema: dict[str, Any]) -> dict[str, Any]:
    """One schema of OpenAPI 3.0: ``nullable`` and exclusive bounds that are flags."""
    for flag, bound in _BOUNDS.items():
        if isinstance(is_exclusive := schema.get(flag), bool):
            del schema[flag]
            if is_exclusive and bound in schema:
                schema[flag] = schema.pop(bound)
    if schema.get("nullable") is not True:
        return schema
    del schema["nullable"]
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
        return schema
    return {"anyOf": [schema, {"type": "null"}]}

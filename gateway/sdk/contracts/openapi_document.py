"""Any OpenAPI 3.x document as one of 3.1: the peculiarities of 3.0 are written as JSON Schema 2020-12 has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import yaml

from gateway.model import JsonObject, JsonSchema, JsonView
from gateway.sdk.contracts.openapi_references import Document, canonical, escaped, resolved
from gateway.sdk.contracts.openapi_repair import METHODS, Oddity, repair_paths, repair_schema

#: Objects with free names, in which a name that looks like a keyword is a name.
_NAMED = frozenset(
    {"properties", "patternProperties", "schemas", "parameters", "responses", "headers", "requestBodies", "examples", "paths"}
)
_DATA = frozenset({"example", "examples", "default", "enum", "const", "x-example"})
_BOUNDS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}

#: The most parts of a document whose aliases are written out, because more would exhaust the memory.
_MOST = 1_000_000


class _Loader(yaml.SafeLoader):
    """A safe loader with JSON's types alone (YAML 1.2), so that ``on`` is a name and a date a text. No alias holds itself."""

    def __init__(self, stream: bytes) -> None:
        super().__init__(stream)
        self._open: list[str | None] = []

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it untyped
        anchor: str | None = getattr(event, "anchor", None)
        if isinstance(event, yaml.AliasEvent) and anchor in self._open:
            why = f"the alias *{anchor} stands within what it names"
            raise yaml.MarkedYAMLError(problem=why, problem_mark=event.start_mark)  # type: ignore[arg-type]  # it is of this parser
        self._open.append(anchor)
        try:
            return super().compose_node(parent, index)
        finally:
            self._open.pop()

    def construct_scalar(self, node: Any) -> Any:
        value: Any = super().construct_scalar(node)
        # JSON escapes a character beyond the first plane as two.
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value


_LEFT_TO_TEXT = frozenset({"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"})
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _LEFT_TO_TEXT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def parse_document(content: bytes) -> Any:
    """Parse a YAML or JSON text. Raises ``yaml.YAMLError``, UnicodeDecodeError or RecursionError when it is neither."""
    if content.lstrip().startswith(b"{"):  # JSON may be indented with tabs, which YAML must not be
        try:
            return orjson.loads(content)
        except orjson.JSONDecodeError:
            pass  # YAML says what is wrong with it, and on which line
    return yaml.load(content, Loader=_Loader)  # noqa: S506  # a safe loader, see there


def modern(document: Document, warnings: list[Oddity] | None = None) -> JsonObject:
    """Give the document as OpenAPI 3.1, without the parts that break the rules of JSON Schema, which are told in ``warnings``.

    Raises :class:`DocumentError` when it is no OpenAPI 3 document, or when a part that holds its operations together has the wrong shape.
    """
    version = document.get("openapi")
    if not isinstance(version, str) or not version.startswith("3."):
        said = "Swagger 2.0" if str(document.get("swagger", "")).startswith("2") else "no OpenAPI 3 document"
        raise DocumentError("", f"it is {said}: OpenAPI 3.0 or 3.1 is wanted")
    if wrong := next(_misshapen(document), None):
        raise DocumentError(*wrong)
    found: list[Oddity] = [] if warnings is None else warnings
    walk = _Modernised(document, old=version.startswith("3.0"), warnings=found)
    made = walk.object(document, "", named=False)
    found += repair_paths(made)
    return made


class DocumentError(ValueError):
    """A document that cannot be used, with the place (RFC 6901) and the reason."""

    def __init__(self, pointer: str, why: str) -> None:
        super().__init__(f"#{pointer} {why}" if pointer else why)
        self.pointer, self.why = pointer, why


def _misshapen(document: Document) -> Iterator[tuple[str, str]]:
    """Give every place outside of schemas whose shape is so wrong that operations could not be read."""
    yield from _other_than(document, "", objects=("info", "paths", "components"), lists=("servers", "security"))
    for section, named in _entries(document.get("components")):
        yield from _other_than({section: named}, "/components", objects=(section,) if not section.startswith("x-") else ())
    for path, item in _entries(document.get("paths")):
        where = f"/paths/{escaped(path)}"
        if path.startswith("/"):
            yield from _other_than({path: item}, "/paths", objects=(path,))
        yield from _other_than(item, where, objects=METHODS, lists=("parameters",))
        for method, operation in _entries(item):
            if method in METHODS:
                here = f"{where}/{method}"
                yield from _other_than(operation, here, objects=("responses", "requestBody"), lists=("parameters", "security"))
                for name in ("responses", "requestBody"):
                    inside = operation.get(name) if isinstance(operation, Mapping) else None
                    objects = ("content",) if name == "requestBody" else tuple(one for one, _ in _entries(inside) if one[:2] != "x-")
                    yield from _other_than(inside, f"{here}/{name}", objects=objects)


def _entries(value: object) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield from ((str(name), one) for name, one in value.items())


def _other_than(value: object, where: str, *, objects: Iterable[str], lists: Iterable[str] = ()) -> Iterator[tuple[str, str]]:
    """Give the entries of a value that should be objects, or lists of objects, and are not."""
    entries = dict(_entries(value))
    for name in objects:
        if not isinstance(entries.get(name, {}), Mapping | None):
            yield f"{where}/{escaped(name)}", "must be an object"
    for name in lists:
        one = [] if entries.get(name) is None else entries[name]
        if not isinstance(one, list) or not all(isinstance(each, Mapping) for each in one):
            yield f"{where}/{escaped(name)}", "must be a list of objects"


def for_requests(part: object) -> Any:
    """Give a part of a document as it applies to requests, in which a ``readOnly`` member is not required (OpenAPI 3.1 §4.8.24.1)."""
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


def operations(document: Document) -> Iterator[tuple[str, str, str, JsonView, JsonView]]:
    """Give every operation: its name (the ``operationId``, else ``METHOD /path``), method, path, path item, and itself."""
    for path, item in document.get("paths", {}).items():
        item = resolved(document, item)  # noqa: PLW2901  # OpenAPI 3.1 keeps path items among the components
        if not isinstance(item, Mapping):
            continue
        for method in METHODS:
            if isinstance(operation := item.get(method), Mapping):
                yield str(operation.get("operationId") or f"{method.upper()} {path}"), method.upper(), path, item, operation


def json_schema(content: object) -> tuple[str, JsonView] | None:
    """Give the JSON media type among several with its object, or None when there is none."""
    if isinstance(content, Mapping):
        for media, one in content.items():
            kind = str(media).partition(";")[0].strip().lower()
            if (kind == "application/json" or kind.endswith("+json") or kind == "*/*") and isinstance(one, Mapping):
                return kind, one
    return None


@dataclass(slots=True)
class _Modernised:
    """One walk through a document, ``old`` when it is of OpenAPI 3.0."""

    document: Document
    old: bool
    warnings: list[Oddity]
    parts: int = 0

    def object(self, value: JsonView, pointer: str, *, named: bool) -> JsonObject:
        """Give an object of the document in 3.1. ``named``: its names are free, so that one that looks like a keyword is none."""
        self.parts += 1
        if self.parts > _MOST:
            raise DocumentError(pointer, "comes after a million other parts: its aliases repeat each other")
        whole = {
            str(name): self._any(str(name), {} if one is None and named else one, f"{pointer}/{escaped(str(name))}", named=named)
            for name, one in value.items()
            if one is not None or named or name in _DATA  # a name without a value says nothing
        }
        if named or "/securitySchemes/" in pointer:
            return whole
        if self.old:
            _settle_flags(whole)
        self._repair(whole, pointer)
        return _nullable(whole) if self.old else whole

    def _any(self, name: str, value: Any, pointer: str, *, named: bool) -> Any:
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
        """Say why a chain of references does not end in the document, or give an empty text when it does."""
        if not reference.startswith("#"):
            return (
                f"{reference} is outside of the document, which alone is read: make one document of all, for example with `redocly bundle`"
            )
        try:
            resolved(self.document, {"$ref": reference})
        except KeyError as error:
            return f"{reference} leads to itself alone" if "itself" in str(error) else f"there is no {reference} in the document"
        return ""

    def _repair(self, schema: JsonSchema, pointer: str) -> None:
        """Take out references that lead nowhere, and keywords that are no JSON Schema."""
        reference = schema.get("$ref")
        if isinstance(reference, str):
            if why := self._leads_nowhere(reference):
                self.warnings.append(Oddity(f"{pointer}/$ref", f"{why}; any value is let through"))
                del schema["$ref"]
            else:
                schema["$ref"] = canonical(self.document, reference)
        elif "$ref" in schema:
            self.warnings.append(Oddity(f"{pointer}/$ref", "it must be a text; any value is let through"))
            del schema["$ref"]
        if "discriminator" in schema and "oneOf" in schema and "anyOf" not in schema:
            schema["anyOf"] = schema.pop("oneOf")  # the discriminator says which one it is: the others may allow it too
        if isinstance(schema.get("required"), bool) and {"in", "content", "schema"} & set(schema):
            required = schema.pop("required")  # it belongs to a parameter, a header or a body, not to a schema
            self.warnings += repair_schema(schema, pointer)
            schema["required"] = required
        else:
            self.warnings += repair_schema(schema, pointer)


def _settle_flags(schema: JsonSchema) -> None:
    """Turn an exclusive bound, which is a flag in OpenAPI 3.0, into a bound of its own."""
    for flag, bound in _BOUNDS.items():
        if isinstance(is_exclusive := schema.get(flag), bool):
            del schema[flag]
            if is_exclusive and bound in schema:
                schema[flag] = schema.pop(bound)


def _nullable(schema: JsonSchema) -> JsonSchema:
    """Let a schema of OpenAPI 3.0 allow null where it says ``nullable``."""
    if schema.get("nullable") is not True:
        return schema
    del schema["nullable"]
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
        return schema
    return {"anyOf": [schema, {"type": "null"}]}

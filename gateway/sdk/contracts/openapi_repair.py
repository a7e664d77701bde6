"""Repairs of mistakes that contracts often have. Each is told, and generator and sandbox read the same repaired document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import jsonschema_rs

from gateway.model import JsonObject, JsonSchema, JsonView
from gateway.sdk.contracts.openapi_references import escaped, resolved

METHODS: Final = ("get", "put", "post", "delete", "patch")
_PLACES: Final = frozenset({"path", "query", "header", "cookie"})
_PLACE: Final = re.compile(r"\{([^{}]+)\}")
#: The characters of a path beside its parameters: neither a query nor a fragment, and only printed ones.
_PATH: Final = re.compile(r"/(?:[^{}?#\s]|\{[^{}/]+\})*")
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
#: Keywords by the schemas that they hold: their type, and its name.
_HOLD: Final[Mapping[str, tuple[Any, str]]] = {
    **dict.fromkeys(("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"), (Mapping, "an object")),
    **dict.fromkeys(_LISTS, (list, "a list")),
    **dict.fromkeys(
        ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"),
        (Mapping | bool, "an object or true or false"),
    ),
}
_SIMPLE: Final = frozenset(
    {"type", "enum", "required", "pattern", "format", "title", "description", "minLength", "maxLength", "minimum", "maximum"}
    | {"exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"}
    | {"readOnly", "writeOnly", "deprecated", "dependentRequired", "minContains", "maxContains", "unevaluatedItems"}
    | {"unevaluatedProperties", "$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$comment", "$schema", "$vocabulary"}
)


class Oddity(NamedTuple):
    """A part that a document should not have: its place (RFC 6901), and the repair."""

    pointer: str
    what: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.what}"


def repair_schema(schema: JsonSchema, pointer: str) -> Iterator[Oddity]:
    """Take out of a schema each keyword whose value JSON Schema does not allow, because it would make the whole unusable."""
    yield from _settled_enum(schema, pointer)
    for name, value in list(schema.items()):
        if name in _SIMPLE:
            why = _refused(name, value)
        elif name in _HOLD:
            kind, called = _HOLD[name]
            why = "" if isinstance(value, kind) else f"it must be {called}"
            yield from _without_empty(schema, name, pointer) if not why and kind in (Mapping, list) else ()
        elif name == "discriminator":
            fits = isinstance(value, Mapping) and isinstance(value.get("propertyName"), str)
            why = "" if fits else "it must be an object with propertyName"
        else:
            continue
        if why:
            del schema[name]
            if value is not None:
                yield Oddity(f"{pointer}/{escaped(name)}", f"{why}, and is left out")


def _settled_enum(schema: JsonSchema, pointer: str) -> Iterator[Oddity]:
    """Repair an enumeration whose values are of another depth than its type, and which therefore allows nothing."""
    values, types = schema.get("enum"), schema.get("type")
    if not isinstance(values, list) or not isinstance(types, str | list):
        return
    lists = [value for value in values if isinstance(value, list)]
    if "array" not in types and lists:
        schema["enum"] = [one for value in values for one in (value if isinstance(value, list) else [value])]
        yield Oddity(f"{pointer}/enum", f"it lists lists, and its type is {types}: what stands in them is taken for its values")
    elif "array" in types and not lists and any(value is not None for value in values):
        del schema["enum"]
        items = schema.get("items")
        schema["items"] = {"enum": values, **(items if isinstance(items, Mapping) else {})}
        yield Oddity(f"{pointer}/enum", "it lists no list, and its type is array: it is taken for that of the items")


def _without_empty(schema: JsonSchema, name: str, pointer: str) -> Iterator[Oddity]:
    """Let a part that should be a schema and is none allow any value."""
    value = schema[name]
    pairs: list[tuple[Any, Any]] = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    for key, one in pairs:
        if not isinstance(one, Mapping | bool):
            value[key] = {}
            yield Oddity(f"{pointer}/{escaped(name)}/{escaped(str(key))}", "it is no schema: any value is let through")
    if name in _LISTS and value == []:
        del schema[name]


def _refused(name: str, value: object) -> str:
    """Say why JSON Schema does not allow a keyword's value, or give an empty text when it does."""
    if name == "pattern" and isinstance(value, str):
        why = "it is no regular expression"
    elif name == "type":
        why = f"there is no type {value!r}"
    else:
        why = ""
    try:
        jsonschema_rs.Draft202012Validator({name: value})
    except (ValueError, OverflowError, jsonschema_rs.ReferencingError) as error:
        return why or str(getattr(error, "message", type(error).__name__))
    return "it allows nothing" if name == "enum" and value == [] else ""


def repair_paths(document: JsonObject) -> Iterator[Oddity]:
    """Give each operation a path that a request can have, and the parameters that its path needs."""
    seen: Counter[tuple[str, str]] = Counter()
    names: set[str] = set()
    paths = document.get("paths") or {}
    for path, declared in list(paths.items()):
        where = f"/paths/{escaped(path)}"
        if path.startswith("x-"):
            del paths[path]
            continue
        given = _PLACE.findall(path)
        if not _PATH.fullmatch(path) or max(Counter(given).values(), default=0) > 1:
            del paths[path]
            yield Oddity(where, "it is no path that a request can have, and is left out: write it with parameters for what varies")
            continue
        item = resolved(document, declared)
        if not isinstance(item, Mapping):
            continue
        paths[path] = settled = dict(item)
        common = settled.pop("parameters", [])
        for method in METHODS:
            operation = settled.get(method)
            if not isinstance(operation, Mapping):
                continue
            here = f"{where}/{method}"
            if seen[(method, _PLACE.sub("{}", path))]:
                del settled[method]
                yield Oddity(here, "another path of the same form comes before it, so that it is never reached: it is left out")
                continue
            seen[(method, _PLACE.sub("{}", path))] += 1
            settled[method] = own = dict(operation)
            yield from _operation(document, own, here, names)
            yield from _parameters(document, own, common, given, here)


def _operation(document: JsonView, operation: JsonObject, where: str, names: set[str]) -> Iterator[Oddity]:
    name = operation.get("operationId")
    if name is not None and (not isinstance(name, str) or not name.strip() or name in names):
        del operation["operationId"]
        yield Oddity(f"{where}/operationId", "another operation has it" if name in names else "it must be a text: it is left out")
    elif name is not None:
        names.add(name)
    if operation.get("servers"):
        yield Oddity(f"{where}/servers", "its own servers are left out: every operation goes to the department's endpoint")
    for name in ("requestBody", "responses"):
        if name in operation and not isinstance(resolved(document, operation[name]), Mapping):
            del operation[name]
            yield Oddity(f"{where}/{name}", "it must be an object, and is left out")


def _parameters(document: JsonView, operation: JsonObject, common: object, given: list[str], where: str) -> Iterator[Oddity]:
    """Give an operation's parameters, each once, so that those of the path and the places in it match."""
    kept: dict[tuple[str, str], JsonObject] = {}
    for place, listed in ((where.rpartition("/")[0], common), (where, operation.get("parameters"))):
        for number, one in enumerate(listed if isinstance(listed, list) else []):
            parameter = resolved(document, one)
            why = _unusable(parameter, given)
            if why:
                yield Oddity(f"{place}/parameters/{number}", f"{why}: it is left out")
            else:
                kept[(parameter["in"], parameter["name"])] = dict(parameter)
    for name in given:
        if ("path", name) not in kept:
            kept[("path", name)] = {"name": name, "in": "path", "schema": {"type": "string", "minLength": 1}}
            yield Oddity(where, f"its path has {{{name}}}, which is declared nowhere: it is taken for a text")
        kept[("path", name)]["required"] = True
    operation["parameters"] = list(kept.values())


def _unusable(parameter: object, given: list[str]) -> str:
    """Say why a parameter cannot be sent, or give an empty text when it can."""
    if not isinstance(parameter, Mapping) or not isinstance(parameter.get("name"), str) or parameter.get("in") not in _PLACES:
        return "a parameter must be an object that says its name and in: path, query, header or cookie"
    name, place = parameter["name"], parameter["in"]
    if place == "path" and name not in given:
        return f"the path has no {{{name}}}"
    if place in {"header", "cookie"} and not is_token(name):
        return f"{name!r} cannot be the name of a {place}"
    return "" if name else "a parameter without a name"


def is_token(name: str) -> bool:
    """Tell whether a text can be the name of a header (RFC 9110 §5.6.2)."""
    return _TOKEN.fullmatch(name) is not None

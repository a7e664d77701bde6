"""Schemas of single values as our description, and types joined of others: one of several, or one that comes back to itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

import jsonschema_rs

from gateway.model import JsonView
from gateway.scaffold.contract.description import Kind, ListOf, MapOf, OneOf, Scalar, Structure, Type
from gateway.scaffold.samples.patterns import compiles
from gateway.scaffold.samples.sampling import structures_in
from gateway.sdk.contracts.openapi_references import at

NOTHING: Final = Scalar(kind="nothing")
_FORMATS: Final[Mapping[str, Kind]] = {
    "date": "date",
    "date-time": "datetime",
    "time": "time",
    "duration": "duration",
    "uuid": "uuid",
    "byte": "base64",
}
_LIMITS: Final = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
}
_TEXT_LIMITS: Final = frozenset({"min_length", "max_length"})


def one_of(options: Iterable[Type]) -> Type:
    """Join several types into one, each once. A single type stays as it is."""
    flat: list[Type] = []
    for option in options:
        for one in option.options if isinstance(option, OneOf) else (option,):
            if one not in flat:
                flat.append(one)
    return flat[0] if len(flat) == 1 else OneOf(options=tuple(flat))


def without_nothing(kind: Type) -> tuple[Type, bool]:
    """Remove null from a type's options, and tell whether it was there."""
    if isinstance(kind, OneOf) and NOTHING in kind.options and len(kind.options) > 1:
        return one_of([option for option in kind.options if option != NOTHING]), True
    return kind, False


def enumeration(values: list[Any]) -> Type:
    """Give the type of a value that is one of these."""
    kept = tuple(dict.fromkeys(value for value in values if isinstance(value, str | int)))
    given = [value for value in values if value is not None]
    if not given:
        return NOTHING
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in given) and len(kept) < len(given):
        scalar = Scalar(kind="number", example=given[0], holds=_held({"enum": values}))
    elif len(kept) < len(set(map(str, given))):
        return Scalar(kind="anything", example=given[0])
    else:
        all_of: Kind = (
            "boolean" if all(isinstance(v, bool) for v in kept) else "integer" if all(isinstance(v, int) for v in kept) else "text"
        )
        scalar = Scalar(kind=all_of, values=kept)
    return one_of([scalar, NOTHING]) if None in values else scalar


def scalar(schema: JsonView, kind: object) -> Scalar:
    """Give the type of a single value of JSON Schema's type ``kind``."""
    example = schema.get("example")
    if example is None and isinstance(examples := schema.get("examples"), list) and examples:
        example = examples[0]
    if example is None:
        example = schema.get("default")
    limits: dict[str, int | float | str] = {ours: schema[theirs] for theirs, ours in _LIMITS.items() if theirs in schema}
    match kind:
        case "string":
            found = "base64" if schema.get("contentEncoding") == "base64" else _FORMATS.get(str(schema.get("format")), "text")
            if found != "text":
                return Scalar(kind=found, example=example, holds=_held(schema))
            texts = {name: limit for name, limit in limits.items() if name in _TEXT_LIMITS}
            pattern = schema.get("pattern")
            if pattern is not None and _usable(pattern):
                texts["pattern"] = pattern
            return Scalar(
                kind="text",
                limits=texts,
                format=str(schema.get("format") or ""),
                example=example,
                patterns=() if pattern is None else (pattern,),
                holds=_held(schema),
            )
        case "integer" | "number":
            bounds = {name: limit for name, limit in limits.items() if name not in _TEXT_LIMITS}
            return Scalar(kind="integer" if kind == "integer" else "number", limits=bounds, example=example, holds=_held(schema))
        case "boolean":
            return Scalar(kind="boolean")
        case "null":
            return NOTHING
        case _:
            return Scalar(kind="anything", example=example, holds=_held(schema))


def _held(schema: JsonView) -> Callable[[object], bool]:
    """Make the contract's own judgement of a value."""
    rules = {name: value for name, value in schema.items() if name in {"type", "enum", "const", "format", "pattern", *_LIMITS}}

    def holds(value: object) -> bool:
        return jsonschema_rs.Draft202012Validator(rules, validate_formats=True).is_valid(value)

    return holds


def _usable(pattern: str) -> bool:
    """Tell whether Python can use a pattern of ECMA-262, and pydantic's engine too, which has no lookaround and no backreferences."""
    return not re.search(r"\(\?[=!<]|\\[1-9]", pattern) and compiles(pattern)


_IN_PLACE: Final = ("allOf", "oneOf", "anyOf")
_ANYTHING: Final = Scalar(kind="anything")


def reaches(document: JsonView, schema: object, targets: Collection[str]) -> bool:
    """Tell whether a schema describes the same value as one of the references."""
    seen: set[str] = set()
    waiting = [schema]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, Mapping):
            continue
        if isinstance(reference := one.get("$ref"), str):
            if reference in targets:
                return True
            if reference not in seen:
                seen.add(reference)
                waiting.append(at(document, reference))
        waiting += (part for keyword in _IN_PLACE for part in one.get(keyword, ()))
    return False


def closed(placeholder: Structure, found: Type, known: dict[str, Type]) -> tuple[Type, bool]:
    """Put a finished type into the place that was kept for it, wherever that was used meanwhile.

    Gives the type, and True if it held itself with no structure between, which can only be any value.
    """
    whole = _with(found, placeholder, _ANYTHING)
    for key, one in known.items():
        known[key] = _with(one, placeholder, whole)
    for structure in structures_in(whole, *known.values()):
        for field in structure.fields:
            field.type, nullable = without_nothing(_with(field.type, placeholder, whole))
            field.nullable = field.nullable or nullable
    return whole, whole is not found


def _with(kind: Type, old: Structure, new: Type) -> Type:
    """Replace ``old`` in a type without entering structures, and give the same type where there is nothing to replace."""
    if kind is old:
        return new
    match kind:
        case ListOf(item=item):
            changed = _with(item, old, new)
            return kind if changed is item else replace(kind, item=changed)
        case MapOf(value=value):
            changed = _with(value, old, new)
            return kind if changed is value else MapOf(value=changed)
        case OneOf(options=options):
            several = [_with(option, old, new) for option in options]
            return kind if all(one is other for one, other in zip(several, options, strict=True)) else one_of(several)
    return kind

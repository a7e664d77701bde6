"""Schemas that come back to themselves: found before they are followed, and closed once they are read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from gateway.model import JsonView
from gateway.scaffold.contract.description import ListOf, MapOf, OneOf, Scalar, Structure, Type
from gateway.scaffold.openapi.scalars import one_of, without_nothing
from gateway.scaffold.samples.sampling import structures_in
from gateway.sdk.contracts.openapi_references import at

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

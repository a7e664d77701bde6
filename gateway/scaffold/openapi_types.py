"""JSON Schemas of an OpenAPI document (as of 3.1) as our description of types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from gateway.scaffold.description import Kind, ListOf, MapOf, OneOf, Scalar, Structure, Type, TypedField
from gateway.scaffold.names import Names, pascal, snake
from gateway.sdk.openapi_document import resolved

Schema = Mapping[str, Any]
Direction = Literal["request", "reply"]

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
_NOTHING: Final = Scalar(kind="nothing")


class SchemaTypes:
    """Describes schemas, for one direction: what is ``readOnly`` is not in requests, what is ``writeOnly`` not in replies."""

    def __init__(self, document: Schema, direction: Direction) -> None:
        self._document = document
        self._left_out = "readOnly" if direction == "request" else "writeOnly"
        self._known: dict[str, Type] = {}

    def of(self, schema: Any, name: str) -> Type:  # noqa: ANN401  # a schema may be true or false too
        """A schema as a type; what has no name of its own is called ``name``."""
        if not isinstance(schema, Mapping):
            return Scalar(kind="anything")
        if isinstance(reference := schema.get("$ref"), str):
            return self._referred(reference, name)
        if mapping := self._subtypes(schema):
            return OneOf(options=tuple(self._tagged(schema, tag, target) for tag, target in mapping.items()))
        if "allOf" in schema:
            return self.of(self._merged(schema), name)
        for keyword in ("oneOf", "anyOf"):
            if keyword in schema:
                return self._one_of(schema, keyword, name)
        return self._plain(schema, name)

    def _referred(self, reference: str, name: str) -> Type:
        if reference in self._known:
            return self._known[reference]
        own = pascal(reference.rpartition("/")[2]) or name
        target = resolved(self._document, {"$ref": reference})
        # Known before it is read: a structure may hold itself.
        placeholder = Structure(name=own)
        self._known[reference] = placeholder
        found = self.of(target, own)
        if isinstance(found, Structure):
            placeholder.doc, placeholder.fields = found.doc, found.fields
            return placeholder
        self._known[reference] = found
        return found

    def _subtypes(self, schema: Schema) -> dict[str, str]:
        """The subtypes of a base that names them by a discriminator, by its values."""
        discriminator = schema.get("discriminator")
        if not isinstance(discriminator, Mapping) or "oneOf" in schema or "anyOf" in schema or "properties" not in schema:
            return {}
        mapping = discriminator.get("mapping", {})
        return {str(tag): str(target) for tag, target in mapping.items() if str(target).startswith("#/")}

    def _tagged(self, base: Schema, tag: str, target: str) -> Type:
        """A subtype, with the only value that its discriminator may have."""
        property_name = str(base["discriminator"]["propertyName"])
        key = f"{target}?{tag}"
        if key not in self._known:
            structure = Structure(name=pascal(target.rpartition("/")[2]))
            self._known[key] = structure
            found = self.of(self._merged({"allOf": [{"$ref": target}]}), structure.name)
            if isinstance(found, Structure):
                structure.doc, structure.fields = found.doc, [_with_tag(one, property_name, tag) for one in found.fields]
        return self._known[key]

    def _merged(self, schema: Schema) -> dict[str, Any]:
        """The parts of an ``allOf`` and what stands beside it as one schema."""
        whole: dict[str, Any] = {}
        for part in (*schema.get("allOf", ()), {name: value for name, value in schema.items() if name != "allOf"}):
            one = resolved(self._document, part)
            if not isinstance(one, Mapping):
                continue
            if "allOf" in one:
                one = self._merged(one)
            for name, value in one.items():
                if name == "properties":
                    whole["properties"] = {**whole.get("properties", {}), **value}
                elif name == "required":
                    whole["required"] = [*whole.get("required", ()), *value]
                elif name != "discriminator":  # the base's: it says nothing of the whole
                    whole[name] = value
        return whole

    def _one_of(self, schema: Schema, keyword: str, name: str) -> Type:
        base = {one: value for one, value in schema.items() if one in {"properties", "required"}}
        options: list[Type] = []
        for number, option in enumerate(schema[keyword], 1):
            if base and isinstance(option, Mapping) and "$ref" not in option and "properties" not in option:
                # Options that only say which of the base's properties are required.
                option = self._merged({"allOf": [base, option]})  # noqa: PLW2901  # the option with what it stands on
            elif base:
                option = {"allOf": [base, option]}  # noqa: PLW2901  # as above
            if isinstance(option, Mapping) and option.get("type") == "null":
                options.append(_NOTHING)
                continue
            title = option.get("title") if isinstance(option, Mapping) else None
            options.append(self.of(option, pascal(str(title)) if title else f"{name}{number}"))
        return _one_of(options)

    def _plain(self, schema: Schema, name: str) -> Type:
        if "const" in schema:
            return _values([schema["const"]])
        if isinstance(schema.get("enum"), list):
            return _values(schema["enum"])
        types = schema.get("type")
        if isinstance(types, list):
            several = [self._plain({**schema, "type": one}, name) if one != "null" else _NOTHING for one in types]
            return _one_of(several)
        if types == "array" or ("items" in schema and types is None):
            least, most = schema.get("minItems", 0), schema.get("maxItems")
            return ListOf(item=self.of(schema.get("items", True), f"{name}Item"), least=least, most=most)
        if types == "object" or "properties" in schema:
            return self._object(schema, name)
        return _scalar(schema, types)

    def _object(self, schema: Schema, name: str) -> Type:
        properties = schema.get("properties")
        if not isinstance(properties, Mapping) or not properties:
            free = schema.get("additionalProperties")
            return MapOf(value=self.of(free, f"{name}Value")) if isinstance(free, Mapping) and free else Scalar(kind="object")
        structure = Structure(name=pascal(str(schema.get("title") or "")) if schema.get("title") and not name else name)
        structure.doc = text_of(schema.get("description"))
        required, names = set(schema.get("required", ())), Names()
        for wire, value in properties.items():
            said = self._said(value)
            if said.get(self._left_out) is True:
                continue
            kind = self.of(value, pascal(wire, otherwise=name))
            kind, nullable = without_nothing(kind)
            structure.fields.append(
                TypedField(
                    wire=wire,
                    name=names.new(snake(wire)),
                    type=kind,
                    required=wire in required,
                    nullable=nullable,
                    doc=text_of(value.get("description") if isinstance(value, Mapping) else None) or text_of(said.get("description")),
                )
            )
        return structure

    def _said(self, schema: Any) -> Schema:  # noqa: ANN401  # as of()
        found = resolved(self._document, schema)
        return found if isinstance(found, Mapping) else {}


def without_nothing(kind: Type) -> tuple[Type, bool]:
    """A type without null among its options, and whether it was among them."""
    if isinstance(kind, OneOf) and _NOTHING in kind.options:
        return _one_of([option for option in kind.options if option != _NOTHING]), True
    return kind, False


def text_of(value: object) -> str:
    """A description in one line, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^<>]{1,200}>", "", value)).strip() if isinstance(value, str) else ""


def _with_tag(one: TypedField, name: str, tag: str) -> TypedField:
    if one.wire != name:
        return one
    return TypedField(wire=one.wire, name=one.name, type=Scalar(kind="text", values=(tag,)), required=True, doc=one.doc)


def _one_of(options: Iterable[Type]) -> Type:
    flat: list[Type] = []
    for option in options:
        for one in option.options if isinstance(option, OneOf) else (option,):
            if one not in flat:
                flat.append(one)
    return flat[0] if len(flat) == 1 else OneOf(options=tuple(flat))


def _values(values: list[Any]) -> Type:
    kept = tuple(value for value in values if isinstance(value, str | int | bool))
    if not kept:
        return Scalar(kind="anything")
    kind: Kind = "boolean" if all(isinstance(v, bool) for v in kept) else "integer" if all(isinstance(v, int) for v in kept) else "text"
    scalar = Scalar(kind=kind, values=kept)
    return OneOf(options=(scalar, _NOTHING)) if None in values else scalar


def _scalar(schema: Schema, kind: object) -> Scalar:
    example = schema.get("example")
    if example is None and isinstance(examples := schema.get("examples"), list) and examples:
        example = examples[0]
    if example is None:
        example = schema.get("default")
    limits: dict[str, int | float | str] = {
        ours: schema[theirs] for theirs, ours in _LIMITS.items() if isinstance(schema.get(theirs), int | float)
    }
    match kind:
        case "string":
            found = _FORMATS.get(str(schema.get("format")), "text")
            if found != "text":
                return Scalar(kind=found, example=example)
            texts = {name: limit for name, limit in limits.items() if name in _TEXT_LIMITS}
            if isinstance(pattern := schema.get("pattern"), str) and _usable(pattern):
                texts["pattern"] = pattern
            return Scalar(kind="text", limits=texts, format=str(schema.get("format") or ""), example=example)
        case "integer" | "number":
            bounds = {name: limit for name, limit in limits.items() if name not in _TEXT_LIMITS}
            return Scalar(kind="integer" if kind == "integer" else "number", limits=bounds, example=example)
        case "boolean":
            return Scalar(kind="boolean")
        case "null":
            return _NOTHING
        case _:
            return Scalar(kind="anything")


def _usable(pattern: str) -> bool:
    """Whether Python can use a pattern of ECMA-262, and pydantic's engine too: that has neither looking around nor back."""
    if re.search(r"\(\?[=!<]|\\[1-9]", pattern):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True

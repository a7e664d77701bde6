"""JSON Schemas of an OpenAPI document (as of 3.1) as our description of types."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import orjson

from gateway.model import JsonSchema
from gateway.scaffold.contract.description import Gap, ListOf, MapOf, Scalar, Structure, Type, TypedField
from gateway.scaffold.contract.names import Names, pascal
from gateway.scaffold.contract.places import Places
from gateway.scaffold.openapi.bodies import hint_of
from gateway.scaffold.openapi.scalars import NOTHING, closed, enumeration, one_of, reaches, scalar, without_nothing
from gateway.sdk.contracts.openapi_references import at, canonical, escaped, name_in, resolved
from gateway.sdk.http.request_bodies import MediaKind

Schema = Mapping[str, Any]
Direction = Literal["request", "reply"]
#: The most combinations of two choices of one value. Beyond that a reader is better served by code written by hand.
_MOST_WAYS = 16

#: Keywords beside a reference that say more of the value than the reference does.
_HOLDS = frozenset({"properties", "allOf", "oneOf", "anyOf", "items", "additionalProperties"})
_SAYS = frozenset({"properties", "required", "allOf", "oneOf", "anyOf"})


class SchemaTypes:
    """The description of schemas for one direction: requests lack ``readOnly`` members, replies lack ``writeOnly`` ones."""

    def __init__(
        self,
        document: Schema,
        direction: Direction,
        *,
        places: Places,
        gaps: list[Gap],
        vocabulary: Collection[str] = (),
        media: MediaKind = "json",
    ) -> None:
        self._media = media
        self._document, self._places, self._gaps, self._vocabulary = document, places, gaps, vocabulary
        self._left_out = "readOnly" if direction == "request" else "writeOnly"
        self._known: dict[str, Type] = {}
        self._named: set[int] = set()  # structures that something else holds already
        self._open: set[str] = set()  # keys of the types that are being read
        self._open_texts: dict[str, str] = {}  # texts that are being read, with their keys
        self._met: set[str] = set()  # keys that were referred to while they were being read
        # The references that describe the very value being read: those on the way to the present schema, and all so far.
        self._way: tuple[str, ...] = ()
        self._said: tuple[str, ...] = ()

    def of(self, schema: object, name: str) -> Type:
        """Describe a schema as a type. One without a name of its own is called ``name``."""
        with self._reading(anew=True):
            if not isinstance(schema, Mapping) or not _HOLDS & schema.keys():
                return self._of(schema, name)
            # The same words twice within themselves are one type, else they never end. Under one name they are one too.
            text = orjson.dumps(schema, default=str, option=orjson.OPT_SORT_KEYS).decode()
            key = self._open_texts.get(text, f"{name} {text}")
            with self._opened(text, key):
                return self._once(key, name, lambda: self._of(schema, name))

    @contextmanager
    def _opened(self, text: str, key: str) -> Iterator[None]:
        outer = self._open_texts
        self._open_texts = {**outer, text: key}
        yield
        self._open_texts = outer

    @contextmanager
    def _reading(self, *references: str, anew: bool = False) -> Iterator[None]:
        """Read schemas that describe the same value as before, or another value ``anew``."""
        outer = self._way, self._said
        self._way, self._said = ((), ()) if anew else outer
        self._way, self._said = (*self._way, *references), (*self._said, *references)
        yield
        self._way, self._said = outer

    def _of(self, schema: object, name: str) -> Type:
        """Describe a schema as of() does, where more schemas may have described the same value before."""
        if not isinstance(schema, Mapping):
            return Scalar(kind="anything")
        if isinstance(reference := schema.get("$ref"), str):
            return self._whole({"allOf": [schema]}, schema, name) if _SAYS & schema.keys() else self._referred(reference, name)
        options = [self._tagged(schema, {}, (tag,), target) for tag, target in self._subtypes(schema).items()]
        if structures := [one for one in options if isinstance(one, Structure)]:
            return one_of(structures)
        if "allOf" in schema:
            return self._whole(schema, schema, name)
        for keyword in ("oneOf", "anyOf"):
            if keyword in schema:
                return self._one_of(schema, keyword, name)
        return self._plain(schema, name)

    def _referred(self, reference: str, name: str) -> Type:
        own = pascal(name_in(reference), otherwise=name)
        with self._reading(reference):
            return self._once(reference, own, lambda: self._of(resolved(self._document, {"$ref": reference}), own))

    def _whole(self, schema: Schema, of: Schema, name: str) -> Type:
        """Join the parts of an ``allOf`` into one type. ``of`` is the schema that they stand in."""
        with self._reading():
            return self._of(self._merged(schema, of), name)

    def _once(self, key: str, own: str, read: Callable[[], Type]) -> Type:
        """Read the type of a key once. The key is known before that, since the type may hold itself."""
        if (known := self._known.get(key)) is not None:
            if key in self._open:
                self._met.add(key)
            return known
        placeholder = Structure(name=own)
        self._known[key] = placeholder
        self._open.add(key)
        found = read()
        self._open.discard(key)
        if isinstance(found, Structure) and id(found) not in self._named:
            placeholder.doc, placeholder.fields = found.doc, found.fields
            self._named.add(id(placeholder))
            return placeholder
        if key in self._met:
            found, loose = closed(placeholder, found, self._known)
            if loose:
                what = f"{own} holds itself with no object between, which no type can say: any value is let through there"
                self._gaps.append(Gap(where=self._places.at(key[1:] if key.startswith("#") else ""), what=what))
        self._known[key] = found
        return found

    def _subtypes(self, schema: Schema) -> dict[str, str]:
        """Give the subtypes of a base with a discriminator, by its values: those that it names, else those that name it as their base."""
        if "discriminator" not in schema or "oneOf" in schema or "anyOf" in schema:
            return {}
        if schema["discriminator"].get("mapping"):
            return self._mapping(schema["discriminator"])
        schemas = self._document.get("components", {}).get("schemas", {})
        references = {name: canonical(self._document, f"#/components/schemas/{escaped(name)}") for name in schemas}
        own = next((name for name, one in schemas.items() if one is schema), "")
        found = {name: reference for name, reference in references.items() if name != own and references.get(own) in _bases(schemas[name])}
        return {**found, own: references[own]} if found else {}

    def _mapping(self, discriminator: Schema) -> dict[str, str]:
        """Give the references that a discriminator names, by its values."""
        schemas = self._document.get("components", {}).get("schemas", {})
        mapping = discriminator.get("mapping")
        found = {}
        for tag, target in mapping.items() if isinstance(mapping, Mapping) else ():
            reference = f"#/components/schemas/{escaped(target)}" if target in schemas else str(target)
            try:
                at(self._document, reference)
            except KeyError:
                what = f"{tag} is {target} by the discriminator, which is not there: it is left out"
                self._gaps.append(self._places.gap(discriminator, what))
            else:
                found[str(tag)] = canonical(self._document, reference)
        return found

    def _tagged(self, schema: Schema, base: Schema, tags: tuple[str, ...], target: str) -> Type:
        """Describe a subtype with the only values that its discriminator may have. ``base`` has the members beside its own."""
        property_name = schema["discriminator"]["propertyName"]
        own = pascal(name_in(target))

        def read() -> Type:
            found = self._whole({"allOf": [base, {"$ref": target}]}, schema, own)
            if not isinstance(found, Structure):
                return found
            return Structure(name=own, doc=found.doc, fields=[_with_tags(one, property_name, tags) for one in found.fields])

        with self._reading(anew=True):  # the subtype itself names all the schemas that it consists of
            known_as = orjson.dumps([target, property_name, tags, base], default=str).decode()
            return self._once(known_as, own, read)

    def _merged(self, schema: Schema, of: Schema) -> JsonSchema:
        """Join the parts of an ``allOf`` and the keywords beside it into one schema, made of ``of``."""
        whole: JsonSchema = {}
        for part in (*schema.get("allOf", ()), {name: value for name, value in schema.items() if name != "allOf"}):
            self._merge(whole, part)
        self._places.same(whole, of)
        return whole

    def _merge(self, whole: JsonSchema, part: object) -> None:
        """Add one part of an ``allOf``."""
        way = self._way
        beside: Schema = {}
        while isinstance(part, Mapping) and isinstance(reference := part.get("$ref"), str):
            beside = {**{name: value for name, value in part.items() if name in _SAYS}, **beside}
            if reference in self._said:
                part = {}  # its rules for this value are there already
                break
            self._way, self._said = (*self._way, reference), (*self._said, reference)
            part = at(self._document, reference)
        if isinstance(part, Mapping):
            if "allOf" in part:
                part = self._merged(part, part)
            for name, value in part.items():
                # A base may list its kinds, and each of these include all of the base.
                if not (name in {"oneOf", "anyOf"} and any(reaches(self._document, one, self._way) for one in value)):
                    self._add(whole, name, value)
        if beside:
            self._merge(whole, beside)
        self._way = way

    def _add(self, whole: JsonSchema, name: str, value: Any) -> None:  # noqa: ANN401  # as of()
        if name == "properties":
            whole["properties"] = {**whole.get("properties", {}), **value}
        elif name == "required":
            whole["required"] = [*whole.get("required", ()), *value]
        elif name in {"oneOf", "anyOf"} and name in whole:
            ways = [{"allOf": [one, other]} for one in whole[name] for other in value]
            if len(ways) <= _MOST_WAYS:
                whole[name] = ways
            else:
                self._gaps.append(self._places.gap(value, f"{len(ways)} ways to combine its choices: only the first choice is described"))
        elif name != "discriminator":  # the base's: it says nothing of the whole
            whole[name] = value

    def _one_of(self, schema: Schema, keyword: str, name: str) -> Type:
        base = {one: value for one, value in schema.items() if one in {"properties", "required"}}
        mapping = self._mapping(schema["discriminator"]) if "discriminator" in schema else {}
        options: list[Type] = []
        for number, option in enumerate(schema[keyword], 1):
            if isinstance(option, Mapping) and option.get("$ref") in self._way:
                self._gaps.append(
                    self._places.gap(schema, f"{name_in(option['$ref'])} is one of itself, which says nothing: it is left out")
                )
                continue
            if isinstance(option, Mapping) and option.get("type") == "null":
                options.append(NOTHING)
                continue
            if "discriminator" in schema and isinstance(option, Mapping) and "$ref" in option:
                tags = tuple(tag for tag, target in mapping.items() if target == option["$ref"]) or (name_in(option["$ref"]),)
                options.append(self._tagged(schema, base, tags, option["$ref"]))
                continue
            title = option.get("title") if isinstance(option, Mapping) else None
            own = pascal(str(title)) if title else f"{name}{number}"
            options.append(self._whole({"allOf": [base, option]}, schema, own) if base else self._of(option, own))
        return one_of(options) if options else Scalar(kind="anything")

    def _plain(self, schema: Schema, name: str) -> Type:
        if "const" in schema:
            return enumeration([schema["const"]])
        if isinstance(schema.get("enum"), list):
            return enumeration(schema["enum"])
        types = schema.get("type")
        if isinstance(types, list):
            return one_of([self._plain({**schema, "type": one}, name) if one != "null" else NOTHING for one in types])
        if types == "array" or ("items" in schema and types is None):
            least, most = int(schema.get("minItems", 0)), schema.get("maxItems")
            item = self.of(schema.get("items", True), f"{name}Item")
            most = None if most is None else int(most)
            unique = schema.get("uniqueItems") is True
            return ListOf(item=item, least=least, most=most, unique=unique, xml=self._hint(schema.get("items", True)))
        if types == "object" or "properties" in schema:
            return self._object(schema, name)
        if self._media == "multipart" and types == "string" and _is_file(schema):
            return Scalar(kind="file")
        return scalar(schema, types)

    def _hint(self, schema: object) -> JsonSchema:
        return hint_of(self._found(schema)) if self._media == "xml" else {}

    def _object(self, schema: Schema, name: str) -> Type:
        properties = dict(schema.get("properties") or {})
        free = schema.get("additionalProperties")
        required = dict.fromkeys(schema.get("required", ()))
        for wire in required:
            if wire not in properties:
                properties[wire] = free if isinstance(free, Mapping) else {}
                what = f"{wire} is required and described nowhere: it is taken for any value"
                if free is False:
                    what = f"{wire} is required, and may not be there since additionalProperties is false: set one of them right"
                self._gaps.append(self._places.gap(schema, what))
        if not properties:
            return MapOf(value=self.of(free, f"{name}Value")) if isinstance(free, Mapping) and free else Scalar(kind="object")
        structure = Structure(name=name, doc=text_of(schema.get("description")))
        structure.fields = list(self._fields(properties, required, name))
        return structure

    def _fields(self, properties: Schema, required: Collection[str], name: str) -> Iterator[TypedField]:
        names = Names(vocabulary=self._vocabulary)
        for wire, value in properties.items():
            said = self._found(value)
            if said.get(self._left_out) is True:
                continue
            kind, nullable = without_nothing(self.of(value, pascal(wire, otherwise=name)))
            yield TypedField(
                wire=wire,
                name=names.named(wire),
                type=kind,
                required=wire in required,
                nullable=nullable,
                xml=self._hint(value),
                doc=text_of(value.get("description") if isinstance(value, Mapping) else None) or text_of(said.get("description")),
            )

    def _found(self, schema: object) -> Schema:
        found = resolved(self._document, schema)
        return found if isinstance(found, Mapping) else {}


def _is_file(schema: Schema) -> bool:
    """Tell whether a text may be a file, which OpenAPI 3.0 writes otherwise than 3.1."""
    return schema.get("format") == "binary" or ("contentMediaType" in schema and "contentEncoding" not in schema)


def text_of(value: object) -> str:
    """Give a description in one line, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^<>]{1,200}>", "", value)).strip() if isinstance(value, str) else ""


def _bases(schema: object) -> set[str]:
    """Give the references of which a schema is all."""
    parts = schema.get("allOf", ()) if isinstance(schema, Mapping) else ()
    return {str(one["$ref"]) for one in parts if isinstance(one, Mapping) and "$ref" in one}


def _with_tags(one: TypedField, name: str, tags: tuple[str, ...]) -> TypedField:
    if one.wire != name or not isinstance(one.type, Scalar) or one.type.values:
        return one
    return TypedField(wire=one.wire, name=one.name, type=Scalar(kind="text", values=tags), required=True, doc=one.doc)

"""JSON Schemas of others (a service's form, a query's request) on their way into the document.

Such a schema stands in the document as it is used for checking. Its inner objects become schemas of their own, so that generated
code has names for them. Titles, options and hints become descriptions in the document's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from gateway.model import JsonObject, JsonView
from gateway.texts.refusals import in_language

if TYPE_CHECKING:
    from gateway.model.service import Text
    from gateway.texts.refusals import Language

#: Keywords that hold schemas by name, a list of schemas, and one schema.
_NAMED: Final = ("properties", "patternProperties", "dependentSchemas", "$defs")
_LISTED: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLE: Final = ("items", "additionalProperties", "contains", "not", "if", "then", "else", "propertyNames", "unevaluatedProperties")
#: Keywords for people, whose texts go into ``description``.
_WORDS: Final = frozenset({"title", "x-title-en", "x-options", "x-hint-zh", "x-hint-en"})
_DEFINED: Final = "#/$defs/"


def reference(name: str) -> JsonObject:
    """Refer to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def pascal(name: str) -> str:
    """``house-transfer`` as ``HouseTransfer``."""
    return "".join(part[:1].upper() + part[1:] for part in name.replace("-", "_").split("_"))


@dataclass(slots=True)
class Schemas:
    """The document's schemas by name. A name that is ``taken`` gets a number."""

    language: Language
    taken: set[str] = field(default_factory=set)
    made: JsonObject = field(default_factory=dict)

    def name(self, wanted: str) -> str:
        """Keep a name."""
        found, number = wanted, 1
        while found in self.taken:
            number += 1
            found = f"{wanted}{number}"
        self.taken.add(found)
        return found

    def put(self, schema: JsonView, name: str, prefix: str) -> str:
        """Put in somebody's schema, with ``prefix`` before the names of its parts. Gives the name of the whole."""
        return _Part(self, schema, self.name(name), prefix).put()

    def name_enumerations(self) -> None:
        """Give every enumeration within an object a name, which generated code then has."""
        for name, schema in list(self.made.items()):
            if "properties" in schema:
                properties = {key: self._apart(one, name + pascal(key)) for key, one in schema["properties"].items()}
                self.made[name] = {**schema, "properties": properties}

    def _apart(self, schema: object, name: str) -> Any:  # noqa: ANN401  # a schema is an object, or true or false
        if not isinstance(schema, Mapping):
            return schema
        if "enum" in schema:
            kept = self.name(name)
            self.made[kept] = {**schema, "title": kept}
            return reference(kept) | ({"description": schema["description"]} if "description" in schema else {})
        made = dict(schema)
        if "anyOf" in made:
            made["anyOf"] = [self._apart(one, name) for one in made["anyOf"]]
        if "items" in made:
            made["items"] = self._apart(made["items"], name)
        return made

    def say(self, text: Text) -> str:
        """Give the text in the document's language."""
        return in_language(text, self.language)


class _Part:
    """One schema of somebody else."""

    def __init__(self, schemas: Schemas, schema: JsonView, name: str, prefix: str) -> None:
        self._schemas = schemas
        self._schema = schema
        self._name = name
        self._prefix = prefix
        self._defined = {f"{_DEFINED}{one}": schemas.name(prefix + pascal(one)) for one in schema.get("$defs", {})}
        #: True when a reference leads into the middle of the schema, which then stays in one piece.
        self._whole = not {"#", *self._defined} >= set(_references(schema))

    def put(self) -> str:
        if self._whole:
            self._schemas.made[self._name] = self._written(self._schema, self._name)
            return self._name
        for referred, name in self._defined.items():
            self._keep(name, self._schema["$defs"][referred.removeprefix(_DEFINED)])
        self._keep(self._name, {keyword: value for keyword, value in self._schema.items() if keyword != "$defs"})
        return self._name

    def _keep(self, name: str, schema: JsonView) -> None:
        self._schemas.made[name] = {"title": name, **self._written(schema, name)}

    def _written(self, schema: JsonView, name: str) -> JsonObject:
        """Write a schema called ``name``: its references lead into the document, and its objects stand apart."""
        written = described(typed(schema), self._schemas.language)
        for keyword in _NAMED:
            if keyword in written:
                written[keyword] = {key: self._inner(one, self._prefix + pascal(key), keyword) for key, one in written[keyword].items()}
        for keyword in _LISTED:
            if keyword in written:
                written[keyword] = [self._inner(one, name, keyword) for one in written[keyword]]
        for keyword in _SINGLE:
            if keyword in written:
                written[keyword] = self._inner(written[keyword], f"{name}Item", keyword)
        if isinstance(written.get("$ref"), str):
            written["$ref"] = self._referred(written["$ref"])
        return written

    def _inner(self, schema: object, name: str, keyword: str) -> Any:  # noqa: ANN401  # a schema is an object, or true or false
        if not isinstance(schema, Mapping):
            return schema
        if self._whole or keyword not in ("properties", "items") or schema.get("type") != "object" or "properties" not in schema:
            return self._written(schema, name)
        kept = self._schemas.name(name)
        self._keep(kept, schema)
        about = described(schema, self._schemas.language).get("description")
        return {**reference(kept), **({"description": about} if about else {})}

    def _referred(self, referred: str) -> str:
        if not self._whole and referred in self._defined:
            return str(reference(self._defined[referred])["$ref"])
        return str(reference(self._name)["$ref"]) + referred.removeprefix("#")


def typed(schema: JsonView) -> JsonObject:
    """Add the type of a schema's listed values, since generators read ``type`` first."""
    made = dict(schema)
    values = made.get("enum", [made["const"]] if "const" in made else [])
    if "type" not in made and values and all(isinstance(value, str) for value in values):
        made["type"] = "string"
    return made


def described(schema: JsonView, language: Language) -> JsonObject:
    """Move a schema's title, options and hint into ``description``: a title would become a name in generated code."""
    chinese = language == "zh-CN"
    title = schema.get("title") if chinese else schema.get("x-title-en")
    parts = [part for part in (title, schema.get("description"), schema.get("x-hint-zh" if chinese else "x-hint-en")) if part]
    options = schema.get("x-options", {})
    if options:
        words = {value: text["zh" if chinese else "en"] for value, text in options.items()}
        parts.append(("；" if chinese else "; ").join(f"`{value}` {word}" for value, word in words.items()))
    made = {keyword: value for keyword, value in schema.items() if keyword not in _WORDS and not (keyword == "default" and value is None)}
    return made | {"description": ("。" if chinese else ". ").join(parts)} if parts else made


def _references(node: object) -> Iterator[str]:
    match node:
        case {"$ref": str(referred)}:
            yield referred
    if isinstance(node, Mapping):
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)

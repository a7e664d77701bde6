"""Other bodies than JSON read as the values of their schemas, so that a form or XML is held to the contract as JSON is."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from lxml import etree

from gateway.model import JsonObject
from gateway.sdk.contracts.openapi_references import Document, resolved
from gateway.sdk.contracts.parsed_bodies import BodyPart, media_type, parsed_form, parsed_parts, parsed_xml

_DELIMITERS: Final = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyReader:
    """A reader of the bodies of one media type of one operation. ``encoding`` is that of the document's Media Type Object."""

    document: Document
    schema: Any
    encoding: Mapping[str, Any]

    def read(self, content_type: str, body: bytes) -> Any:
        """Read a body as the value that the schema describes, files as Base64. Raises ValueError when it is not of its media type."""
        kind = media_type(content_type)
        if kind.endswith(("/json", "+json")):
            return orjson.loads(body)
        if kind == "application/x-www-form-urlencoded":
            return self._form(parsed_form(content_type, body))
        if kind == "multipart/form-data":
            return self._multipart(parsed_parts(content_type, body))
        if kind.endswith(("/xml", "+xml")):
            root = parsed_xml(body)
            if (wrong := self._other_root(root)) is not None:
                raise ValueError(wrong)
            return self._element(root, self.schema)
        return body.decode() if kind.startswith("text/") else base64.b64encode(body).decode()

    # Forms.

    def _form(self, pairs: Sequence[tuple[str, str]]) -> JsonObject:
        given: dict[str, list[str]] = {}
        for name, text in pairs:
            given.setdefault(name, []).append(text)
        values: JsonObject = {}
        for name, schema in self._properties(self.schema):
            how = self.encoding.get(name, {})
            style = how.get("style", "form")
            explode = how.get("explode", style == "form")
            members = dict(self._properties(schema))
            if style == "deepObject":
                if (found := self._deep(name, schema, given)) is not None:
                    values[name] = found
            elif members and how.keys() & {"style", "explode"} and explode:
                inner = {member: self._scalar(given.pop(member)[0], one) for member, one in members.items() if member in given}
                values |= {name: inner} if inner else {}
            elif name in given:
                values[name] = self._given(given.pop(name), schema, None if explode else _DELIMITERS[style], how)
        return values | {name: texts[0] if len(texts) == 1 else texts for name, texts in given.items()}

    def _given(self, texts: list[str], schema: object, delimiter: str | None, how: Mapping[str, Any]) -> Any:
        """Give the value under one name."""
        if "array" in self._types(schema):
            items = self._resolve(schema).get("items", True)
            several = texts if delimiter is None else texts[0].split(delimiter) if texts[0] else []
            return [self._scalar(text, items) for text in several]
        if len(texts) > 1:
            return texts  # no schema of a single value takes several
        members = dict(self._properties(schema))
        if members and delimiter is not None and how.keys() & {"style", "explode"}:
            words = texts[0].split(delimiter)
            return {name: self._scalar(text, members.get(name, True)) for name, text in zip(words[::2], words[1::2], strict=False)}
        return self._scalar(texts[0], schema)

    def _deep(self, name: str, schema: object, given: dict[str, list[str]]) -> Any:
        """Take the object whose members stand as ``name[member]`` out of ``given``, or give None when there is none."""
        if name in given:
            return self._given(given.pop(name), schema, None, {})
        if not any(one.startswith(f"{name}[") for one in given):
            return None
        inner = {member: self._deep(f"{name}[{member}]", one, given) for member, one in self._properties(schema)}
        return {member: value for member, value in inner.items() if value is not None} or None

    def _multipart(self, parts: Sequence[BodyPart]) -> JsonObject:
        given: dict[str, list[BodyPart]] = {}
        for part in parts:
            given.setdefault(part.name, []).append(part)
        schemas = dict(self._properties(self.schema))
        values: JsonObject = {}
        for name, several in given.items():
            schema = schemas.get(name, True)
            if "array" in self._types(schema):
                values[name] = [self._part(part, self._resolve(schema).get("items", True)) for part in several]
            else:
                values[name] = self._part(several[0], schema) if len(several) == 1 else [self._part(part, True) for part in several]
        return values

    def _part(self, part: BodyPart, schema: object) -> Any:
        if part.file_name is not None:
            return base64.b64encode(part.content).decode()
        text = part.content.decode()
        return orjson.loads(text) if media_type(part.content_type).endswith(("/json", "+json")) else self._scalar(text, schema)

    # XML.

    def _other_root(self, root: etree._Element) -> str | None:
        """Say what is wrong with the root element, or give None where nothing is or the schema names none."""
        hint = self._hint(self.schema)
        reference = self.schema.get("$ref", "") if isinstance(self.schema, Mapping) else ""
        name = hint.get("name") or reference.rpartition("/")[2]
        found = etree.QName(root)
        if (name and found.localname != name) or (hint.get("namespace") and found.namespace != hint["namespace"]):
            return f"the root element must be {name}" + (f" in the namespace {hint['namespace']}" if hint.get("namespace") else "")
        return None

    def _element(self, element: etree._Element, schema: object) -> Any:
        if element.get(_NIL) in {"true", "1"}:
            return None
        if "array" in self._types(schema):
            return [self._element(child, self._resolve(schema).get("items", True)) for child in element]
        members = dict(self._properties(schema))
        if not members:
            if len(element):
                return {etree.QName(child).localname: self._element(child, True) for child in element}
            return self._scalar(element.text or "", schema)
        values: JsonObject = {}
        seen: set[etree._Element] = set()
        for name, one in members.items():
            found = list(self._children(element, name, one))
            seen.update(found)
            hint = self._hint(one)
            if hint.get("attribute"):
                own = hint.get("name") or name
                if (text := element.get(f"{{{hint['namespace']}}}{own}" if hint.get("namespace") else own)) is not None:
                    values[name] = self._scalar(text, one)
            elif "array" in self._types(one) and not (hint.get("wrapped") and len(found) == 1):
                values |= {name: [self._element(child, self._resolve(one).get("items", True)) for child in found]} if found else {}
            elif found:
                values[name] = self._element(found[0], one) if len(found) == 1 else [self._element(child, True) for child in found]
        return values | {etree.QName(child).localname: self._element(child, True) for child in element if child not in seen}

    def _children(self, element: etree._Element, name: str, schema: object) -> Iterator[etree._Element]:
        """Give the elements of a property."""
        hint = self._hint(schema)
        own = hint.get("name") or name
        if "array" in self._types(schema) and not hint.get("wrapped"):
            hint = self._hint(self._resolve(schema).get("items", True))
            own = hint.get("name") or own
        if not hint.get("attribute"):
            yield from (child for child in element if _is_named(child, own, hint.get("namespace", "")))

    def _hint(self, schema: object) -> Mapping[str, Any]:
        """Give the schema's XML Object."""
        found = self._resolve(schema).get("xml", {})
        return found if isinstance(found, Mapping) else {}

    # Schemas.

    def _scalar(self, text: str, schema: object) -> Any:
        """Read a text as the type that the schema wants, or give the text where that fails, which the schema then refuses."""
        types = self._types(schema)
        if not types or "string" in types:
            return text
        if text == "" and "null" in types:
            return None
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return text

    def _resolve(self, schema: object) -> Mapping[str, Any]:
        found = resolved(self.document, schema)
        return found if isinstance(found, Mapping) else {}

    def _parts_of(self, schema: object) -> Iterator[Mapping[str, Any]]:
        """Give the schema and its parts, each once, since they may be made of each other."""
        todo, seen = [self._resolve(schema)], set[int]()
        while todo:
            one = todo.pop()
            if id(one) not in seen:
                seen.add(id(one))
                yield one
                todo += [self._resolve(part) for keyword in ("anyOf", "oneOf", "allOf") for part in reversed(one.get(keyword, ()))]

    def _properties(self, schema: object) -> Iterator[tuple[str, Any]]:
        for part in self._parts_of(schema):
            yield from part.get("properties", {}).items()

    def _types(self, schema: object) -> set[str]:
        types: set[str] = set()
        for part in self._parts_of(schema):
            one = part.get("type", ("object",) if "properties" in part else ("array",) if "items" in part else ())
            types |= {one} if isinstance(one, str) else set(one)
            types |= {"string"} if all(isinstance(value, str) for value in part.get("enum", (0,))) else set()
        return types


def _is_named(element: etree._Element, name: str, namespace: str) -> bool:
    found = etree.QName(element)
    return found.localname == name and (not namespace or found.namespace == namespace)

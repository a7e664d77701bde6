"""A service to try a new adapter with: one step, whose form is the operation's request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import yaml
from pydantic import BaseModel, ValidationError

from gateway.model import JsonObject, JsonView
from gateway.scaffold import texts
from gateway.texts.json_schema import ITEM, SchemaFields

#: The 实施编码 of no real service: the fake authority of the samples, level 4, and an unused number.
_IMPLEMENTATION: Final = "11500152000000019R4009900000001"
_KEPT: Final = ("type", "enum", "const", "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_FORMATS: Final = frozenset({"date", "date-time", "time", "uuid"})
_APPLICANT: Final = {"name": "李强", "id_type": "111", "id_number": "999999199001010016"}


def service(*, code: str, title: str, department: str, operation: str, model: type[BaseModel], request: JsonView) -> str:
    """Write the service as YAML. ``request`` is the sample that its form lets through."""
    fields = SchemaFields(model.model_json_schema())
    share: JsonObject = {}
    form = _form(fields, request, (), share)
    definition = {
        "code": code,
        "title": texts.trial(title).model_dump(),
        "codes": {
            "implementation": _IMPLEMENTATION,
            "item_type": "20",
            "case_type": "1",
            "channels": ["1", "2", "3"],
            "audience": ["1"],
            "level": "4",
        },
        "limits": {"promised_working_days": 1},
        "guidance": texts.GUIDANCE.model_dump(),
        "materials": [],
        "form": form,
        "steps": [
            {
                "name": department,
                "title": {"zh": title, "en": title},
                "department": department,
                "operation": operation,
                "purpose": texts.PURPOSE.model_dump(),
                "share": share,
            }
        ],
    }
    text = yaml.safe_dump(definition, allow_unicode=True, sort_keys=False, width=140)
    return f"# A service to try the adapter with: one step, its form is the operation's request. Not for citizens.\n{text}"


def sample(*, code: str, model: type[BaseModel], request: JsonView) -> str:
    """Write an application for it as JSON, with the values of the request that the form has a place for."""
    form = _form(SchemaFields(model.model_json_schema()), request, (), {})
    application = {"service": code, "channel": "counter", "applicant": _APPLICANT, "data": _within(form, request)}
    return json.dumps(application, ensure_ascii=False, indent=2) + "\n"


def lacking(*, model: type[BaseModel], request: JsonView) -> list[str]:
    """Give the required fields for which no form has a place: a service shares fields by their names, and these objects have none."""
    form = _form(SchemaFields(model.model_json_schema()), request, (), {})
    try:
        model.model_validate(_within(form, request))
    except ValidationError as error:
        return [".".join(str(part) for part in one["loc"]) for one in error.errors() if one["type"] == "missing"]
    return []


def _form(fields: SchemaFields, value: JsonView, at: tuple[str, ...], share: JsonObject, item: tuple[str, ...] = ()) -> JsonObject:
    """Make the schema of an object like ``value``, and note in ``share`` the target of each of its values.

    Targets within an ``item`` of a list (its place) begin anew, and lists of objects are left out there, which cannot be shared.
    """
    properties = {}
    for name, one in value.items():
        path = (*at, name)
        target = ".".join(path[len(item) :])
        if fields.at(path) is None:
            continue  # a free name, which no service can name
        if isinstance(one, dict):
            if one and (inner := _form(fields, one, path, share, item))["properties"]:
                properties[name] = inner
        elif isinstance(one, list) and one and isinstance(one[0], dict) and not item:
            parts: JsonObject = {}
            inside = _form(fields, one[0], (*path, ITEM), parts, (*path, ITEM))
            if parts:
                properties[name] = {"type": "array", "title": name, "items": inside}
                share[target] = {"each": f"data.{target}", "item": parts}
        elif isinstance(one, list) and not item:
            properties[name] = {"type": "array", "title": name, "items": _leaf(fields, (*path, ITEM), one[0] if one else "")}
            share[target] = f"data.{target}"
        elif not isinstance(one, list) or not any(isinstance(part, dict) for part in one):
            properties[name] = _leaf(fields, path, one, name)
            share[target] = target if item else f"data.{target}"
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _within(form: JsonView, value: object) -> Any:  # noqa: ANN401  # JSON
    """Reduce a value to the parts that a form has a place for."""
    if isinstance(value, dict) and "properties" in form:
        return {name: _within(form["properties"][name], one) for name, one in value.items() if name in form["properties"]}
    if isinstance(value, list) and "items" in form:
        return [_within(form["items"], one) for one in value]
    return value


def _leaf(fields: SchemaFields, path: tuple[str, ...], value: object, title: str | None = None) -> JsonObject:
    """Describe one value as the operation's request does, as far as a form needs it."""
    ways = list(_plain(fields.at(path) or {}))
    said = next((way for way in ways if value in way.get("enum", [way.get("const", value)])), {})
    kept = {name: said[name] for name in _KEPT if name in said}
    if said.get("format") in _FORMATS:
        kept["format"] = said["format"]
    if isinstance(value, list):
        kept = {"type": "array", "items": {"type": "string"}}
    if "type" not in kept and "enum" not in kept and "const" not in kept:
        kept["type"] = {str: "string", bool: "boolean", int: "integer", float: "number"}.get(type(value), "string")
    return {"title": title, **kept} if title else kept


def _plain(schema: JsonView) -> Iterator[JsonView]:
    """Give the plain ways in which a value may be given, null aside."""
    if "anyOf" in schema or "oneOf" in schema:
        for one in schema.get("anyOf", schema.get("oneOf", ())):
            if one.get("type") != "null":
                yield from _plain(one)
    else:
        yield schema

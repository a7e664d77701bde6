"""Each service's application as schemas of the document: an object a service, told apart by ``service``, every part named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from gateway.api.document import texts
from gateway.api.shapes.schemas import Schemas, described, pascal, reference, typed
from gateway.catalogue.form import CHANNELS, LATE_ENTRY_SCHEMA, PERSON_SCHEMA, envelope_schema
from gateway.model import JsonObject

if TYPE_CHECKING:
    from gateway.catalogue.compiled import CompiledService

PERSON: Final = "Person"
LATE_ENTRY: Final = "LateEntry"


def applications(schemas: Schemas, services: Mapping[str, CompiledService]) -> JsonObject:
    """Give the schema of an application to any of these services."""
    schemas.made[schemas.name(PERSON)] = _person(schemas)
    schemas.made[schemas.name(LATE_ENTRY)] = _late_entry(schemas)
    mapping = {code: str(reference(_application(schemas, code, service))["$ref"]) for code, service in services.items()}
    if not mapping:  # nothing can be filed
        return _envelope(schemas, list(CHANNELS.values()))
    return {
        "oneOf": [{"$ref": one} for one in mapping.values()],
        "discriminator": {"propertyName": "service", "mapping": mapping},
    }


def _application(schemas: Schemas, code: str, service: CompiledService) -> str:
    definition = service.definition
    name = schemas.name(f"{pascal(code)}Application")
    envelope = _envelope(schemas, definition.codes.channels)
    envelope["properties"]["service"] |= {"const": code}
    data = schemas.put(definition.form, f"{pascal(code)}Data", pascal(code))
    envelope["properties"]["data"] |= reference(data)
    envelope["properties"]["data"].pop("type")
    schemas.made[name] = {"title": name, "description": schemas.say(definition.title), **envelope}
    return name


def _person(schemas: Schemas) -> JsonObject:
    schema = dict(PERSON_SCHEMA)
    schema["properties"] = {name: described(typed(one), schemas.language) for name, one in schema["properties"].items()}
    return {"title": PERSON, "description": schemas.say(texts.PERSON), **schema}


def _late_entry(schemas: Schemas) -> JsonObject:
    schema = dict(LATE_ENTRY_SCHEMA)
    said = texts.LATE_ENTRY
    schema["properties"] = {name: {**one, "description": schemas.say(said[name])} for name, one in schema["properties"].items()}
    return {"title": LATE_ENTRY, "description": schemas.say(texts.ENVELOPE["late_entry"]), **schema}


def _envelope(schemas: Schemas, channels: list[Any]) -> JsonObject:
    envelope = envelope_schema(channels)
    properties = {name: {**typed(one), "description": schemas.say(texts.ENVELOPE[name])} for name, one in envelope["properties"].items()}
    for name, shared in (("applicant", PERSON), ("agent", PERSON), ("late_entry", LATE_ENTRY)):
        properties[name] = {**reference(shared), "description": properties[name]["description"]}
    return {**envelope, "properties": properties}

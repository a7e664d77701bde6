"""Random contracts in OpenAPI, with odd names, circles, missing parts and broken rules."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final
from urllib.parse import quote

from tests.contracts.names import json_name

_FORMATS: Final = ("date", "date-time", "time", "duration", "uuid", "byte", "email", "uri", "hostname", "ipv4", "int64", "what", "binary")
_PATTERNS: Final = (
    *(
        "^[0-9]{17}[0-9X]$",
        "^[A-Z]{2}-\\d+$",
        "^(?!0)\\d{4}$",
        "^(?=.*\\d)(?=.*[a-z]).{4,8}$",
        "\\p{L}+",
        "^[^\\s]+$",
        "",
        "^a|b$",
        "[",
        "(?<y>x)\\k<y>",
    ),
    *("^.{3}$", "^[一-龥]{2,4}$", "^\\S+@\\S+$", "^1[3-9]\\d{9}$"),
)
_SERVERS: Final = (
    *(
        "https://example.org/api",
        "https://[server]/api",
        "http://{host}:{port}/x",
        "/relative",
        "",
        "REPLACE_WITH_ACTUAL_URL",
        "http://h/a b",
    ),
    *("https://例.中国/", "ftp://x/y", "http://:80/", "http://h:99999/", "//h/p", "http://h/{tenant}/v1"),
)
_BROKEN: Final[tuple[dict[str, Any], ...]] = (
    *(
        {"type": "date"},
        {"required": True},
        {"minLength": "5"},
        {"properties": None},
        {"enum": []},
        {"enum": None},
        {"items": 5},
        {"title": 404},
    ),
    *(
        {"description": None},
        {"allOf": []},
        {"oneOf": [None]},
        {"$ref": 7},
        {"pattern": 5},
        {"format": 3},
        {"multipleOf": 0},
        {"maximum": "x"},
    ),
    *({"additionalProperties": None}, {"discriminator": "kind"}, {"nullable": "yes"}, {"type": ["string", "what"]}, {"readOnly": "true"}),
)
_MEDIA: Final = ("application/x-www-form-urlencoded", "multipart/form-data", "application/xml", "text/plain", "application/octet-stream")


def contract(random: Random) -> dict[str, Any]:
    """Write a random document."""
    return _Document(random).made()


class _Document:
    def __init__(self, random: Random) -> None:
        self._random = random
        self._version = random.choice(("3.0.3", "3.0.0", "3.1.0", "3.1.0"))
        self._schemas = list(dict.fromkeys(json_name(random) for _ in range(random.randint(1, 6))))
        self._breaks = random.choice((0.0, 0.0, 0.01, 0.05))  # the share of it that breaks the rules

    def _perhaps(self, chance: float) -> bool:
        return self._random.random() < chance

    def made(self) -> dict[str, Any]:
        random = self._random
        schemes = {json_name(random): self._scheme() for _ in range(random.randint(0, 2))}
        document: dict[str, Any] = {
            "openapi": self._version,
            "info": {"title": random.choice(("Cases", 'A "title"', "题目", json_name(random))), "version": "1"},
            "paths": dict(self._path() for _ in range(random.randint(1, 3))),
            "components": {"schemas": {name: self._schema(0) for name in self._schemas}, "securitySchemes": schemes},
        }
        if self._perhaps(0.6):
            document["servers"] = [{"url": random.choice(_SERVERS)}]
        if schemes and self._perhaps(0.6):
            document["security"] = [{random.choice([*schemes, "nowhere"]): []}]
        return document

    def _scheme(self) -> dict[str, Any]:
        name = json_name(self._random)
        return self._random.choice(
            (
                {"type": "http", "scheme": "bearer"},
                {"type": "http", "scheme": "basic"},
                {"type": "apiKey", "in": "header", "name": self._random.choice(("X-Api-Key", name))},
                {"type": "apiKey", "in": "query", "name": self._random.choice(("key", name))},
                {"type": "apiKey"},
                {"type": "mutualTLS"},
                {"type": "oauth2", "flows": {}},
                {},
            )
        )

    def _path(self) -> tuple[str, dict[str, Any]]:
        random = self._random
        parameters = [json_name(random) for _ in range(random.choice((0, 0, 1, 2)))]
        path = "".join(f"/{random.choice(('cases', 'a.b', '申请', json_name(random)))}" for _ in range(random.randint(1, 2)))
        path += "".join(f"/{{{name}}}" for name in parameters)
        item: dict[str, Any] = {
            random.choice(("get", "put", "post", "post", "delete", "patch")): self._operation(parameters)
            for _ in range(random.randint(1, 2))
        }
        if self._perhaps(0.1):
            item["parameters"] = [self._parameter(json_name(random), "query")]
        return path, item

    def _operation(self, given: list[str]) -> dict[str, Any]:
        random = self._random
        operation: dict[str, Any] = {"responses": self._responses()}
        if self._perhaps(0.8):
            operation["operationId"] = random.choice((json_name(random), f"{json_name(random)}Case", "reply", "RetrieveVATobligations"))
        if self._perhaps(0.5):
            operation["summary"] = random.choice(("Retrieve the VAT obligations", "一句话", json_name(random)))
        parameters = [self._parameter(name, "path") for name in given if not self._perhaps(0.15)]
        parameters += [
            self._parameter(json_name(random), random.choice(("query", "query", "header", "cookie")))
            for _ in range(random.choice((0, 0, 1, 2)))
        ]
        if parameters or self._perhaps(0.3):
            operation["parameters"] = parameters
        if self._perhaps(0.7):
            media = "application/json" if self._perhaps(0.85) else random.choice(_MEDIA)
            operation["requestBody"] = {"required": self._perhaps(0.7), "content": {media: {"schema": self._object_or_reference()}}}
        return operation

    def _parameter(self, name: str, place: str) -> dict[str, Any]:
        schema = self._scalar() if self._perhaps(0.8) else self._schema(3)
        parameter = {"name": name, "in": place, "required": place == "path" or self._perhaps(0.3), "schema": schema}
        if self._perhaps(self._breaks):
            del parameter[self._random.choice(list(parameter))]
        return parameter

    def _responses(self) -> dict[str, Any]:
        random = self._random
        if self._perhaps(0.04):
            return {}
        status = random.choice(("200", "200", "200", "201", "202", "204", "default", "2XX"))
        response: dict[str, Any] = {"description": "It"}
        if status != "204" and self._perhaps(0.9):
            media = "application/json" if self._perhaps(0.95) else random.choice(_MEDIA)
            response["content"] = {media: {"schema": self._object_or_reference() if self._perhaps(0.8) else self._schema(0)}}
        return {status: response, **({"400": {"description": "No"}} if self._perhaps(0.3) else {})}

    def _object_or_reference(self) -> Any:  # a schema
        return self._reference() if self._perhaps(0.5) else self._object(0)

    def _reference(self) -> dict[str, Any]:
        name = self._random.choice(self._schemas) if not self._perhaps(self._breaks) else "Nowhere"
        pointer = name.replace("~", "~0").replace("/", "~1")
        return {"$ref": "#/components/schemas/" + (quote(pointer, safe="") if self._perhaps(0.3) else pointer)}

    def _schema(self, depth: int) -> Any:  # a schema
        ways: list[Callable[[int], Any]] = [lambda _: self._scalar()] * 4
        ways += [self._object, self._object, self._array, lambda _: self._reference()]
        ways += [self._combined, self._combined, self._based] if depth < 3 else []
        schema = self._random.choice(ways)(depth)
        if self._perhaps(self._breaks):
            schema = {**schema, **self._random.choice(_BROKEN)}
        if self._perhaps(0.08):
            schema = {**schema, **({"nullable": True} if self._version < "3.1" else {"description": "x"})}
        return schema

    def _array(self, depth: int) -> dict[str, Any]:
        rules = self._random.choice(({}, {}, {"minItems": 2}, {"maxItems": 0}, {"minItems": 2, "uniqueItems": True}))
        return {"type": "array", "items": self._schema(depth + 1), **rules}

    def _object(self, depth: int) -> dict[str, Any]:
        random = self._random
        names = list(dict.fromkeys(json_name(random) for _ in range(random.randint(0 if depth else 1, 4 if depth < 3 else 1))))
        schema: dict[str, Any] = {"type": "object", "properties": {name: self._schema(depth + 1) for name in names}}
        required = [name for name in names if self._perhaps(0.4)]
        if self._perhaps(0.05):
            required.append(json_name(random))
        if required:
            schema["required"] = list(dict.fromkeys(required))
        if self._perhaps(0.15):
            schema["additionalProperties"] = random.choice((True, False, self._schema(depth + 1)))
        if self._perhaps(0.1):
            schema["title"] = json_name(random)
        return schema

    def _combined(self, depth: int) -> dict[str, Any]:
        random = self._random
        keyword = random.choice(("allOf", "oneOf", "anyOf", "allOf"))
        parts = [self._reference() if self._perhaps(0.5) else self._object(depth + 1) for _ in range(random.randint(1, 3))]
        schema: dict[str, Any] = {keyword: parts}
        if self._perhaps(0.2):
            schema["properties"] = {json_name(random): self._scalar()}
        return schema

    def _based(self, depth: int) -> dict[str, Any]:
        """Write a base with a discriminator."""
        random = self._random
        kind = random.choice(("kind", json_name(random)))
        schema: dict[str, Any] = {
            "type": "object",
            "discriminator": {"propertyName": kind},
            "required": [kind],
            "properties": {kind: {"type": "string"}},
        }
        if self._perhaps(0.5):
            schema["discriminator"]["mapping"] = {json_name(random): self._reference()["$ref"] for _ in range(random.randint(1, 2))}
        if self._perhaps(0.4):
            schema["oneOf"] = [self._reference() for _ in range(random.randint(1, 2))]
        return schema if depth < 2 else {"type": "object"}

    def _scalar(self) -> dict[str, Any]:
        random = self._random
        match random.randrange(8):
            case 0:
                return {
                    "type": "integer",
                    **random.choice(
                        (
                            {},
                            {"minimum": 7},
                            {"maximum": -3},
                            {"multipleOf": 5, "minimum": 1},
                            {"exclusiveMinimum": 1 if self._version > "3.1" else True, "minimum": 1},
                        )
                    ),
                }
            case 1:
                return {"type": "number", **random.choice(({}, {"multipleOf": 0.01}, {"minimum": 0.5, "maximum": 0.75}, {"maximum": 0}))}
            case 2:
                return {"type": "boolean"}
            case 3:
                return {
                    "enum": random.choice(
                        (["a", "b"], [json_name(random), json_name(random)], [1, 2], ["", "x"], [1.5, 2.5], [True], ["a", 1], [None, "a"])
                    )
                }
            case 4:
                return {"type": "string", "pattern": random.choice(_PATTERNS)}
            case 5:
                return {"type": "string", "format": random.choice(_FORMATS)}
            case 6:
                return {
                    "type": "string",
                    **random.choice(
                        (
                            {"minLength": 30},
                            {"maxLength": 1},
                            {"maxLength": 0},
                            {"example": json_name(random)},
                            {"minLength": 2, "maxLength": 2},
                        )
                    ),
                }
            case _:
                return {"type": "string"}

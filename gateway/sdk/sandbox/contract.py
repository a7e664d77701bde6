"""A department's OpenAPI document: which operations there are, and whether a request keeps to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
from aiohttp import web

from gateway.model.errors import Located
from gateway.sdk.openapi_document import for_requests, modern, operations, parse_document, resolved
from gateway.sdk.parsed_bodies import media_type
from gateway.sdk.sandbox.contract_bodies import BodyReader

_PLACE = re.compile(r"\{([^{}]+)\}")
_LISTED = frozenset({"array"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parameter:
    name: str
    place: str  # header, query or path
    found_as: str  # its name where aiohttp gives it
    required: bool
    types: frozenset[str]
    validator: jsonschema_rs.Draft202012Validator


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    reader: BodyReader
    validator: jsonschema_rs.Draft202012Validator


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractOperation:
    """One operation of the document; ``path`` is a template as aiohttp takes it."""

    name: str
    method: str
    path: str
    parameters: tuple[_Parameter, ...]
    bodies: Mapping[str, _Body]  # by media type; none: it has no body


class Contract:
    """An OpenAPI 3.0 or 3.1 document, read once. ``names`` gives operations other names than the document's.

    Raises ``ValueError`` or ``KeyError`` when it is none, or has no operation.
    """

    def __init__(self, file: Path, names: Mapping[str, str] | None = None) -> None:
        self._document = modern(parse_document(file.read_bytes()))
        self._names = names or {}
        self._components = for_requests(self._document.get("components", {}))
        self.operations: Mapping[str, ContractOperation] = {operation.name: operation for operation in self._read()}
        if not self.operations:
            raise ValueError(f"{file.name} describes no operation under paths")

    def errors(self, operation: str, request: web.Request, body: bytes) -> tuple[Any, list[Located]]:
        """Give the request's parsed body and everything in which it breaks the contract (pointers into the body, ``/header/…``
        and the like for parameters). What is wrong is named, never repeated.
        """
        contract = self.operations[operation]
        errors = [error for parameter in contract.parameters for error in _parameter_errors(parameter, request)]
        if not contract.bodies:
            return None, errors
        content_type = request.headers.get("Content-Type", "")
        kind = media_type(content_type)
        declared = _matching(contract.bodies, kind)
        if declared is None:
            return None, [*errors, Located("", f"the body must be {' or '.join(contract.bodies)}")]
        try:
            value = declared.reader.read(content_type, body)
        except (ValueError, LookupError) as error:
            why = f": {error}" if type(error) is ValueError else ""  # others repeat what they could not read
            return None, [*errors, Located("", f"the body is not {'JSON' if _is_json(kind) else kind}{why}")]
        return value, errors + [Located(_pointer(e.instance_path), e.message) for e in declared.validator.iter_errors(value)]

    def _read(self) -> Iterator[ContractOperation]:
        for name, method, path, item, operation in operations(self._document):
            if self._names and name not in self._names:
                continue
            declared = [self._resolve(one) for one in [*item.get("parameters", ()), *operation.get("parameters", ())]]
            body = self._resolve(operation.get("requestBody", {}))
            yield ContractOperation(
                name=self._names.get(name, name),
                method=method,
                path=_PLACE.sub(lambda place: f"{{{_variable(place[1])}}}", path),
                parameters=tuple(self._parameter(one) for one in declared if one["in"] != "cookie"),
                bodies={media_type(kind): self._body(one) for kind, one in body.get("content", {}).items() if "schema" in one},
            )

    def _body(self, media: Mapping[str, Any]) -> _Body:
        schema = media["schema"]
        return _Body(
            reader=BodyReader(document=self._document, schema=schema, encoding=media.get("encoding", {})), validator=self._validator(schema)
        )

    def _parameter(self, one: Mapping[str, Any]) -> _Parameter:
        schema = one.get("schema", {})
        types = self._resolve(schema).get("type", ())
        return _Parameter(
            name=one["name"],
            place=one["in"],
            found_as=_variable(one["name"]) if one["in"] == "path" else one["name"],
            required=one.get("required", False),
            types=frozenset([types] if isinstance(types, str) else types),
            validator=self._validator(schema),
        )

    def _resolve(self, value: Any) -> Any:  # noqa: ANN401  # any part of a document
        return resolved(self._document, value)

    def _validator(self, schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
        # The components come along so that local references keep working; the mask keeps values out of the messages.
        whole = {"allOf": [for_requests(schema)], "components": self._components}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True, mask="the value")


def _matching(bodies: Mapping[str, _Body], kind: str) -> _Body | None:
    """What is declared for a media type: under its name, under a range that it is in (``image/*``), and JSON under any name of JSON."""
    found = bodies.get(kind) or bodies.get(f"{kind.partition('/')[0]}/*") or bodies.get("*/*")
    return found or (next((one for name, one in bodies.items() if _is_json(name)), None) if kind == "application/json" else None)


def _is_json(kind: str) -> bool:
    return kind.endswith(("/json", "+json"))


def _variable(name: str) -> str:
    """A path parameter's name as aiohttp takes it: letters, digits and _ alone."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name if name[:1].isalpha() or name[:1] == "_" else f"_{name}")


def _parameter_errors(parameter: _Parameter, request: web.Request) -> list[Located]:
    found: Mapping[str, str] = {"header": request.headers, "query": request.query, "path": request.match_info}[parameter.place]
    where = f"/{parameter.place}/{parameter.name}"
    if parameter.found_as not in found:
        return [Located(where, "is required")] if parameter.required else []
    value: Any = found[parameter.found_as]
    if not _LISTED.isdisjoint(parameter.types):
        value = request.query.getall(parameter.name) if parameter.place == "query" else str(value).split(",")
    elif not parameter.types.isdisjoint({"integer", "number", "boolean"}):
        value = _as_json(str(value))
    return [Located(where, error.message) for error in parameter.validator.iter_errors(value)]


def _as_json(text: str) -> Any:  # noqa: ANN401  # a number or a boolean
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _pointer(path: Iterable[str | int]) -> str:
    """A JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)

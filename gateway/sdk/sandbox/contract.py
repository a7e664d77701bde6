"""A department's OpenAPI 3.1 document: which operations there are, and whether a request keeps to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import yaml
from aiohttp import web

from gateway.model.errors import Located

_METHODS = frozenset({"get", "post", "put", "delete", "patch"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parameter:
    name: str
    place: str  # header, query or path
    required: bool
    is_integer: bool
    validator: jsonschema_rs.Draft202012Validator


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractOperation:
    """One operation of the document; ``path`` is a template as aiohttp takes it too."""

    name: str
    method: str
    path: str
    parameters: tuple[_Parameter, ...]
    body: jsonschema_rs.Draft202012Validator | None


class Contract:
    """An OpenAPI 3.1 document, read once. Raises ``ValueError`` or ``KeyError`` when it is none."""

    def __init__(self, file: Path) -> None:
        self._document: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
        self.operations: Mapping[str, ContractOperation] = {operation.name: operation for operation in self._read()}

    def errors(self, operation: str, request: web.Request, body: bytes) -> tuple[Any, list[Located]]:
        """Give the request's parsed body and everything in which it breaks the contract (pointers into the body, ``/header/…``
        and the like for parameters). What is wrong is named, never repeated.
        """
        contract = self.operations[operation]
        errors = [error for parameter in contract.parameters for error in _parameter_errors(parameter, request)]
        if contract.body is None:
            return None, errors
        if request.content_type != "application/json":
            return None, [*errors, Located("", "the body must be application/json")]
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError:
            return None, [*errors, Located("", "the body is not JSON")]
        return value, errors + [Located(_pointer(e.instance_path), e.message) for e in contract.body.iter_errors(value)]

    def _read(self) -> Iterator[ContractOperation]:
        for path, item in self._document["paths"].items():
            for method, operation in item.items():
                if method not in _METHODS:
                    continue
                parameters = [self._resolve(one) for one in [*item.get("parameters", ()), *operation.get("parameters", ())]]
                body = (
                    self._resolve(operation["requestBody"])["content"]["application/json"]["schema"] if "requestBody" in operation else None
                )
                yield ContractOperation(
                    name=operation["operationId"],
                    method=method.upper(),
                    path=path,
                    parameters=tuple(
                        _Parameter(
                            name=one["name"],
                            place=one["in"],
                            required=one.get("required", False),
                            is_integer=one["schema"].get("type") == "integer",
                            validator=self._validator(one["schema"]),
                        )
                        for one in parameters
                    ),
                    body=None if body is None else self._validator(body),
                )

    def _resolve(self, value: dict[str, Any]) -> dict[str, Any]:
        """What a local ``$ref`` points to, or the value itself."""
        while "$ref" in value:
            target: Any = self._document
            for part in value["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            value = target
        return value

    def _validator(self, schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
        # The components come along so that local references keep working; the mask keeps values out of the messages.
        whole = {"allOf": [schema], "components": self._document.get("components", {})}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True, mask="the value")


def _parameter_errors(parameter: _Parameter, request: web.Request) -> list[Located]:
    found: Mapping[str, str] = {"header": request.headers, "query": request.query, "path": request.match_info}[parameter.place]
    value: str | int | None = found.get(parameter.name)
    where = f"/{parameter.place}/{parameter.name}"
    if value is None:
        return [Located(where, "is required")] if parameter.required else []
    if parameter.is_integer and str(value).isascii() and str(value).isdigit():
        value = int(value)
    return [Located(where, error.message) for error in parameter.validator.iter_errors(value)]


def _pointer(path: Iterable[str | int]) -> str:
    """A JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)

"""A department's OpenAPI document: which operations there are, and whether a request keeps to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
import orjson
from aiohttp import web

from gateway.model.errors import Located
from gateway.sdk.openapi_document import for_requests, json_schema, modern, operations, parse_document
from gateway.sdk.openapi_references import resolved
from gateway.sdk.sandbox.contract_parameters import Parameter

_PLACE = re.compile(r"\{([^{}]+)\}")
_PLAIN = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/-]*")
#: What aiohttp takes for the name of a part of a path.
_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractOperation:
    """One operation of the document; ``path`` is a template as aiohttp takes it."""

    name: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: jsonschema_rs.Draft202012Validator | None


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
        errors = [error for parameter in contract.parameters for error in parameter.errors(request)]
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
        for name, method, path, _, operation in operations(self._document):
            if self._names and name not in self._names:
                continue
            body = json_schema(self._resolve(operation.get("requestBody", {})).get("content"))
            variables = {place: place if _VARIABLE.fullmatch(place) else f"_{number}" for number, place in enumerate(_PLACE.findall(path))}
            yield ContractOperation(
                name=self._names.get(name, name),
                method=method,
                path="".join(_routed(path, variables)),
                parameters=tuple(self._parameter(one, variables) for one in operation["parameters"]),
                body=None if body is None or "schema" not in body[1] else self._validator(body[1]["schema"]),
            )

    def _parameter(self, one: Mapping[str, Any], variables: Mapping[str, str]) -> Parameter:
        return Parameter(
            name=one["name"],
            place=one["in"],
            found_as=variables[one["name"]] if one["in"] == "path" else one["name"],
            required=one.get("required", False),
            validator=self._validator(one.get("schema", {})),
        )

    def _resolve(self, value: Any) -> Any:  # noqa: ANN401  # any part of a document
        return resolved(self._document, value)

    def _validator(self, schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
        # The components come along so that local references keep working; the mask keeps values out of the messages.
        whole = {"allOf": [for_requests(schema)], "components": self._components}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True, mask="the value")


def _routed(path: str, variables: Mapping[str, str]) -> Iterator[str]:
    """A path as aiohttp takes it; beside a variable it finds nothing but plain characters, unless by an expression."""
    for number, part in enumerate(re.split(r"(\{[^{}]+\}|/)", path)):
        if part[:1] == "{":
            yield f"{{{variables[part[1:-1]]}}}"
        else:
            yield part if _PLAIN.fullmatch(part) else f"{{__{number}:{re.escape(unquote(part))}}}"


def _pointer(path: Iterable[str | int]) -> str:
    """A JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)

"""A department's OpenAPI document: its operations with their parameters, and a check that a request keeps to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import jsonschema_rs
import orjson
from aiohttp import web

from gateway.model import JsonObject
from gateway.model.errors import Located
from gateway.sdk.contracts.openapi_document import for_requests, modern, operations, parse_document
from gateway.sdk.contracts.openapi_references import escaped, resolved
from gateway.sdk.contracts.parsed_bodies import media_type
from gateway.sdk.sandbox.contract_bodies import BodyReader

_PLACE = re.compile(r"\{([^{}]+)\}")
_PLAIN = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/-]*")
#: The names that aiohttp allows for a part of a path.
_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractParameter:
    """One parameter. ``found_as`` is its name for aiohttp, ``place`` is header, query, path or cookie.

    ``delimiters`` part the items of a list in one text. ``is_deep`` marks an object whose fields are parameters of their own
    (``name[field]``).
    """

    name: str
    place: str
    found_as: str
    required: bool
    validator: jsonschema_rs.Draft202012Validator
    delimiters: tuple[str, ...] = (",",)
    is_deep: bool = False

    def errors(self, request: web.Request) -> list[Located]:
        """Give every breach of the contract by this parameter of a request."""
        found: Mapping[str, str] = {
            "header": request.headers,
            "query": request.query,
            "path": request.match_info,
            "cookie": request.cookies,
        }[self.place]
        where = f"/{self.place}/{self.name}"
        if self.is_deep:
            return list(self._deep_errors(request, where))
        if self.found_as not in found:
            return [Located(where, "is required")] if self.required else []
        text = str(found[self.found_as])
        lists = [text.split(delimiter) for delimiter in self.delimiters]
        if self.place == "query":
            repeated = request.query.getall(self.name)
            if lists and len(repeated) > 1:
                return [Located(where, "is there more than once, and its items belong into one text (explode: false)")]
            lists = lists or [repeated]
        readings = list(_readings(text, lists))
        if any(self.validator.is_valid(one) for one in readings):
            return []
        return [Located(where, error.message) for error in self.validator.iter_errors(readings[0])]

    def _deep_errors(self, request: web.Request, where: str) -> Iterator[Located]:
        before, after = f"{self.name}[", "]"
        value: JsonObject = {
            name.removeprefix(before).removesuffix(after): text
            for name, text in request.query.items()
            if name.startswith(before) and name.endswith(after)
        }
        if not value:
            yield from [Located(where, "is required")] if self.required else []
            return
        for name in list(value):  # the schema decides whether a text is a number
            said = {**value, name: _as_json(value[name])}
            if len(list(self.validator.iter_errors(said))) < len(list(self.validator.iter_errors(value))):
                value = said
        yield from (Located(where, error.message) for error in self.validator.iter_errors(value))


def _readings(text: str, lists: list[list[str]]) -> Iterator[Any]:
    """Give the possible readings of a text: itself, a number or a boolean, a list of either. Its schema, wherever that is, decides."""
    yield text
    yield _as_json(text)
    for listed in lists:
        yield listed
        yield [_as_json(one) for one in listed]


def _as_json(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


class _Body(NamedTuple):
    reader: BodyReader
    validator: jsonschema_rs.Draft202012Validator


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractOperation:
    """One operation of the document, whose ``path`` is a template for aiohttp."""

    name: str
    method: str
    path: str
    parameters: tuple[ContractParameter, ...]
    bodies: Mapping[str, _Body]  # by media type. None: it has no body


class Contract:
    """An OpenAPI 3.0 or 3.1 document, read once. ``names`` gives operations other names than the document's.

    Raises ``ValueError`` or ``KeyError`` when it is no such document, or has no operation.
    """

    def __init__(self, file: Path, names: Mapping[str, str] | None = None) -> None:
        self._document = modern(parse_document(file.read_bytes()))
        self._names = names or {}
        self._components = for_requests(self._document.get("components", {}))
        self.operations: Mapping[str, ContractOperation] = {operation.name: operation for operation in self._read()}
        if not self.operations:
            raise ValueError(f"{file.name} describes no operation under paths")

    def errors(self, operation: str, request: web.Request, body: bytes) -> tuple[Any, list[Located]]:
        """Give the request's parsed body and every breach of the contract.

        Breaches are located by pointers into the body, or ``/header/…`` and the like for parameters. They never repeat a value.
        """
        contract = self.operations[operation]
        errors = [error for parameter in contract.parameters for error in parameter.errors(request)]
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
            why = f": {error}" if type(error) is ValueError else ""  # other errors repeat the text that they could not read
            return None, [*errors, Located("", f"the body is not {'JSON' if _is_json(kind) else kind}{why}")]
        return value, errors + [
            Located("".join(f"/{escaped(str(part))}" for part in e.instance_path), e.message) for e in declared.validator.iter_errors(value)
        ]

    def _read(self) -> Iterator[ContractOperation]:
        for name, method, path, _, operation in operations(self._document):
            if self._names and name not in self._names:
                continue
            variables = {place: place if _VARIABLE.fullmatch(place) else f"_{number}" for number, place in enumerate(_PLACE.findall(path))}
            body = resolved(self._document, operation.get("requestBody", {}))
            yield ContractOperation(
                name=self._names.get(name, name),
                method=method,
                path="".join(_routed(path, variables)),
                parameters=tuple(self._parameter(one, variables) for one in operation["parameters"]),
                bodies={media_type(kind): self._body(one) for kind, one in body.get("content", {}).items() if "schema" in one},
            )

    def _body(self, media: Mapping[str, Any]) -> _Body:
        schema = media["schema"]
        reader = BodyReader(document=self._document, schema=schema, encoding=media.get("encoding", {}))
        return _Body(reader, self._validator(schema))

    def _parameter(self, one: Mapping[str, Any], variables: Mapping[str, str]) -> ContractParameter:
        return ContractParameter(
            name=one["name"],
            place=one["in"],
            found_as=variables[one["name"]] if one["in"] == "path" else one["name"],
            required=one.get("required", False),
            delimiters=_delimiters(one),
            is_deep=one["in"] == "query" and one.get("style") == "deepObject",
            validator=self._validator(one.get("schema", {})),
        )

    def _validator(self, schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
        # The components come along so that local references keep working, and the mask keeps values out of the messages.
        whole = {"allOf": [for_requests(schema)], "components": self._components}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True, mask="the value")


def _matching(bodies: Mapping[str, _Body], kind: str) -> _Body | None:
    """Find the declaration for a media type: under its name, under its range (``image/*``), and for JSON under any name of JSON."""
    found = bodies.get(kind) or bodies.get(f"{kind.partition('/')[0]}/*") or bodies.get("*/*")
    return found or (next((one for name, one in bodies.items() if _is_json(name)), None) if kind == "application/json" else None)


def _is_json(kind: str) -> bool:
    return kind.endswith(("/json", "+json"))


def _delimiters(parameter: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the delimiters of a list's items: none in the query, as long as each item has the name."""
    style = parameter.get("style", "form")
    if parameter["in"] == "query" and parameter.get("explode", style == "form"):
        return ()
    return ({"spaceDelimited": " ", "pipeDelimited": "|"}.get(style, ","),)


def _routed(path: str, variables: Mapping[str, str]) -> Iterator[str]:
    """Write a path for aiohttp, which beside a variable finds only plain characters, unless an expression says more."""
    for number, part in enumerate(re.split(r"(\{[^{}]+\}|/)", path)):
        if part[:1] == "{":
            yield f"{{{variables[part[1:-1]]}}}"
        else:
            yield part if _PLAIN.fullmatch(part) else f"{{__{number}:{re.escape(unquote(part))}}}"

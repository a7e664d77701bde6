"""Reads an OpenAPI 3.0 or 3.1 document."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import jsonschema_rs

from gateway.scaffold.client_certificates import in_openapi
from gateway.scaffold.contract_files import UnreadableContractError, openapi_document
from gateway.scaffold.description import Contract, Credential, DescribedOperation, Gap, OneOf, RestCall, Scalar, Structure, Type, TypedField
from gateway.scaffold.names import Names, pascal, snake
from gateway.scaffold.openapi_types import SchemaTypes, text_of, without_nothing
from gateway.scaffold.sampling import Sampler
from gateway.sdk.openapi_document import json_schema, modern, operations, resolved

#: Headers that the clients of the SDK set themselves.
_OURS: Final = frozenset({"content-type", "authorization", "idempotency-key", "traceparent"})
_PLACES: Final = frozenset({"path", "query", "header"})


def read(file: Path, *, only: Collection[str] = (), read_only: Collection[str] = ()) -> Contract:
    """Read the document in ``file``.

    ``only`` names the operations wanted (none: all) by ``operationId`` or ``METHOD /path``, ``read_only`` those that change nothing
    although they are no GET. Raises ``UnreadableContractError`` when it cannot be read, or has no such operation.
    """
    gaps: list[Gap] = []
    files, document = _document(file, gaps)
    found = {name: (method, path, item, operation) for name, method, path, item, operation in operations(document)}
    if missing := sorted({*only, *read_only} - set(found)):
        known = ", ".join(sorted(found)) or "none"
        raise UnreadableContractError(file.name, 0, f"it has no operation {', '.join(missing)}; there are: {known}")
    if not found:
        outside = next((gap.where for gap in gaps if re.search(r"#/paths/.*/\$ref$", gap.where)), "")
        why = f"{outside} is outside of it; make one document of all, for example with `redocly bundle`" if outside else "`paths` is empty"
        raise UnreadableContractError(file.name, 0, f"it has no operations ({why})")
    reader = _Operations(document, gaps, frozenset(read_only))
    asked = [found[name][3] for name in found if not only or name in only]
    if (demand := in_openapi(file.name, *_wanted_schemes(document, asked))) is not None:
        gaps.append(demand)
    described = [reader.read(name, *one) for name, one in found.items() if not only or name in only]
    info = document.get("info", {})
    servers = document.get("servers") or [{}]
    return Contract(
        style="rest",
        title=text_of(info.get("title")) or file.stem,
        doc=text_of(info.get("description")),
        file=file.name,
        files=files,
        operations=described,
        address=str(servers[0].get("url", "")) if urlsplit(str(servers[0].get("url", ""))).scheme else "",
        credentials=_credentials(document, asked, gaps),
        client_certificate=demand.where if demand is not None else "",
        schema_usable=True,
        gaps=gaps,
    )


def operations_of(file: Path) -> dict[str, str]:
    """The names of a document's operations with what is said of them."""
    _, document = _document(file, [])
    return {name: text_of(operation.get("summary")) for name, _, _, _, operation in operations(document)}


def _document(file: Path, gaps: list[Gap]) -> tuple[dict[str, bytes], dict[str, Any]]:
    files, document = openapi_document(file)
    warnings: list[str] = []
    try:
        found = modern(document, warnings)
    except ValueError as error:
        raise UnreadableContractError(file.name, 1, str(error)) from error
    gaps += [
        Gap(where=f"{file.name}#{where}", what=f"the contract breaks its own rules: {what}")
        for where, _, what in (one.partition(": ") for one in warnings)
    ]
    return files, found


class _Operations:
    """Reads the operations of a document."""

    def __init__(self, document: Mapping[str, Any], gaps: list[Gap], read_only: frozenset[str]) -> None:
        self._document, self._gaps, self._read_only = document, gaps, read_only
        self._requests = SchemaTypes(document, "request")
        self._replies = SchemaTypes(document, "reply")
        self._names = Names()

    def read(self, name: str, method: str, path: str, item: Mapping[str, Any], operation: Mapping[str, Any]) -> DescribedOperation:
        """One operation."""
        ours = self._names.new(snake(_shortened(name, method, path), otherwise="operation"))
        request, constants = self._parameters(ours, item, operation)
        body = self._body(ours, operation, request)
        statuses, reply, sample = self._reply(ours, operation)
        return DescribedOperation(
            name=ours,
            wire=RestCall(
                operation_id=name,
                method=method,
                path=path,
                statuses=statuses,
                reply_sample=sample,
                body=body,
                constant_headers=constants,
            ),
            request=request,
            reply=reply,
            title=text_of(operation.get("summary")) or name,
            doc=text_of(operation.get("description")),
            read_only=method == "GET" or name in self._read_only,
        )

    def _parameters(self, ours: str, item: Mapping[str, Any], operation: Mapping[str, Any]) -> tuple[Structure, dict[str, str]]:
        """The request's structure with its parameters alone, and the headers that have one value only."""
        request, names, constants = Structure(name=pascal(ours)), Names(), {}
        declared: dict[tuple[str, str], Mapping[str, Any]] = {}
        for one in [*item.get("parameters", ()), *operation.get("parameters", ())]:
            parameter = resolved(self._document, one)
            if "name" in parameter:  # one that a dangling reference left has none
                declared[(str(parameter.get("in")), str(parameter["name"]))] = parameter
        for (place, wire), parameter in declared.items():
            if place == "header" and wire.lower() in _OURS:
                if wire.lower() == "idempotency-key":
                    what = "it takes an Idempotency-Key: if a repeated key has no second effect, declare resend=Safe(…) in adapter.py"
                    self._gaps.append(Gap(where=f"operation {ours}", what=what))
                continue
            twice = any(one.wire == wire for one in request.fields)
            if twice or place not in _PLACES:
                why = ", since another has the same name" if twice else ""
                what = f"the {place} parameter {wire} is left out{why}: send it in adapter.py"
                self._gaps.append(Gap(where=f"operation {ours}", what=what))
                continue
            kind, _ = without_nothing(self._requests.of(_parameter_schema(parameter), pascal(wire)))
            if place == "header" and (constant := _only_value(kind)) is not None:
                constants[wire] = constant
                continue
            if place == "header" and wire.lower() == "accept":
                continue
            if place != "header":
                self._warn_of_address(ours, wire, kind)
            request.fields.append(
                TypedField(
                    wire=wire,
                    name=names.new(snake(wire)),
                    type=kind,
                    required=place == "path" or parameter.get("required") is True,
                    doc=text_of(parameter.get("description")),
                    place=place,  # type: ignore[arg-type]  # one of _PLACES
                )
            )
        return request, constants

    def _warn_of_address(self, ours: str, wire: str, kind: Type) -> None:
        if isinstance(kind, Structure):
            self._gaps.append(
                Gap(where=f"operation {ours}", what=f"the parameter {wire} is an object: write it into the address in adapter.py")
            )
        if re.search(
            r"name|naam|nino|ssn|bsn|passport|birth|geboorte|phone|mobile|mail|address|id_?number|citizen|person", wire, re.IGNORECASE
        ):
            what = f"the contract puts {wire} into the address, which is logged along the way: ask the department for a body instead"
            self._gaps.append(Gap(where=f"operation {ours}", what=what))

    def _body(self, ours: str, operation: Mapping[str, Any], request: Structure) -> Any:  # noqa: ANN401  # a literal of RestCall.body
        declared = resolved(self._document, operation.get("requestBody", {}))
        content = declared.get("content") if isinstance(declared, Mapping) else None
        if not content:
            return ""
        found = json_schema(content)
        if found is None:
            kinds = ", ".join(str(one) for one in content)
            self._gaps.append(Gap(where=f"operation {ours}", what=f"its body is {kinds}, not JSON: write it in adapter.py"))
            return ""
        kind, _ = without_nothing(self._requests.of(found[1].get("schema", True), f"{request.name}Body"))
        taken = {one.name for one in request.fields}
        if isinstance(kind, Structure) and not any(one.name in taken for one in kind.fields):
            request.doc = request.doc or kind.doc
            request.fields += kind.fields
            return "fields"
        request.fields.append(TypedField(wire="", name="body" if "body" not in taken else "body_", type=kind, place="whole_body"))
        return "whole"

    def _reply(self, ours: str, operation: Mapping[str, Any]) -> tuple[tuple[int, ...], Type | None, object]:
        """The statuses of success, what comes with them, and a sample of the first."""
        replies: dict[int, Mapping[str, Any] | None] = {}
        for status, response in (operation.get("responses") or {}).items():
            code = {"2XX": "200", "default": "200" if len(operation["responses"]) == 1 else ""}.get(str(status), str(status))
            if not re.fullmatch(r"2\d\d", code):
                continue
            content = resolved(self._document, response).get("content")
            found = json_schema(content)
            if content and found is None:
                self._gaps.append(Gap(where=f"operation {ours}", what=f"the reply {status} is not JSON: read it in adapter.py"))
            replies[int(code)] = found[1] if found else None
        if not replies:
            self._gaps.append(
                Gap(where=f"operation {ours}", what="the contract names no reply of success: 200 without a body is taken for it")
            )
            return (200,), None, None
        if 202 in replies:
            self._gaps.append(
                Gap(where=f"operation {ours}", what="202 means that it is decided later: give Accepted and add poll() or callbacks")
            )
        with_body = {code: media for code, media in replies.items() if media is not None}
        if not with_body:
            return tuple(replies), None, None
        if left := sorted(set(replies) - set(with_body)):
            self._gaps.append(
                Gap(where=f"operation {ours}", what=f"the reply {left[0]} has no body and is left out: read it in adapter.py")
            )
        kinds = [self._replies.of(media.get("schema", True), f"{pascal(ours)}Answer") for media in with_body.values()]
        unique: list[Type] = []
        unique += [kind for kind in kinds if kind not in unique]
        reply = unique[0] if len(unique) == 1 else OneOf(options=tuple(unique))
        return tuple(with_body), reply, self._sample(ours, next(iter(with_body.values())), kinds[0])

    def _sample(self, ours: str, media: Mapping[str, Any], kind: Type) -> object:
        """The contract's own example where it fits its schema, else a value made for it."""
        sampler = Sampler("wire")
        whole = {"allOf": [media.get("schema", True)], "components": self._document.get("components", {})}
        candidates = [media.get("example"), *(one.get("value") for one in _examples(media.get("examples"))), sampler.value(kind)]
        try:
            validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
            fitting = [one for one in candidates if one is not None and validator.is_valid(one)]
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            self._gaps.append(Gap(where=f"operation {ours}", what=f"the schema of its reply cannot be used ({type(error).__name__})"))
            return candidates[-1]
        if not fitting:
            self._gaps.append(Gap(where=f"samples/{ours}/reply.json", what="no value that fits the contract could be made: correct it"))
            return candidates[-1]
        return fitting[0]


def _examples(examples: object) -> list[Mapping[str, Any]]:
    return [one for one in examples.values() if isinstance(one, Mapping)] if isinstance(examples, Mapping) else []


def _parameter_schema(parameter: Mapping[str, Any]) -> Any:  # noqa: ANN401  # a schema may be true
    """A parameter's schema, with the example beside it."""
    content = parameter.get("content") or {}
    first: Mapping[str, Any] = next(iter(content.values()), {}) if isinstance(content, Mapping) else {}
    schema = parameter.get("schema", first.get("schema", {}))
    if "example" in parameter and isinstance(schema, Mapping) and "$ref" not in schema:
        return {**schema, "example": parameter["example"]}
    return schema


def _only_value(kind: Type) -> str | None:
    return str(kind.values[0]) if isinstance(kind, Scalar) and len(kind.values) == 1 else None


def _shortened(name: str, method: str, path: str) -> str:
    """A name for an operation whose own is none: its method and what in its path is not a parameter."""
    if name != f"{method} {path}" and "/" not in name:
        return name
    words = [part for part in path.split("/") if part and "{" not in part]
    return f"{method.lower()} {' '.join(words[-2:])}"


def _wanted_schemes(document: Mapping[str, Any], described: list[Mapping[str, Any]]) -> tuple[Mapping[str, Any], list[str]]:
    """The security schemes, resolved, and the names of those that the first way to be let in asks for."""
    schemes = document.get("components", {}).get("securitySchemes", {})
    wanted: dict[str, None] = {}
    for operation in described:
        ways = operation.get("security", document.get("security")) or []
        wanted |= dict.fromkeys(ways[0] if ways else ())
    return {name: resolved(document, schemes.get(name, {})) for name in wanted}, list(wanted)


def _credentials(document: Mapping[str, Any], described: list[Mapping[str, Any]], gaps: list[Gap]) -> tuple[Credential, ...]:
    """What the first way to be let in asks for; schemes that cannot be generated become gaps."""
    schemes, wanted = _wanted_schemes(document, described)
    found: list[Credential] = []
    for name in wanted:
        scheme = schemes[name]
        match scheme.get("type"), str(scheme.get("scheme", "")).lower(), scheme.get("in"):
            case "http", "bearer", _:
                found.append(Credential(kind="bearer"))
            case "http", "basic", _:
                found.append(Credential(kind="basic", secrets=("username", "password")))
            case "apiKey", _, "header":
                found.append(Credential(kind="header", header=str(scheme["name"]), secrets=(snake(name, otherwise="key"),)))
            case "apiKey", _, "query":
                found.append(Credential(kind="query", header=str(scheme["name"]), secrets=(snake(name, otherwise="key"),)))
                gaps.append(Gap(where="adapter.py", what=f"the key {name} goes into the address, which is logged along the way"))
            case "oauth2" | "openIdConnect", _, _:
                found.append(Credential(kind="bearer"))
                gaps.append(
                    Gap(
                        where="adapter.py",
                        what=f"{name} is {scheme['type']}: the token is a secret that somebody renews; fetch it if need be",
                    )
                )
            case "mutualTLS", _, _:
                pass  # no header: said where the contract is read
            case kind, _, _:
                gaps.append(
                    Gap(where="adapter.py", what=f"the security scheme {name} ({kind or 'not declared'}) cannot be generated: fill it in")
                )
    return tuple(dict.fromkeys(found))

"""The OpenAPI 3.1 document, made from the routes' own declarations: what is served is what is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from gateway import __version__
from gateway.api import models
from gateway.api.introduction import DESCRIPTION, PROBLEM_TEXTS, TAGS
from gateway.api.problems import title
from gateway.api.route import JSON, PROBLEM, Answer, Parameter, Route
from gateway.routing.caller import DEPARTMENT, LOCAL

if TYPE_CHECKING:
    from gateway.api.parts import ApiParts

_REF = "#/components/schemas/{model}"
_REQUEST_ID = {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}}
#: What a refused call carries besides, by status.
_RATE = {name: {"$ref": f"#/components/headers/{name}"} for name in ("RateLimit", "RateLimit-Policy")}
_RETRY_AFTER = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
_PROBLEM_HEADERS: Mapping[int, Mapping[str, Any]] = {
    401: {"WWW-Authenticate": {"$ref": "#/components/headers/Authenticate"}},
    429: _RETRY_AFTER | _RATE,
    503: _RETRY_AFTER,
}


def document(routes: Iterable[Route], parts: ApiParts) -> bytes:
    """The document for these routes, with the catalogue's samples as examples of what can be filed."""
    declared = list(routes)
    paths: dict[str, dict[str, Any]] = {}
    samples = samples_of(parts)
    for route in declared:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, samples)
    statuses = sorted({status for route in declared for status in _refusals(route)})
    return orjson.dumps(
        {
            "openapi": "3.1.0",
            "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
            "info": {
                "title": "One-Stop Gateway · 一窗网关",
                "version": __version__,
                "description": DESCRIPTION,
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/", "description": "This gateway."}],
            "security": [{"key": []}],
            "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
            "paths": paths,
            "components": {
                "schemas": _schemas(declared),
                "responses": {f"Problem{status}": _problem(status) for status in statuses},
                "headers": _HEADERS,
                "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "A key made by `gateway key create ROLE`."}},
            },
        }
    )


_HEADERS: Mapping[str, Any] = {
    "RequestId": {"description": "Names this request in the gateway's log.", "schema": {"type": "string", "format": "uuid"}},
    "RetryAfter": {"description": "Seconds to wait before asking again.", "required": True, "schema": {"type": "integer", "minimum": 1}},
    "Authenticate": {"description": "RFC 6750.", "schema": {"type": "string"}},
    "RateLimit-Policy": {
        "description": "What a key may take (draft-ietf-httpapi-ratelimit-headers-11): `q` requests in `w` seconds, `q` requests at once.",
        "schema": {"type": "string"},
        "example": '"requests";q=2000;w=10, "at-once";q=256;qu="concurrent-requests"',
    },
    "RateLimit": {
        "description": "What is left: `r` more now, and more of it in `t` seconds.",
        "schema": {"type": "string"},
        "example": '"requests";r=1999;t=1',
    },
}


def samples_of(parts: ApiParts) -> dict[str, Any]:
    """Each service's sample as an example; newlywed, which goes to all five departments, first."""
    services = sorted(parts.catalogue.services.items(), key=lambda item: (item[0] != "newlywed", item[0]))
    return {code: {"summary": f"{s.definition.title.en} · {s.definition.title.zh}", "value": s.definition.sample} for code, s in services}


def _operation(route: Route, samples: Mapping[str, Any]) -> dict[str, Any]:
    roles = sorted(role + ":<name>" if role == DEPARTMENT else role for role in route.roles)
    open_to = f"Roles: {', '.join(roles)}." if roles else "Needs no key."
    operation: dict[str, Any] = {
        "operationId": route.id,
        "tags": [route.tag],
        "summary": route.summary,
        "description": f"{route.description}\n\n{open_to}".strip(),
        "x-roles": roles,
        "responses": {str(answer.status): _answer(answer, rated=bool(route.roles)) for answer in route.answers},
    }
    for status in _refusals(route):
        reference = {"$ref": f"#/components/responses/Problem{status}"}
        operation["responses"].setdefault(str(status), reference)
    if not route.roles:
        operation["security"] = []
    if set(route.roles) == {LOCAL}:
        operation["description"] += " No key opens it: it answers on the unix socket in the data folder."
    if route.parameters:
        operation["parameters"] = [_parameter(parameter) for parameter in route.parameters]
    if route.body is not None or route.any_body:
        operation["requestBody"] = _body(route, samples)
    return operation


def _refusals(route: Route) -> list[int]:
    """The statuses of problems that this route may give."""
    statuses = {500, *route.refusals}
    if route.roles:
        statuses |= {401, 403, 429, 503}
    if route.body is not None:
        statuses |= {400, 408, 413, 415}
    if route.any_body:
        statuses |= {400, 408, 413, 415}
    return sorted(statuses)


def _parameter(parameter: Parameter) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.description,
        "required": parameter.required,
        "schema": dict(parameter.schema),
    }
    if parameter.example is not None:
        described["example"] = parameter.example
    return described


def _body(route: Route, samples: Mapping[str, Any]) -> dict[str, Any]:
    if route.body is None:
        return {"required": True, "content": {"*/*": {"schema": {}}}}
    content: dict[str, Any] = {"schema": {"$ref": _REF.format(model=route.body.__name__)}}
    examples = {name: {"value": value} for name, value in route.body_examples.items()} or (dict(samples) if route.samples else {})
    if examples:
        content["examples"] = examples
    return {"required": not route.body_optional, "content": {JSON: content}}


def _answer(answer: Answer, *, rated: bool) -> dict[str, Any]:
    headers = {name: {"description": text, "schema": {"type": "string"}} for name, text in answer.headers.items()}
    described: dict[str, Any] = {"description": answer.description, "headers": {**headers, **(_RATE if rated else {}), **_REQUEST_ID}}
    if answer.media:
        described["content"] = {media: _content(answer, media) for media in answer.media}
    return described


def _content(answer: Answer, media: str) -> dict[str, Any]:
    if answer.model is None or media != JSON:
        return {"schema": {"type": "string"}} if media.startswith("text/") else {"schema": {}}
    content: dict[str, Any] = {"schema": {"$ref": _REF.format(model=answer.model.__name__)}}
    if answer.example is not None:
        content["example"] = answer.example
    return content


def _problem(status: int) -> dict[str, Any]:
    kinds, text = PROBLEM_TEXTS[status]
    headers = {**_REQUEST_ID, **_PROBLEM_HEADERS.get(status, {})}
    example = {"type": f"/problems/{kinds[0]}", "title": title(kinds[0]), "status": status, "detail": text}
    return {
        "description": f"{HTTPStatus(status).phrase}: {text} Kinds: {', '.join(f'`{kind}`' for kind in kinds)}.",
        "headers": headers,
        "content": {PROBLEM: {"schema": {"$ref": _REF.format(model="Problem")}, "example": example}},
    }


def _schemas(routes: Iterable[Route]) -> dict[str, Any]:
    wanted: dict[type[BaseModel], None] = {models.Problem: None}
    for route in routes:
        if route.body is not None:
            wanted[route.body] = None
        wanted |= {answer.model: None for answer in route.answers if answer.model is not None}
    _, definitions = models_json_schema([(model, "validation") for model in wanted], ref_template=_REF)
    schemas: dict[str, Any] = definitions["$defs"]
    return dict(sorted(schemas.items()))

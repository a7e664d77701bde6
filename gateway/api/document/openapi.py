"""The OpenAPI 3.1 document, made from the routes' own declarations, so that it describes what is served.

It is written in English or Chinese. Names, values and everything else that programs read are the same in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast

import orjson
from pydantic import TypeAdapter
from pydantic.json_schema import CoreModeRef, CoreRef, DefsRef, GenerateJsonSchema

from gateway import __version__
from gateway.api.cases import queries
from gateway.api.cases.queries import Offered, offered
from gateway.api.document import texts
from gateway.api.document.openness import open_answers
from gateway.api.document.service_schemas import applications
from gateway.api.document.translations import translated, translated_schema
from gateway.api.http import requests
from gateway.api.http.declared import parameters_of
from gateway.api.http.problems import title
from gateway.api.http.route import JSON, PROBLEM, Answer, Parameter, Route
from gateway.api.shapes import models
from gateway.api.shapes.schemas import Schemas, reference
from gateway.api.shapes.shape import SUFFIX, shown_name
from gateway.api.shapes.texts import FORMATS, WORDS
from gateway.cases.caller import DEPARTMENT, LOCAL
from gateway.model import JsonObject, JsonView
from gateway.texts.refusals import in_language

if TYPE_CHECKING:
    from gateway.api.http.parts import ApiParts
    from gateway.texts.refusals import Language

_RATE: Final = {name: {"$ref": f"#/components/headers/{name}"} for name in ("RateLimit", "RateLimit-Policy")}
_RETRY_AFTER: Final = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
#: Further headers of a refusal, by status.
_PROBLEM_HEADERS: Final[Mapping[int, JsonView]] = {
    401: {"WWW-Authenticate": {"$ref": "#/components/headers/Authenticate"}},
    409: {"Retry-After": {"$ref": "#/components/headers/TakenAgainAfter"}},
    429: _RETRY_AFTER | _RATE,
    503: _RETRY_AFTER,
}
_REQUEST_ID: Final = {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}}
_HEADERS: Final[JsonView] = {
    "RequestId": {"description": "Names this request in the gateway's log.", "schema": {"type": "string", "format": "uuid"}},
    "RetryAfter": {"description": "Seconds to wait before asking again.", "required": True, "schema": {"type": "integer", "minimum": 1}},
    "TakenAgainAfter": {
        "description": "Of `service-suspended` alone: seconds until the service takes applications again, where that is known.",
        "schema": {"type": "integer", "minimum": 1},
    },
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
#: The bodies whose schema depends on the catalogue.
_APPLICATIONS: Final = (requests.NewApplication, requests.Revision)


def document(routes: Iterable[Route], parts: ApiParts, language: Language) -> bytes:
    """Write the document for these routes, with the schemas of the catalogue's services and the departments' queries."""
    return orjson.dumps(_Writer(tuple(routes), parts, language).document())


def shown(parts: ApiParts) -> object:
    """Give a value that is equal while the document shows the same of the catalogue and the departments."""
    services = {code: service.digest for code, service in parts.catalogue.services.items()}
    return services, [(one.department, one.operation) for one in offered(parts.departments)]


class _Named(GenerateJsonSchema):
    """Names shapes as the document does."""

    def get_defs_ref(self, core_mode_ref: CoreModeRef) -> DefsRef:
        reference, mode = core_mode_ref
        return super().get_defs_ref((CoreRef(reference.replace(f"{SUFFIX}:", ":")), mode))


@dataclass(frozen=True, slots=True)
class _Writer:
    routes: tuple[Route, ...]
    parts: ApiParts
    language: Language

    def document(self) -> JsonObject:
        schemas = self._schemas()
        paths: dict[str, JsonObject] = {}
        for route in self.routes:
            if route.per_query:
                for query in offered(self.parts.departments):
                    paths.setdefault(query.path, {})[route.method.lower()] = self._query(route, query, schemas)
            else:
                paths.setdefault(route.path, {})[route.method.lower()] = self._operation(route)
        schemas.name_enumerations()
        statuses = sorted({status for route in self.routes for status in _refusals(route)})
        problems = {f"Problem{status}": self._problem(status) for status in statuses}
        open_answers(schemas.made, [problems, *(operation["responses"] for item in paths.values() for operation in item.values())])
        bearer = self._say("A key made by `gateway key create ROLE`.")
        return {
            "openapi": "3.1.0",
            "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
            "info": {
                "title": texts.TITLE,
                "version": __version__,
                "description": self._introduction(schemas),
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "/", "description": self._say("This gateway.")}],
            "security": [{"key": []}],
            "tags": [{"name": name, "description": schemas.say(text)} for name, text in texts.TAGS.items()],
            "paths": paths,
            "components": {
                "schemas": dict(sorted(schemas.made.items())),
                "responses": problems,
                "headers": translated_schema(_HEADERS, self.language),
                "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": bearer}},
            },
        }

    def _say(self, text: str) -> str:
        return translated(text, self.language)

    def _introduction(self, schemas: Schemas) -> str:
        """Give the text before the calls, with every format and word of ours explained."""
        colon = "：" if self.language == "zh-CN" else ": "
        lists = [
            "\n".join([f"**{schemas.say(heading)}**", "", *(f"- `{word}`{colon}{schemas.say(text)}" for word, text in words.items())])
            for heading, words in ((texts.FORMATS, FORMATS), (texts.WORDS, WORDS))
        ]
        return "\n".join([schemas.say(texts.INTRODUCTION), "\n\n".join(lists), ""])

    def _schemas(self) -> Schemas:
        """Give the schemas of the routes' shapes, and of each service's application."""
        wanted: dict[type, None] = {models.ProblemShape: None}
        for route in self.routes:
            if route.body is not None:
                wanted[route.body] = None
            wanted |= {answer.model: None for answer in route.answers if answer.model is not None}
        own = translated_schema(_definitions(tuple(wanted)), self.language)
        schemas = Schemas(self.language, {*own}, own)
        submitted = applications(schemas, self.parts.catalogue.services)
        for model in _APPLICATIONS:
            name = model.__name__
            own[name] = {"title": name, "description": own[name]["description"], **submitted}
        return schemas

    def _operation(self, route: Route) -> JsonObject:
        roles = sorted(role + ":<name>" if role == DEPARTMENT else role for role in route.roles)
        said = [self._say(route.description)] if route.description else []
        operation: JsonObject = {
            "operationId": route.id,
            "tags": [route.tag],
            "summary": self._say(route.summary),
            "description": "",
            "x-roles": roles,
            "responses": {str(answer.status): self._answer(answer, rated=bool(route.roles)) for answer in route.answers},
        }
        for status in _refusals(route):
            refusal = {"$ref": f"#/components/responses/Problem{status}"}
            operation["responses"].setdefault(str(status), refusal)
        if not route.roles:
            operation["security"] = []
        said.append(self._say("Roles: {}.").format(", ".join(roles)) if roles else self._say("Needs no key."))
        if set(route.roles) == {LOCAL}:
            said.append(self._say("No key opens it: it answers on the unix socket in the data folder."))
        operation["description"] = "\n\n".join(said)
        if parameters := parameters_of(route):
            operation["parameters"] = [self._parameter(parameter) for parameter in parameters]
        if route.body is not None or route.any_body:
            operation["requestBody"] = self._body(route)
        return operation

    def _query(self, route: Route, query: Offered, schemas: Schemas) -> JsonObject:
        """The operation of one query: the route's, with that query's own name, request and answer."""
        question, answer = queries.document(query, schemas)
        operation = self._operation(replace(route, id=route.id + query.name, parameters=()))
        operation["summary"] = schemas.say(query.title)
        body: JsonObject = {"schema": question}
        if query.example is not None:
            body["example"] = query.example
        operation["requestBody"] = {"required": True, "content": {JSON: body}}
        operation["responses"]["200"]["content"][JSON]["schema"] = answer
        return operation

    def _parameter(self, parameter: Parameter) -> JsonObject:
        described: JsonObject = {
            "name": parameter.name,
            "in": parameter.place,
            "description": self._say(parameter.description),
            "required": parameter.required,
            "schema": dict(parameter.schema),
        }
        if parameter.example is not None:
            described["example"] = parameter.example
        return described

    def _body(self, route: Route) -> JsonObject:
        if route.body is None:
            return {"required": True, "content": {"*/*": {"schema": {}}}}
        content: JsonObject = {"schema": reference(shown_name(route.body))}
        examples = {name: {"value": value} for name, value in route.body_examples.items()} or (self._samples() if route.samples else {})
        if examples:
            content["examples"] = examples
        return {"required": not route.body_optional, "content": {JSON: content}}

    def _samples(self) -> JsonObject:
        """Give each service's sample as an example, first of all newlywed, which goes to all five departments."""
        services = sorted(self.parts.catalogue.services.items(), key=lambda item: (item[0] != "newlywed", item[0]))
        definitions = {code: service.definition for code, service in services}
        return {code: {"summary": in_language(one.title, self.language), "value": one.sample} for code, one in definitions.items()}

    def _answer(self, answer: Answer, *, rated: bool) -> JsonObject:
        headers = {name: {"description": self._say(text), "schema": {"type": "string"}} for name, text in answer.headers.items()}
        described: JsonObject = {
            "description": self._say(answer.description),
            "headers": {**headers, **(_RATE if rated else {}), **_REQUEST_ID},
        }
        if answer.media:
            described["content"] = {media: _content(answer, media) for media in answer.media}
        return described

    def _problem(self, status: int) -> JsonObject:
        kinds, text = texts.PROBLEMS[status]
        headers = {**_REQUEST_ID, **_PROBLEM_HEADERS.get(status, {})}
        text = self._say(text)
        example = {"type": f"/problems/{kinds[0]}", "title": title(kinds[0], self.language), "status": status, "detail": text}
        named = self._say("Kinds: {}.").format(", ".join(f"`{kind}`" for kind in kinds))
        return {
            "description": f"{HTTPStatus(status).phrase}: {text} {named}",
            "headers": headers,
            "content": {PROBLEM: {"schema": reference("Problem"), "example": example}},
        }


@cache
def _definitions(shapes: tuple[type, ...]) -> JsonView:
    """Give the schemas of these shapes and of all they hold, by name, made once for both languages."""
    _, made = TypeAdapter.json_schemas(
        [(shape, "validation", TypeAdapter(shape)) for shape in shapes],
        ref_template="#/components/schemas/{model}",
        schema_generator=_Named,
    )
    return cast("Mapping[str, Any]", made["$defs"])


def _refusals(route: Route) -> list[int]:
    """The statuses of problems that this route may give."""
    statuses = {500, *route.refusals}
    if route.strict:
        statuses.add(400)  # a parameter that it does not have
    if route.roles:
        statuses |= {401, 403, 429, 503}
    if route.body is not None or route.any_body or route.per_query:
        statuses |= {400, 408, 413, 415}
    return sorted(statuses)


def _content(answer: Answer, media: str) -> JsonObject:
    if answer.model is None or media != JSON:
        return {"schema": {"type": "string"}} if media.startswith("text/") else {"schema": {}}
    content: JsonObject = {"schema": reference(shown_name(answer.model))}
    if answer.example is not None:
        content["example"] = answer.example
    return content

"""Questions that departments answer at once: the list, and each query as a call of its own in the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from gateway.api.cases import texts
from gateway.api.http.bodies import json_bytes
from gateway.api.http.route import Answer, Asked, Route, path_name
from gateway.api.shapes import service_models
from gateway.api.shapes.answers import json_answer
from gateway.api.shapes.schemas import Schemas, described, pascal, reference
from gateway.cases.rights.table import Act, roles_of
from gateway.model import JsonObject
from gateway.model.service import Text
from gateway.questions.queries import PURPOSE, request_schema

if TYPE_CHECKING:
    from aiohttp import web

    from gateway.departments.hosted import Hosted
    from gateway.sdk.department import Operation

_PATH = "/v1/departments/{name}/queries/{query}"


@dataclass(frozen=True, slots=True)
class Offered:
    """One query of one department."""

    department: str
    operation: Operation

    @property
    def path(self) -> str:
        """The address to ask it at."""
        return _PATH.format(name=self.department, query=self.operation.name)

    @property
    def name(self) -> str:
        """Its name among the document's schemas and calls."""
        return pascal(self.department) + pascal(self.operation.name)

    @property
    def title(self) -> Text:
        """Its title for people."""
        return Text(zh=self.operation.title_zh, en=self.operation.title_en)

    @property
    def request(self) -> JsonObject:
        """The JSON Schema of ``request``, the caller's own."""
        return deepcopy(_request(self.operation))

    @property
    def output(self) -> JsonObject:
        """The JSON Schema of the answer's ``output``, the caller's own."""
        return deepcopy(_output(self.operation))

    @property
    def example(self) -> JsonObject | None:
        """A body made of the examples of the request's fields, none when a required field has no example."""
        schema = self.request
        given = {name: one["examples"][0] for name, one in schema.get("properties", {}).items() if one.get("examples")}
        return {"request": given, "purpose": texts.EXAMPLE_PURPOSE} if given.keys() >= set(schema.get("required", ())) else None


def offered(departments: Mapping[str, Hosted]) -> Iterator[Offered]:
    """Every query of every department whose adapter is there."""
    for name, hosted in departments.items():
        if hosted.department is not None:
            yield from (Offered(name, operation) for operation in hosted.department.operations if operation.read_only)


# Cached, since each making of a schema by pydantic leaves hundreds of objects to the garbage collector.
@lru_cache(maxsize=256)
def _request(operation: Operation) -> JsonObject:
    return _without_words(request_schema(operation))


@lru_cache(maxsize=256)
def _output(operation: Operation) -> JsonObject:
    return _without_words(operation.output.model_json_schema(mode="serialization"))


def _without_words(schema: JsonObject) -> JsonObject:
    """Take out of the schema what comes from an adapter's source: names of classes and fields, docstrings."""
    for one in (schema, *schema.get("$defs", {}).values()):
        one.pop("title", None)
        one.pop("description", None)
        for inner in one.get("properties", {}).values():
            if "x-title-en" not in inner:
                inner.pop("title", None)
    return schema


def document(query: Offered, schemas: Schemas) -> tuple[JsonObject, JsonObject]:
    """Put a query's schemas into the document. Gives the schemas of its body and its answer."""
    name = query.name
    request = reference(schemas.put(query.request, f"{name}Request", f"{name}Request"))
    schemas.made[request["$ref"].rpartition("/")[2]]["description"] = schemas.say(query.title)
    output = reference(schemas.put(query.output, f"{name}Output", f"{name}Output"))
    question, answered, answer = (schemas.name(name + part) for part in ("Question", "Answered", "Answer"))
    schemas.made[question] = {
        "title": question,
        "type": "object",
        "properties": {"request": request, "purpose": {**described(PURPOSE, schemas.language), "description": schemas.say(texts.PURPOSE)}},
        "required": ["request", "purpose"],
        "additionalProperties": False,
    }
    schemas.made[answered] = {
        "title": answered,
        "type": "object",
        "properties": {"kind": {"type": "string", "const": "approved"}, "output": output},
        "required": ["kind", "output"],
        "additionalProperties": False,
    }
    mapping = {"approved": answered, "rejected": "Unanswered", "returned": "Unanswered"}
    schemas.made[answer] = {
        "title": answer,
        "oneOf": [reference(answered), reference("Unanswered")],
        "discriminator": {"propertyName": "kind", "mapping": {kind: reference(one)["$ref"] for kind, one in mapping.items()}},
    }
    return reference(question), reference(answer)


async def several(asked: Asked) -> web.Response:
    """Every query that can be asked now."""
    roles = sorted(roles_of(Act.ASK))
    items = [
        {
            "department": one.department,
            "name": one.operation.name,
            "title": one.title,
            "path": one.path,
            "roles": roles,
            "request": one.request,
            "output": one.output,
            "example": one.example,
        }
        for one in offered(asked.parts.departments)
    ]
    return json_answer({"items": items})


async def ask(asked: Asked) -> web.Response:
    """Ask a read-only question."""
    path = asked.path
    body = await json_bytes(asked)
    answer = await asked.parts.queries.ask(path["name"], path["query"], body, caller=asked.caller, language=asked.language)
    return json_answer(answer)


ROUTES = (
    Route(
        method="GET",
        path="/v1/queries",
        handler=several,
        id="listQueries",
        tag="departments",
        summary="What departments may be asked at once",
        description=(
            "Each query with where it is asked, who may, the JSON Schema (2020-12) of its `request` and of the `output` of its answer, and "
            "an example. A query whose department's adapter is not there is not in the list."
        ),
        act=Act.SEE_QUERIES,
        answers=(Answer(status=200, description="Every query, by department.", model=service_models.QueriesShape),),
        refusals=(400,),
    ),
    Route(
        method="POST",
        path=_PATH,
        handler=ask,
        id="ask",
        tag="departments",
        summary="A read-only question, answered at once",
        description=(
            "`approved`: `output` is the answer; `rejected` and `returned`: the department gives none, and says why. Nothing is changed "
            "by asking, so after 502, 503 and 504 it may simply be asked again. What was asked (names of fields alone), for what and by "
            "whom is audited."
        ),
        act=Act.ASK,
        parameters=(path_name("name", "department"), path_name("query", "operation")),
        per_query=True,
        answers=(Answer(status=200, description="What the department says.", model=service_models.Unanswered),),
        refusals=(400, 404, 409, 422, 429, 502, 503, 504),
    ),
)

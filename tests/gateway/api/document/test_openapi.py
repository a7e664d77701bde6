"""The document is valid, the same as the routes, and enough to write a front end from."""

from __future__ import annotations

import re
from typing import Any

from jsonschema_rs import Draft202012Validator, meta
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway.api.http.state import DOCUMENT
from gateway.api.server import ROUTES
from tests.gateway.api.catalogue_stand_ins import SAMPLE
from tests.gateway.api.conftest import World


async def test_the_document_is_valid_openapi_3_1(world: World) -> None:
    document = (await world.ask("GET", "/openapi.json", None)).json

    assert document["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    for schema in document["components"]["schemas"].values():
        meta.validate(schema)


async def test_the_routes_and_the_document_are_the_same(world: World) -> None:
    app = world.listening.runner.app
    served = {
        (route.method, re.sub(r"\{(\w+)[^}]*\}", r"{\1}", route.resource.canonical))
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD" and route.resource.canonical != "/docs/{name}"  # the parts of the page
    }
    queries = re.compile(r"/departments/\w+/queries/\w+$")  # one route, but a call of its own in the document for each query
    paths = {queries.sub("/departments/{name}/queries/{query}", path): item for path, item in world.contract.document["paths"].items()}
    said = {(method.upper(), path) for path, item in paths.items() for method in item}

    assert served == said
    assert {(route.method, route.path) for route in ROUTES} == said
    assert len({route.id for route in ROUTES}) == len(ROUTES)


async def test_no_text_of_it_speaks_of_our_own_papers_or_classes(world: World) -> None:
    text = (await world.ask("GET", "/openapi.json", None)).body.decode().replace("gateway.yaml", "")
    assert re.findall(r"DESIGN|TODO|FIXME|gateway\.[a-z_]+|:(?:func|class|meth|mod|data):|(?<!`)``[a-z]", text) == []


def test_every_parameter_of_a_path_is_declared() -> None:
    for route in ROUTES:
        named = set(re.findall(r"\{(\w+)\}", route.path))
        assert named == {p.name for p in route.parameters if p.place == "path"}, route.path


async def test_every_reference_leads_somewhere(world: World) -> None:
    document = world.contract.document

    def references(node: Any) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*(references(child) for child in node.values()))
        if isinstance(node, list):
            return set().union(*(references(child) for child in node))
        return set()

    for reference in references(document):
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in node, reference
            node = node[part]


async def test_its_examples_fit_their_own_schemas(world: World) -> None:
    document = world.contract.document
    checked = 0
    for item in document["paths"].values():
        for operation in item.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for media in (media for body in bodies for media in body.get("content", {}).values()):
                examples = [example["value"] for example in media.get("examples", {}).values()] + (
                    [media["example"]] if "example" in media else []
                )
                validator = Draft202012Validator({**media["schema"], "components": document["components"]})
                for example in examples:
                    validator.validate(example)
                    checked += 1
    for response in document["components"]["responses"].values():
        media = response["content"]["application/problem+json"]
        Draft202012Validator({**media["schema"], "components": document["components"]}).validate(media["example"])
    assert checked >= 6


async def test_a_front_end_finds_its_way_from_the_document_alone(world: World) -> None:
    document = (await world.ask("GET", "/openapi.json", None)).json
    operations = {op["operationId"]: (method, path, op) for path, item in document["paths"].items() for method, op in item.items()}
    _, filing, operation = operations["fileApplication"]
    body = operation["requestBody"]["content"]["application/json"]
    assert body["examples"]["newlywed"]["value"] == SAMPLE

    listed = (await world.ask("GET", operations["listServices"][1])).json["items"]
    for code in (item["code"] for item in listed):
        service = (await world.ask("GET", operations["getService"][1].format(code=code))).json
        Draft202012Validator(service["form"]).validate(service["sample"]["data"])
        Draft202012Validator({**body["schema"], "components": document["components"]}).validate(service["sample"])
        filed = await world.ask("POST", filing, json=service["sample"], headers={"Idempotency-Key": code})
        assert filed.status == 202
        assert (await world.ask("GET", operations["getApplication"][1].format(id=filed.json["id"]))).status == 200


async def test_the_application_is_served_from_one_document(world: World) -> None:
    assert (await world.ask("GET", "/openapi.json", None)).body == await world.listening.runner.app[DOCUMENT].body("en")

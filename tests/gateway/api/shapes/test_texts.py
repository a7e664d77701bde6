"""Every format and word of ours in the document, the forms and the queries is explained in the document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.api.cases.queries import offered
from gateway.api.shapes.texts import FORMATS, WORDS
from gateway.catalogue.catalogue import load_catalogue
from gateway.catalogue.form import PERSON_SCHEMA
from tests.config.test_services import CONFIG, DEPARTMENTS
from tests.gateway.api.conftest import World


def used(node: Any, *, of_names: bool = False) -> Iterator[str]:
    """Find formats and ``x-`` words. Beneath ``properties`` keys are names of fields."""
    if isinstance(node, dict):
        for key, child in node.items():
            if not of_names and key.startswith("x-"):
                yield key
            if not of_names and key == "format" and isinstance(child, str):
                yield child
            if key not in ("example", "examples", "default", "headers"):
                yield from used(child, of_names=key in ("properties", "$defs", "schemas"))
    elif isinstance(node, list):
        for child in node:
            yield from used(child)


async def test_all_of_them_are_explained_in_both_languages(world: World) -> None:
    forms = [service.definition.form for service in load_catalogue(CONFIG / "services", DEPARTMENTS).services.values()]
    queries = [schema for one in offered(world.parts.departments) for schema in (one.request, one.output)]
    found = {word for node in (world.contract.document, *forms, *queries, dict(PERSON_SCHEMA)) for word in used(node)}
    assert found <= {*FORMATS, *WORDS}
    assert {"uuid", "cn-id-number", "x-roles", "x-hint-zh", "x-title-en", "x-options"} <= found
    for lang in ("en", "zh"):
        text = (await world.ask("GET", f"/openapi.json?lang={lang}", None)).json["info"]["description"]
        assert all(f"- `{word}`" in text for word in {*FORMATS, *WORDS})


async def test_no_word_of_the_house_is_left_in_it(world: World) -> None:
    assert b"DESIGN" not in (await world.ask("GET", "/openapi.json", None)).body

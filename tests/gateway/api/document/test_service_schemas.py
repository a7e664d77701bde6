"""The schema of each service's application in the document."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from gateway.api.document.service_schemas import applications
from gateway.api.shapes.schemas import Schemas
from gateway.catalogue.catalogue import Catalogue, load_catalogue
from gateway.catalogue.compiled import check_application
from gateway.catalogue.form import FORMATS
from tests.config.test_services import CODES, CONFIG, DEPARTMENTS


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(CONFIG / "services", DEPARTMENTS)


@pytest.fixture(scope="module")
def made(catalogue: Catalogue) -> tuple[dict[str, Any], Schemas]:
    schemas = Schemas("en")
    return applications(schemas, catalogue.services), schemas


def validator(made: tuple[dict[str, Any], Schemas]) -> Draft202012Validator:
    schema, schemas = made
    document = {**schema, "components": {"schemas": schemas.made}}
    return Draft202012Validator(document, formats=dict(FORMATS), validate_formats=True, ignore_unknown_formats=False)


@pytest.mark.parametrize("code", CODES)
def test_a_sample_fits_and_what_the_catalogue_refuses_does_not(
    catalogue: Catalogue, made: tuple[dict[str, Any], Schemas], code: str
) -> None:
    sample, takes = catalogue.services[code].definition.sample, validator(made)
    assert takes.is_valid(sample)
    changes: list[dict[str, Any]] = [
        {"service": "nothing"},
        {"channel": "courier"},
        {"data": {}},
        {"data": {**sample["data"], "more": 1}},
        {"applicant": {**sample["applicant"], "id_number": "500152199001010017"}},
        {"agent": {"name": "x"}},
        {"more": 1},
    ]
    for change in changes:
        body = {**deepcopy(sample), **change}
        assert not takes.is_valid(body), change
        assert check_application(catalogue.services, body, "en")[1] != [], change


def test_they_are_told_apart_by_the_service(catalogue: Catalogue, made: tuple[dict[str, Any], Schemas]) -> None:
    schema, schemas = made
    assert schema["discriminator"]["propertyName"] == "service"
    for code, referred in schema["discriminator"]["mapping"].items():
        one = schemas.made[referred.rpartition("/")[2]]
        assert one["properties"]["service"]["const"] == code
        assert one["description"] == catalogue.services[code].definition.title.en


def test_without_a_service_it_is_the_envelope_alone() -> None:
    schema = applications(Schemas("zh-CN"), {})
    assert schema["properties"]["channel"]["description"] == "办理形式，须为该事项开放的形式。"
    assert "const" not in schema["properties"]["service"]

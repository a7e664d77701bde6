"""Two small departments and a service over them, for the tests of the catalogue and its parts."""

from __future__ import annotations

from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field

from gateway.catalogue.definition import Offers
from gateway.model.service import Service
from gateway.sdk import Operation, Output, Request, Safe
from gateway.texts.strict_json import canonical

MAN = {"name": "张伟", "id_type": "111", "id_number": "500152199001010018"}
WOMAN = {"name": "王芳", "id_type": "111", "id_number": "500152198512310026"}


class Party(Request):
    """A person who takes part."""

    name: Annotated[str, Field(max_length=5)]
    id_number: str


class Assess(Request):
    """A nested request with every type that differs from its JSON text."""

    seller: Party
    buyer: Party
    price: Annotated[Decimal, Field(gt=0)]
    signed_on: date
    kind: Literal["home", "shop"]
    note: str | None = None


class Assessed(Output):
    """The output of the assessment."""

    receipt_number: str
    amount: Decimal
    paid_on: date | None = None


class Enroll(Request):
    """A list of people."""

    receipt_number: str
    people: Annotated[list[Party], Field(min_length=1)]


class Enrolled(Output):
    """The output of enrolling."""

    enrolled: int


def operation(name: str, request: type[Request], output: type[Output]) -> Operation:
    return Operation(name=name, title_zh=name, title_en=name, request=request, output=output, resend=Safe(remembered=timedelta(days=1)))


class Revenue:
    """Assesses."""

    operations = (operation("assess", Assess, Assessed),)


class Insurance:
    """Enrolls."""

    operations = (operation("enroll", Enroll, Enrolled),)


DEPARTMENTS: dict[str, Offers] = {"revenue": Revenue(), "insurance": Insurance()}

PERSON: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"type": "string", "minLength": 1}, "id_number": {"type": "string", "format": "cn-id-number"}},
    "required": ["name", "id_number"],
    "additionalProperties": False,
}

DEFINITION: dict[str, Any] = {
    "code": "sale",
    "title": {"zh": "出售", "en": "Sale"},
    "codes": {
        "implementation": "11500152000000019R4000111001001",
        "item_type": "07",
        "case_type": "2",
        "channels": ["1", "2"],
        "audience": ["1"],
        "level": "4",
    },
    "limits": {"promised_working_days": 1},
    "guidance": {"zh": "说明", "en": "Guidance"},
    "form": {
        "type": "object",
        "properties": {
            "buyer": {"$ref": "#/$defs/person"},
            "price": {"type": "string", "pattern": r"^[0-9]+(\.[0-9]{2})?$", "x-hint-zh": "两位小数", "x-hint-en": "two decimals"},
            "signed_on": {"type": "string", "format": "date"},
            "kind": {"enum": ["home", "shop"]},
            "people": {"type": "array", "maxItems": 3, "items": {"$ref": "#/$defs/person"}},
            "note": {"type": "string"},
            "count": {"type": "integer", "minimum": 1},
        },
        "required": ["buyer", "price", "signed_on", "kind"],
        "additionalProperties": False,
        "$defs": {"person": PERSON},
    },
    "steps": [
        {
            "name": "tax",
            "title": {"zh": "核税", "en": "Tax"},
            "department": "revenue",
            "operation": "assess",
            "purpose": {"zh": "核税", "en": "To assess"},
            "share": {
                "seller.name": "applicant.name",
                "seller.id_number": "applicant.id_number",
                "buyer.name": "data.buyer.name",
                "buyer.id_number": "data.buyer.id_number",
                "price": "data.price",
                "signed_on": "data.signed_on",
                "kind": "data.kind",
                "note": "data.note",
            },
        },
        {
            "name": "insurance",
            "title": {"zh": "参保", "en": "Insurance"},
            "department": "insurance",
            "operation": "enroll",
            "purpose": {"zh": "参保", "en": "To enroll"},
            "required": False,
            "after": ["tax"],
            "when": "data.people",
            "share": {
                "receipt_number": "steps.tax.receipt_number",
                "people": {"each": "data.people", "item": {"name": "name", "id_number": "id_number"}},
            },
        },
    ],
    "sample_outputs": {"tax": {"receipt_number": "R1", "amount": "12.00"}},
}

SAMPLE: dict[str, Any] = {
    "service": "sale",
    "channel": "counter",
    "applicant": MAN,
    "data": {
        "buyer": {"name": "王芳", "id_number": WOMAN["id_number"]},
        "price": "620000.00",
        "signed_on": "2026-11-20",
        "kind": "home",
        "people": [{"name": "李强", "id_number": "999999199001010016"}, {"name": "赵敏", "id_number": "999999198802290025"}],
    },
}


def definition() -> dict[str, Any]:
    """Give the service's definition, to be changed at will."""
    return deepcopy(DEFINITION)


def sample() -> dict[str, Any]:
    """Give the sample, to be changed at will."""
    return deepcopy(SAMPLE)


def service() -> Service:
    """Give the service as a record."""
    return Service.model_validate({**definition(), "sample": sample()})


def write(folder: Path, changed: dict[str, Any] | None = None, changed_sample: dict[str, Any] | None = None, code: str = "sale") -> Path:
    """Write the service and its sample, and give the definition's file."""
    file = folder / f"{code}.yaml"
    file.write_text(yaml.safe_dump(changed or definition(), allow_unicode=True, sort_keys=False), encoding="utf-8")
    (folder / f"{code}.sample.json").write_bytes(canonical(changed_sample or sample()))
    return file

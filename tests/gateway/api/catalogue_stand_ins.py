"""A department and a catalogue that stand in for installed ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from gateway.departments.hosted import Hosted
from gateway.model.application import Application
from gateway.model.department import DepartmentConfig
from gateway.model.service import Service
from gateway.sdk.department import Connection, Department, Operation, Options, Output, Request, Safe
from gateway.sdk.fields import IdNumber, Name
from gateway.sdk.quality import Quality, Tier
from tests.gateway.api.sample_cases import FORM


class ARequest(Request):
    """Anything."""

    name: str


class AnOutput(Output):
    """Anything."""

    receipt_number: str


class AQuestion(Request):
    """Anything about a person."""

    name: Name
    id_number: IdNumber


class HowMany(Output):
    """Anything."""

    count: int


class ADepartment(Department):
    """A department that is never called here."""

    adapter = "tax"
    sdk = "1.1"
    version = "1"
    operations = (
        Operation(
            name="register",
            title_zh="登记",
            title_en="Register",
            request=ARequest,
            output=AnOutput,
            resend=Safe(remembered=timedelta(days=7)),
        ),
        Operation(
            name="housing_holdings",
            title_zh="住房查询",
            title_en="Homes",
            request=AQuestion,
            output=HowMany,
            resend=Safe(remembered=timedelta(days=7)),
            read_only=True,
        ),
    )


#: Claims more than it reaches.
QUALITY = Quality(tier=Tier.BRONZE, claimed=Tier.SILVER, lacking=("probe", "real-system"))


def hosted(name: str, problem: str | None = None, **more: Any) -> Hosted:
    """Give a department, or the reason for having none."""
    config = DepartmentConfig.model_validate({"name": name, "title": {"zh": "部门", "en": "Office"}, "endpoint": "sandbox", **more})
    connection = Connection(name=name, endpoint="", secrets={}, options=Options(), deadline=1, max_reply_bytes=1, concurrency=1)
    if problem:
        return Hosted(config=config, department=None, problem=problem)
    return Hosted(config=config, department=ADepartment(connection), quality=QUALITY)


@dataclass(frozen=True, slots=True)
class ServiceOne:
    """A service in the catalogue."""

    definition: Service
    digest: str
    unavailable: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class StandInCatalogue:
    """A catalogue of one service."""

    services: dict[str, ServiceOne]


SAMPLE = {"service": "newlywed", "channel": "counter", "applicant": FORM["applicant"], "data": FORM["data"]}


def newlywed() -> Service:
    """Make a service of two steps."""
    text = {"zh": "事项", "en": "Service"}
    step = {"title": text, "operation": "register", "purpose": text}
    employees = {"each": "data.employees", "item": {"name": "name"}}
    return Service.model_validate(
        {
            "code": "newlywed",
            "title": text,
            "codes": {
                "implementation": "11500152000000019R3500152000001",
                "item_type": "20",
                "case_type": "1",
                "channels": ["1"],
                "audience": ["1"],
                "level": "4",
            },
            "limits": {"promised_working_days": 0},
            "guidance": text,
            "guide": [{"name": "home", "text": text, "options": [{"value": "add", "text": text}, {"value": "leave", "text": text}]}],
            "materials": [text, {**text, "when": {"home": ["add"]}}],
            "form": {"type": "object", "required": ["married_on"]},
            "steps": [
                {**step, "name": "marriage", "department": "marriage", "share": {"name": "applicant.name"}},
                {**step, "name": "tax", "department": "tax", "after": ["marriage"], "share": {"employees": employees}},
            ],
            "sample": SAMPLE,
        }
    )


def ended(application: Application, **changes: Any) -> Application:
    """Give the application with another state, one change later."""
    return replace(application, version=application.version + 1, **changes)

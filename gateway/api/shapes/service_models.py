"""The shapes of answers about the catalogue: services, what each department sees of them, and the queries that can be asked."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.api.shapes.models import OutcomeError
from gateway.api.shapes.party_models import ServiceParties
from gateway.api.shapes.shape import Foreign, Shape
from gateway.api.shapes.suspension_models import SuspendedShape
from gateway.model.service import Codes, Fees, GuideQuestion, Material, Text, TimeLimits


class ServiceSummary(ServiceParties):
    """A service (事项) in the catalogue."""

    code: str
    version: Annotated[str, Field(description="Digest of the definition.")]
    title: Text
    codes: Annotated[Codes, Field(description="Codes of GB/T 39046-2020.")]
    limits: TimeLimits
    departments: list[str]
    available: Annotated[bool, Field(description="False while a step's department is not loaded.")]
    suspended: Annotated[SuspendedShape | None, Field(description="Where nothing new is taken of it now; filing is refused (409).")]


class SeenField(Shape):
    """One field of a department's request and where its value comes from."""

    field: str
    source: Annotated[
        str, Field(description="Path in `applicant`, `data` or `steps.<step>.<output>`; `[]` stands for each item of a list.")
    ]


class ServiceStep(Shape):
    """One department's part in a service, and what it sees."""

    name: str
    title: Text
    department: str
    operation: str
    purpose: Text
    required: bool
    after: list[str]
    when: Annotated[str | None, Field(description="JMESPath; the step applies when it is true, always when null.")]
    shares: list[SeenField]
    unavailable: Annotated[str | None, Field(description="Why this step cannot be taken now.")]


class ServiceShape(ServiceSummary):
    """All that is needed to file: the form, a sample, the guidance, who sees what."""

    guidance: Text
    guide: Annotated[list[GuideQuestion], Field(description="Questions that lead a person to the service, or to another.")]
    materials: Annotated[list[Material], Field(description="What to bring; with `when`, by whom: the answers to `guide`, by question.")]
    fees: Annotated[Fees | None, Field(description="`none`: nothing is charged; null: nothing is said of fees.")]
    afterwards: Annotated[Text | None, Field(description="What comes once it is approved, such as where a certificate is fetched.")]
    form: Annotated[Foreign, Field(description="JSON Schema (2020-12) of the application's `data`.")]
    sample: Annotated[Foreign, Field(description="A complete body for `POST /v1/applications`, with made-up people.")]
    steps: list[ServiceStep]


class Services(Shape):
    """The catalogue, by code."""

    items: list[ServiceSummary]


class Unanswered(Shape):
    """A question that the department does not answer, in its own words; `errors` point into the question."""

    kind: Literal["rejected", "returned"]
    code: str
    reason: str
    errors: list[OutcomeError]


class OfferedQuery(Shape):
    """A read-only question that a department answers at once."""

    department: str
    name: str
    title: Text
    path: Annotated[str, Field(description="Where it is asked: `POST`, with `request` and `purpose`.")]
    roles: Annotated[list[str], Field(description="Whose keys may ask it.")]
    request: Annotated[Foreign, Field(description="JSON Schema (2020-12) of `request`.")]
    output: Annotated[Foreign, Field(description="JSON Schema (2020-12) of the answer's `output`.")]
    example: Annotated[Foreign | None, Field(description="A whole body, with made-up people.")]


class QueriesShape(Shape):
    """Every query that can be asked now."""

    items: list[OfferedQuery]

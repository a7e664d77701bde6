"""The shapes of operators' acts, and of the case and the delivery that show them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.api.shapes.models import ApplicationShape, AttemptShape, ExplainedDelivery, FormShape
from gateway.api.shapes.party_models import PartyShape
from gateway.api.shapes.shape import Id, Moment, Shape

ActName = Literal[
    "resolved", "taken_back", "retried", "moved", "voided", "entered_late", "paused", "resumed", "limited", "suspended", "end_changed",
    "controlled",
]  # fmt: skip


class OperatorAct(Shape):
    """What an operator did, and why; for operators."""

    act: Annotated[
        ActName,
        Field(
            description=(
                "Of a case: `resolved` (said what became of a delivery), `taken_back` (that was taken back), `retried`, `moved` (to a "
                "corrected definition), `voided` (it was filed by mistake), `entered_late` (filed after it was handed in, on a clerk's "
                "word). Of a department: `paused`, `resumed`, `limited`; `controlled`: one of these, by a release that "
                "kept no more. Of a service: `suspended`, `resumed`, `end_changed`."
            )
        ),
    ]
    at: Moment | None
    actor: Annotated[str | None, Field(description="As in the audit: `caller:` and a key's id, or `operator:` and a user of the machine.")]
    name: Annotated[str | None, Field(description="The key's name, or the user's.")]
    reason: Annotated[str | None, Field(description="In their own words, the case's own values masked; null where none was given.")]
    delivery_id: Annotated[Id | None, Field(description="Null: the whole application, a department or a service.")]
    job_id: Annotated[Id | None, Field(description="The job that did it for them.")]


class ApplicationDetail(ApplicationShape):
    """An application with its deliveries and what was handed in: whole for who filed it, masked for operators, null for auditors."""

    form: FormShape | None
    parties: Annotated[list[PartyShape], Field(description="Persons and organisations of the case, the applicant's own entry first.")]
    acts: Annotated[
        list[OperatorAct], Field(description="What operators did with it and its deliveries, the oldest first; for operators, else empty.")
    ]


class DeliveryDetail(ExplainedDelivery):
    """The same with its attempts."""

    attempts_made: list[AttemptShape]
    acts: Annotated[list[OperatorAct], Field(description="What operators did with it, the oldest first; for operators, else empty.")]

"""The shapes of answers about departments."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from gateway.api.shapes.act_models import OperatorAct
from gateway.api.shapes.shape import Id, Moment, Shape
from gateway.model.delivery import DeliveryState
from gateway.model.service import Text
from gateway.sdk.quality import Tier


class OfferedOperation(Shape):
    """One thing a department does. `resend` says what a lost reply means: `safe` to send again, `ask` first, `never`."""

    name: str
    title: Text
    resend: Literal["safe", "ask", "never"]
    read_only: Annotated[bool, Field(description="A question: may be asked through `/queries/{query}`.")]


class EffectiveLimits(Shape):
    """What holds now, a node: an operator's limit where there is one, else the configured one."""

    concurrency: Annotated[int, Field(description="Calls under way at once.")]
    rate_per_second: Annotated[float | None, Field(description="Calls begun a second; null: as many as may be.")]


class Overrides(Shape):
    """What an operator has set over the configuration; null: as configured."""

    concurrency: int | None
    rate_per_second: float | None


class Availability(Shape):
    """Whether it takes work now, by its hours and its planned maintenance; `until` is when that changes (null: it is not to be seen)."""

    state: Annotated[
        Literal["open", "closed", "maintenance", "calendar_missing"],
        Field(
            description=(
                "`closed` (outside its hours): nothing is handed over or taken back, questions are asked; `maintenance`: no call is begun; "
                "`calendar_missing`: its hours go by working days of a year that has no official calendar, so it counts as closed."
            )
        ),
    ]
    until: Moment | None
    why: Annotated[Text | None, Field(description="Null while it is open.")]


class QuotaShape(Shape):
    """Deliveries that may be handed over to it for the first time on one day (Asia/Shanghai), by all nodes together."""

    daily: int
    used: int
    why: Annotated[Text | None, Field(description="Null while something is left of it.")]


class AdapterQuality(Shape):
    """How far an adapter is, by what its package says and a machine could verify."""

    tier: Annotated[Tier, Field(description="`bronze`: can do no harm; `silver`: means what it says; `gold`: shown on the real system.")]
    claimed: Annotated[
        Tier | None, Field(description="By its `quality.yaml`; null: it has none. What is claimed and not reached is not true.")
    ]
    lacking: Annotated[list[str], Field(description="The rules that stand between it and gold.")]


class Certificates(Shape):
    """What we connect to it with, where it asks for a certificate of ours or has a CA of its own. Renewed ones are taken while we run."""

    certificate_until: Annotated[Moment | None, Field(description="Of our certificate; null: none is asked for.")]
    ca_until: Annotated[Moment | None, Field(description="Of its own CA; null: the public ones are trusted.")]
    why: Annotated[Text | None, Field(description="What ends within 30 days, has ended, or could not be renewed; null: all is well.")]


class DepartmentShape(Shape):
    """A department's health and queue."""

    name: str
    title: Text
    enabled: bool
    problem: Annotated[str | None, Field(description="Why there is no adapter, or what stopped it.")]
    adapter: str | None
    version: str | None
    warning: Annotated[str | None, Field(description="What will go that the adapter uses, and what to do.")]
    quality: Annotated[AdapterQuality | None, Field(description="Null while there is no adapter.")]
    breaker: Annotated[str, Field(description="`closed` (works), `open` (down, probed), `half_open`, `stopped` (credentials refused).")]
    failures: Annotated[int, Field(description="In a row.")]
    since: Annotated[Moment | None, Field(description="Of the breaker's state.")]
    probe_at: Moment | None
    paused: Annotated[bool, Field(description="By an operator: no call of any kind is begun.")]
    paused_since: Moment | None
    acts: Annotated[list[OperatorAct], Field(description="What operators last said of it, the newest first; for operators, else empty.")]
    limits: EffectiveLimits
    overrides: Overrides
    availability: Availability
    quota: Annotated[QuotaShape | None, Field(description="Null: as many as there are.")]
    tls: Annotated[Certificates | None, Field(description="Null: nothing of its own is configured.")]
    open: Annotated[dict[DeliveryState, int], Field(description="Open deliveries by state.")]
    oldest_open_at: Annotated[Moment | None, Field(description="When the oldest open one that is its turn was filed.")]
    counted_at: Annotated[Moment, Field(description="Of both; a long queue is not counted anew for every question.")]
    operations: list[OfferedOperation]


class Departments(Shape):
    """Every department as installed."""

    items: list[DepartmentShape]


class ReconciledDelivery(Shape):
    """One round of a delivery on the day asked for: what we sent, what the department answered. Nothing personal.

    Times and counts are of that day alone; `state`, `in_doubt` and `reference` are as they stand now.
    """

    key: Annotated[str, Field(description="What every call carried: the department's own record has it.")]
    delivery_id: Id
    application_number: Annotated[str, Field(description="办件编号: what the citizen was given.")]
    step: str
    operation: str
    round: int
    attempts: Annotated[int, Field(ge=0, description="Calls that handed it over on that day.")]
    first_sent_at: Annotated[Moment | None, Field(description="On that day; null: it was only answered.")]
    last_sent_at: Moment | None
    reference: Annotated[str | None, Field(description="The department's own number for the case.")]
    answer: Annotated[
        str | None,
        Field(
            description=(
                "The last it said on that day: `accepted`, `approved`, `rejected`, `returned`, `withdrawn`, …, or the code of a failure "
                "that it answered with; null: no reply came."
            )
        ),
    ]
    answered_at: Moment | None
    answered_by: Annotated[Literal["reply", "callback"] | None, Field(description="To a call of ours, or by calling back.")]
    state: DeliveryState
    in_doubt: Annotated[bool, Field(description="Sent, and no reply proves what became of it: compare these first.")]


class Reconciliation(Shape):
    """What was sent to a department and what it answered on one day, in the order in which it began."""

    next: Annotated[str | None, Field(description="The `cursor` of the next page, null at the end.")]

    department: str
    date: Annotated[date, Field(description="In Asia/Shanghai.")]
    items: list[ReconciledDelivery]

"""The shapes of repairs of many deliveries, and of stuck deliveries."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway.api.shapes.models import PageShape
from gateway.api.shapes.shape import Foreign, Id, Moment, Shape
from gateway.journal.read.stuck import Kind
from gateway.model.delivery import DeliveryState

Would = Literal["sent_again", "asked_first", "never", "key_forgotten", "no_adapter", "under_way"]


class RetryProspect(Shape):
    """What would happen to so many deliveries of one department in one state."""

    department: str
    state: DeliveryState
    would: Annotated[
        Would,
        Field(
            description=(
                "`sent_again`; `asked_first`: the department is asked, and only what is absent is sent again. Passed over: `never` "
                "(in doubt, and never to be repeated), `key_forgotten` (in doubt, and no longer recognised), `no_adapter`, "
                "`under_way` (being asked about now)."
            )
        ),
    ]
    count: int


class RetryProspects(Shape):
    """What a retry by this filter would do now; nothing was changed."""

    selected: int
    would: Annotated[dict[str, int], Field(description="In all, by what would happen.")]
    items: list[RetryProspect]


class JobSummary(Shape):
    """A repair of many deliveries, worked in the background in order of arrival."""

    id: Id
    state: Literal["running", "stopped", "ended"]
    caller: Annotated[str, Field(description="The API key's id that began it.")]
    actor: Annotated[str, Field(description="Who began it, as in the audit.")]
    stopped_by: Annotated[str | None, Field(description="Who stopped it, as in the audit; null: nobody, or a release before.")]
    filter: Foreign
    selected: Annotated[int, Field(description="Deliveries that fitted when it was begun.")]
    departments: Annotated[dict[str, int], Field(description="The same, by department.")]
    created_at: Moment
    ended_at: Moment | None


class Job(JobSummary):
    """A job with what it has done so far."""

    name: Annotated[str | None, Field(description="Whose that is: the key's name, or the user's.")]
    reason: Annotated[str | None, Field(description="Why it was begun; not for auditors.")]
    looked_at: int
    released: Annotated[int, Field(description="Sent again, or asked about first.")]
    passed_over: Annotated[
        dict[str, int],
        Field(
            description=(
                "By reason: `never`, `key_forgotten`, `no_adapter`, `under_way`, `changed_since` it was begun, `failed` (see the log)."
            )
        ),
    ]
    moved_on: Annotated[
        int, Field(description="Of those selected, once it is over: what no longer fitted when its turn came, or was not reached.")
    ]
    now: Annotated[dict[DeliveryState, int], Field(description="Where the released ones stand now.")]


class JobPage(PageShape):
    """Some jobs, newest first."""

    items: list[JobSummary]


class JobDeliveryShape(Shape):
    """What a job did to one delivery, and where that one stands now."""

    delivery_id: Id
    application_id: Id
    application_number: Annotated[str, Field(description="办件编号: what the citizen was given.")]
    department: str
    at: Moment
    result: Annotated[str, Field(description="`released`, or why it was passed over.")]
    state: DeliveryState
    problem: str | None


class JobDeliveries(PageShape):
    """Some of what a job did, in order of arrival."""

    items: list[JobDeliveryShape]


class StuckDelivery(Shape):
    """One delivery that is stuck, and how."""

    delivery_id: Id
    application_id: Id
    department: str
    kind: Annotated[
        Kind,
        Field(
            description=(
                "`no_time`: neither due at a time nor under way; `no_lease`: being sent, by nobody; `lease_over`: under way for longer "
                "than any call may be; `overdue`: due long ago, though its department could take it; `nothing_open`: waits for steps "
                "of which none is open."
            )
        ),
    ]


class StuckDeliveries(Shape):
    """Every delivery that is stuck."""

    items: list[StuckDelivery]

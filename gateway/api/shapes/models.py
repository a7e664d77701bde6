"""The shapes of answers: the types of the dictionaries, and their schemas in the document."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import BaseModel, ConfigDict, Field

from gateway.api.shapes.party_models import ReceiptShape, RoleNames
from gateway.api.shapes.shape import Foreign, Id, Moment, Shape
from gateway.api.shapes.suspension_models import SuspendedShape
from gateway.model.application import ApplicationState, EndReason
from gateway.model.delivery import Action, DeliveryState, SkipReason
from gateway.model.service import Text


class ProblemError(Shape):
    """One thing wrong at one place: in the body (`pointer`, RFC 6901), in the query (`parameter`) or in a file of the configuration."""

    pointer: NotRequired[Annotated[str, Field(json_schema_extra={"format": "json-pointer"})]]
    parameter: NotRequired[str]
    file: NotRequired[str]
    line: NotRequired[Annotated[int, Field(description="From 1; 0: the file as a whole.", json_schema_extra={"default": 0})]]
    path: NotRequired[Annotated[str, Field(description="Within the file, dotted.")]]
    detail: str


class ProblemShape(Shape):
    """A problem document (RFC 9457). `title` and `detail` are in the language of Accept-Language."""

    type: Annotated[str, Field(description="`/problems/<kind>`: stable, for machines; the address explains it.")]
    title: str
    status: int
    detail: str
    errors: NotRequired[list[ProblemError]]
    more_errors: NotRequired[
        Annotated[int | None, Field(description="How many were found besides those in `errors`, when there are more.")]
    ]
    suspended: NotRequired[Annotated[SuspendedShape, Field(description="Of `service-suspended`.")]]
    after: NotRequired[Annotated[str, Field(description="Of `cursor-gone`: the cursor to begin again with.")]]


class OutcomeError(Shape):
    """One field that a department wants corrected: `pointer` leads into the application's body (empty: none in particular)."""

    pointer: Annotated[str, Field(json_schema_extra={"format": "json-pointer"})]
    detail: str


class OutcomeShape(Shape):
    """What the department said. An operator sees it masked, an auditor without its texts."""

    kind: Literal["approved", "rejected", "returned"]
    code: Annotated[str | None, Field(description="The department's own code.")]
    reason: Annotated[str | None, Field(description="The department's own words.")]
    output: Annotated[Foreign | None, Field(description="What an approved step gives: a certificate's number, a date …")]
    errors: Annotated[list[OutcomeError], Field(description="What to correct (补正), when `kind` is `returned`.")]


class DeliveryShape(Shape):
    """One application's hand-over to one department for one step."""

    id: Id
    application_id: Id
    step: str
    department: str
    operation: str
    required: bool
    after: Annotated[list[str], Field(description="Steps that it comes after.")]
    state: Annotated[
        DeliveryState,
        Field(
            description=(
                "`waiting` for other steps → `ready`, due at a time → `sending` → `deciding`, the department has it → `approved`, "
                "`rejected` or `returned` (补正: waits for the applicant); `in_doubt`: sent, outcome unknown; `held`: needs a person; "
                "`skipped`: see skip_reason; `withdrawn`."
            )
        ),
    ]
    skip_reason: SkipReason | None
    round: Annotated[int, Field(ge=1, description="One more for each revision that it was sent again for.")]
    attempts: Annotated[int, Field(ge=0, description="Calls that handed it over, in this round.")]
    correctable: Annotated[
        bool, Field(description="A revision sends it again: it was returned, or is held for its data and nothing was processed.")
    ]
    told_otherwise: Annotated[
        bool, Field(description="A revision corrected what its department was told; what it has or granted stands. `why` names the fields.")
    ]
    due_at: Annotated[Moment | None, Field(description="When something happens next by itself.")]
    reference: Annotated[str | None, Field(description="The department's own number for the case.")]
    problem: Annotated[str | None, Field(description="Code of the last technical failure; never a rejection.")]
    outcome: OutcomeShape | None


DueProvisional = Annotated[
    bool,
    Field(description="`due_at` counts from receipt and may move, since receipt is not acceptance; false where there is no `due_at`."),
]


class ApplicationSummary(Shape):
    """An application without its deliveries."""

    id: Id
    number: Annotated[str, Field(description="办件编号: what the citizen is given.")]
    service: str
    service_version: Annotated[str, Field(description="Digest of the service's definition that it is pinned to.")]
    channel: str
    revision: Annotated[int, Field(ge=1)]
    state: Annotated[
        ApplicationState,
        Field(
            description="`in_progress` and `returned` (waits for the applicant) are open; `approved`, `rejected`, `withdrawn` are the end."
        ),
    ]
    needs_attention: Annotated[
        bool, Field(description="A delivery is held or in doubt: the centre's people see to it, unless it is asked about by itself.")
    ]
    withdrawal_asked: bool
    told_otherwise: Annotated[bool, Field(description="A department was told otherwise than the application says now: see its delivery.")]
    rejected_steps: Annotated[
        list[str], Field(description="Steps that a department rejected; in an `approved` application they were not required.")
    ]
    received_at: Annotated[Moment, Field(description="When it was filed: receipt (收件), which is not yet acceptance (受理).")]
    handed_in_at: Annotated[
        Moment | None, Field(description="When it was handed in, where it was entered late (补录); null: when it was received.")
    ]
    due_at: Annotated[Moment | None, Field(description="End of the promised working days; null when the calendar does not reach there.")]
    due_provisional: DueProvisional
    ended_at: Moment | None
    end_reason: Annotated[
        EndReason | None,
        Field(
            description=(
                "`decided` by its departments; `withdrawn` by its applicant; `voided` (作废): filed by mistake, before any department had "
                "acted. Null while it is open, and where it ended before reasons were kept."
            )
        ),
    ]


class ApplicationShape(ApplicationSummary):
    """An application with its deliveries, in the order of its steps."""

    deliveries: list[DeliveryShape]


class WarnedShape(Shape):
    """Something that was taken and will trouble somebody: a name that a department's system cannot write, a code to compare."""

    pointer: Annotated[str, Field(json_schema_extra={"format": "json-pointer"}, description="Leads into what was handed in.")]
    detail: str
    step: Annotated[str | None, Field(description="The step whose department it troubles; null where it is no single one's matter.")]


class FiledApplication(ApplicationShape):
    """An application that was handed in just now, or before with the same key."""

    warnings: list[WarnedShape]
    receipts: Annotated[
        list[ReceiptShape],
        Field(
            description="Of the applicant first, then of everybody else who has a role. They are shown in this answer and nowhere else; a "
            "lost one is issued again."
        ),
    ]


class FormShape(Shape):
    """What was handed in, as of the latest revision."""

    applicant: Foreign
    agent: Foreign | None
    data: Foreign


class CheckedStep(BaseModel):
    """A step that would apply (`applies` null: that depends on what earlier steps give) and what its department would see, masked."""

    step: str
    department: str
    operation: str
    applies: bool | None
    sees: Foreign


class CheckReport(BaseModel):
    """All that filing would say. Without errors it would be filed."""

    errors: list[ProblemError]
    more_errors: Annotated[int, Field(description="How many were found besides those in `errors`.")] = 0
    warnings: Annotated[list[WarnedShape], Field(description="What would be taken, and would trouble somebody later.")]
    steps: list[CheckedStep]
    suspended: Annotated[
        SuspendedShape | None, Field(description="Where the service takes nothing new now; `errors` names `/service` then.")
    ] = None
    due_at: Moment | None
    due_provisional: DueProvisional = False


class Move(Shape):
    """One delivery's new state."""

    delivery_id: Id
    step: str
    state: DeliveryState
    round: int


class EventShape(Shape):
    """One thing that happened to an application. `no` counts its changes from 1; entries of one change share it."""

    no: int
    at: Moment
    event: str
    delivery_id: Id | None
    state: Annotated[ApplicationState | None, Field(description="The application's state after it.")]
    needs_attention: bool | None
    result: Annotated[
        str | None,
        Field(
            description=(
                "An outcome's kind, a failure's code, what a revision corrected of the applicant (`applicant_name_corrected`, "
                "`applicant_document_corrected`), `late_entry` of what was filed after it was handed in, or `voided`."
            )
        ),
    ]
    moves: Annotated[list[Move], Field(description="Deliveries whose state changed.")]


class Events(Shape):
    """Events, oldest first. `more`: ask again with `after` = the last `no`."""

    items: list[EventShape]
    more: bool


class CaseEventShape(EventShape):
    """One thing that happened to one of many applications."""

    application_id: Id
    number: Annotated[str, Field(description="办件编号: what the citizen is given.")]


class CaseEvents(Shape):
    """Events of all applications, oldest first. `next` is there always; `more`: ask again at once."""

    items: list[CaseEventShape]
    next: str
    more: bool


class AttemptShape(Shape):
    """One call to the department: `submit` hands over and is numbered; `find`, `poll`, `withdraw` ask about it."""

    round: int
    number: int
    action: Action
    started_at: Moment
    ended_at: Moment | None
    result: Annotated[str | None, Field(description="An outcome's kind or a failure's code; null while under way.")]
    detail: Annotated[str | None, Field(description="What the gateway or its adapter says of a failure: nothing personal.")]
    said: NotRequired[
        Annotated[
            str | None,
            Field(
                description=(
                    "What the department said in its own words where there was no outcome, for operators alone: the case's own values are "
                    "masked in it. It is kept with the case's contents, the last ten of each delivery."
                )
            ),
        ]
    ]


class ExplainedDelivery(DeliveryShape):
    """A delivery with why it stands where it stands and what happens next, in both languages."""

    why: Text
    next: Text


class Health(Shape):
    """Whether the gateway can do its work; `checks` says per part why not (null: it can)."""

    ready: bool
    checks: dict[str, str | None]


class Alive(Shape):
    """The process answers."""

    alive: Literal[True]


class ProblemKind(Shape):
    """What a kind of problem means and what to do about it."""

    type: str
    title: str
    meaning: str


class OpenApi(BaseModel):
    """An OpenAPI document."""

    model_config = ConfigDict(extra="allow")

    openapi: str
    info: Foreign
    paths: Foreign


class PageShape(Shape):
    """Some of a list, newest first. `next` is the `cursor` of the next page, null at the end."""

    next: str | None


class ApplicationPage(PageShape):
    """Some applications, newest first."""

    items: list[ApplicationSummary]


class FoundApplication(ApplicationSummary):
    """An application without its deliveries, and who the person looked for is in it."""

    roles: RoleNames


class FoundPage(PageShape):
    """Some applications of one person, newest first."""

    items: list[FoundApplication]


class DeliveryPage(PageShape):
    """Some deliveries, newest first."""

    items: list[ExplainedDelivery]

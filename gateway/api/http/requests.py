"""The shapes of bodies that come in. A service's form checks its applications, these check the rest."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from gateway.api.http.paging import ID, INSTANT, WORD, uuid_of
from gateway.model.application import GROUP_NAME
from gateway.model.service import APPLICANT
from gateway.texts.instants import microseconds


class Sent(BaseModel):
    """An object with these members and no others. Numbers and booleans are not taken from texts."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


#: The name of a group of front ends.
GroupName = Annotated[str, Field(pattern=f"^{GROUP_NAME}$")]
#: Text on one line, without the characters that a store cannot keep (PostgreSQL takes no NUL).
Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]


class NewApplication(BaseModel):
    """An application as submitted: `service` says which. Each service's `sample` is a whole one."""


class Revision(BaseModel):
    """The whole application again, corrected: `service`, `channel` and the applicant stay what they are."""


class Withdrawal(Sent):
    """Why it is taken back; kept as personal data."""

    reason: Annotated[str | None, Field(max_length=500)] = None


class Voiding(Sent):
    """Why an application is voided."""

    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S", description="Kept, and committed to in the audit.")]


class Lookup(Sent):
    """Whose applications are looked for."""

    id_type: Annotated[str, Field(min_length=1, max_length=10, description="A type of GA/T 2000.156, or `uscc`: an organisation.")]
    id_number: Annotated[str, Field(min_length=1, max_length=50, description="Of that document; of an organisation its code.")]
    role: Annotated[
        Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=50)] | None, Field(description="Only where they have this role.")
    ] = None


class Nothing(Sent):
    """An empty object, or no body at all."""


class ResolvedOutcome(Sent):
    """What the department said, as found out by a person."""

    kind: Annotated[
        Literal["accepted", "approved", "rejected", "returned"],
        Field(description="`accepted` (needs `reference`): the department has it and is still deciding; it is followed from here on."),
    ]
    output: Annotated[dict[str, Any] | None, Field(description="Of an approved step: must fit the operation's output.")] = None
    code: Annotated[Line | None, Field(max_length=50)] = None
    reason: Annotated[str | None, Field(max_length=500)] = None
    reference: Annotated[Line | None, Field(max_length=200)] = None


class Resolution(Sent):
    """What became of a delivery in doubt or held: whether the department has it, and if known what it said."""

    happened: bool
    outcome: Annotated[ResolvedOutcome | None, Field(description="What the department said: needed when it happened.")] = None
    reason: Annotated[str, Field(min_length=1, max_length=500, description="How it is known; kept, and committed to in the audit.")]


class Unresolution(Sent):
    """Why it is taken back what was said of a delivery."""

    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S", description="Kept, and committed to in the audit.")]


class Retry(Sent):
    """Why a delivery is sent again; nothing need be said."""

    reason: Annotated[str | None, Field(max_length=500, description="Why; kept, and committed to in the audit.")] = None


def _time(text: str) -> str:
    if microseconds(text) is None:
        raise PydanticCustomError("date_time", "no time with an offset")
    return text


def _id(text: str) -> str:
    if (found := uuid_of(text)) is None:
        raise PydanticCustomError("uuid", "no id")
    return found


def _whole(number: object) -> object:
    """Take 1.0 for 1, as JSON Schema does: it is the same number."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


Word = Annotated[str, Field(pattern=WORD["pattern"])]
Time = Annotated[str, AfterValidator(_time), Field(json_schema_extra=dict(INSTANT))]
Id = Annotated[str, AfterValidator(_id), Field(json_schema_extra=dict(ID))]


class RetryFilter(Sent):
    """Which deliveries: all that is given together. Times include both ends."""

    state: Annotated[list[Literal["held", "in_doubt"]], Field(min_length=1, max_length=2)] = ["held", "in_doubt"]
    department: Word | None = None
    operation: Word | None = None
    service: Word | None = None
    problem: Annotated[Word | None, Field(description="Code of the last technical failure.")] = None
    updated_after: Annotated[Time | None, Field(description="When it last changed.")] = None
    updated_before: Time | None = None
    received_after: Annotated[Time | None, Field(description="When its application was filed.")] = None
    received_before: Time | None = None
    ids: Annotated[list[Id], Field(max_length=1000, description="These deliveries alone.")] = []


class BulkRetry(Sent):
    """Deliveries to be sent again, by the resend rule of each."""

    filter: RetryFilter
    dry_run: Annotated[bool, Field(description="Only say what would happen.")] = False
    reason: Annotated[str | None, Field(max_length=500, description="Why; kept, and committed to in the audit.")] = None


class AuditAcceptance(Sent):
    """Why the audit is taken as it was found, though it is not what was signed."""

    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S", description="Kept, and committed to in the audit.")]


class DefinitionMove(Sent):
    """Why an application is moved to its service's current definition."""

    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S", description="Kept, and committed to in the audit.")]


class WantedLimits(Sent):
    """Limits over the configured ones, a node; what is left out stays as it is, null goes back to the configuration."""

    concurrency: Annotated[
        Annotated[int, BeforeValidator(_whole), Field(ge=1, le=1000)] | None, Field(description="Calls under way at once.")
    ] = None
    rate_per_second: Annotated[Annotated[float, Field(ge=0.001, le=10_000)] | None, Field(description="Calls begun a second.")] = None


class DepartmentControl(Sent):
    """What is to hold of a department from now on, over what the configuration says: `paused`, `limits`, or both."""

    paused: Annotated[bool | None, Field(description="true: no call of any kind is begun. Left out: as it is.")] = None
    limits: WantedLimits | None = None
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S", description="Why; kept, and committed to in the audit.")]


class WantedReceipt(Sent):
    """Whose receipt is issued again."""

    role: Annotated[
        str,
        Field(
            pattern=r"^[a-z][a-z0-9_]*$",
            max_length=50,
            description="A role that the case has, as `parties` names them; left out: the applicant, who stands at the counter.",
        ),
    ] = APPLICANT


class WantedKey(Sent):
    """A key to be made. `role`: `front-end`, `operator`, `auditor` or `department:<name>`."""

    role: Annotated[str, Field(min_length=1, max_length=100)]
    name: Annotated[Line, Field(min_length=1, max_length=100, description="Whose key it is.")]
    expires_at: Annotated[Time | None, Field(description="When it ends; left out: it does not end by itself.")] = None
    group: Annotated[GroupName | None, Field(description="Of a front end: the group whose cases are its own; left out: it alone.")] = None


class WantedGroup(Sent):
    """The group that a key is to be in."""

    group: GroupName


class WantedSuccessor(Sent):
    """The key that is to take a key's place."""

    overlap_seconds: Annotated[int, Field(ge=0, le=366 * 86400, description="How long both work; then the old one ends.")] = 7 * 86400
    expires_at: Annotated[Time | None, Field(description="When the new one ends; left out: it does not end by itself.")] = None


class WantedRole(Sent):
    """What an account's person may do from now on, and as whom colleagues know it."""

    role: Annotated[
        str,
        Field(
            min_length=1,
            max_length=100,
            description="`clerk`, `officer:<department>`, `head:<department>`, `supervisor`, `operator`, `auditor` or `administrator`.",
        ),
    ]
    group: Annotated[str | None, Field(max_length=50, description="Of a clerk: those whose cases it shares.")] = None
    name: Annotated[Line | None, Field(min_length=1, max_length=100, description="As colleagues know the person; left out: as before.")] = (
        None
    )


class WantedUser(WantedRole):
    """An account to be made."""

    login: Annotated[str, Field(min_length=2, max_length=50, description="What the person types in to sign in.")]
    name: Annotated[Line, Field(min_length=1, max_length=100, description="As colleagues know the person.")]


class WantedCode(Sent):
    """Whether an account signs in with one-time codes."""

    wanted: Annotated[bool, Field(description="true: another secret is made; false: it is taken away.")] = True


class WantedHandOver(Sent):
    """The clerk to whom drafts are given."""

    to: Annotated[str, Field(min_length=2, max_length=50, description="Login of an active clerk; drafts of that clerk's group are given.")]

"""The exit-entry administration: office hours, a daily quota, progress asked for. Contract: ``contract/openapi.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic.alias_generators import to_camel

from gateway.sdk import (
    Absent,
    Accepted,
    Approved,
    Call,
    Connection,
    Department,
    FieldProblem,
    InDoubt,
    Invalid,
    Kept,
    Never,
    Operation,
    Options,
    Outcome,
    Output,
    Pending,
    Rejected,
    Request,
    Returned,
    Withdrawn,
    WithdrawResult,
)
from gateway.sdk.rest import ReplyModel, RestClient, probe_call, read_json, read_reply, read_value

_PATHS = {"update_family_status": "/family-status-updates", "apply_passport": "/passport-applications"}

_Reference = Annotated[str, Field(pattern=r"^CRJ[0-9]{8}-[0-9]{6,}$")]
_Message = Annotated[str, Field(max_length=500)]


class UpdateFamilyStatus(Request):
    """A person's family status has changed; codes by GB/T 2261.2."""

    name: str
    id_type: str
    id_number: str
    marital_status: Literal["10", "20", "21", "22", "23", "30", "40", "90"]
    spouse_name: str
    marriage_certificate_number: str


class FamilyStatusUpdated(Output):
    """The number of the record."""

    record_number: str


class ApplyPassport(Request):
    """An ordinary passport, to be picked up or posted to ``address``."""

    name: str
    id_type: str
    id_number: str
    mobile: str
    delivery: Literal["pick_up", "post"]
    address: str | None = None
    old_passport_number: str | None = None

    @model_validator(mode="after")
    def _address_to_post_to(self) -> Self:
        if self.delivery == "post" and self.address is None:
            raise ValueError("a passport that is posted needs an address")
        return self


class PassportGranted(Output):
    """The passport, and from which day it can be picked up or is posted."""

    passport_number: str
    ready_on: date


class ExitEntryOptions(Options):
    """The numbers that the national exchange platform gave: of who asks (请求方编号) and of the service asked (服务编号)."""

    requester: Annotated[str, Field(pattern=r"^C90-[0-9]{11}$")]
    service: Annotated[str, Field(pattern=r"^S90-[0-9]{11}$")]


class _Field(ReplyModel):
    name: str
    message: _Message


class _Coded(ReplyModel):
    code: str


class _Receipt(ReplyModel):
    reference: _Reference


class _Refused(ReplyModel):
    code: Annotated[str, Field(min_length=1, max_length=20)]
    message: _Message


class _SentBack(_Refused):
    fields: tuple[_Field, ...]


class _Case(ReplyModel):
    reference: _Reference


class _OpenCase(_Case):
    state: Literal["PROCESSING"]


class _LostCase(_Case):
    state: Literal["WITHDRAWN", "NOT_FOUND"]


class _ApprovedCase(_Case):
    state: Literal["APPROVED"]
    record_number: Annotated[str, Field(pattern=r"^JT[0-9]{8,}$")] | None = Field(None, alias="recordNumber")
    passport_number: Annotated[str, Field(pattern=r"^E[0-9A-Z][0-9]{7}$")] | None = Field(None, alias="passportNumber")
    ready_on: date | None = Field(None, alias="readyOn")


class _RejectedCase(_Case, _Refused):
    state: Literal["REJECTED"]


class _ReturnedCase(_Case, _SentBack):
    state: Literal["RETURNED"]


class _Standing(ReplyModel):
    case: Annotated[_OpenCase | _LostCase | _ApprovedCase | _RejectedCase | _ReturnedCase, Field(discriminator="state")]


class _Progress(ReplyModel):
    code: Literal["0"]
    items: list[dict[str, Any]]


class _Withdrawal(ReplyModel):
    code: Literal["0"]
    result: Literal["WITHDRAWN", "ALREADY_DECIDED", "NOT_ALLOWED"]


class _Status(ReplyModel):
    code: Literal["0"]


class ExitEntry(Department):
    """Recognises no repeat and cannot be asked by key, so nothing is ever sent twice; whether it is open, only it knows."""

    adapter = "exit_entry"
    sdk = "1.2"
    version = "1.0"
    secret_names = ("token",)
    options_model = ExitEntryOptions
    can_poll = True
    can_withdraw = True
    operations = (
        Operation(
            name="update_family_status",
            title_zh="出入境家庭信息变更",
            title_en="Change of family status",
            request=UpdateFamilyStatus,
            output=FamilyStatusUpdated,
            resend=Never(),
        ),
        Operation(
            name="apply_passport",
            title_zh="普通护照申请",
            title_en="Application for a passport",
            request=ApplyPassport,
            output=PassportGranted,
            resend=Never(),
        ),
    )

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._options = ExitEntryOptions.model_validate(connection.options, from_attributes=True)
        self._rest = RestClient(connection)

    async def open(self) -> None:
        """Make the session."""
        await self._rest.open()

    async def close(self) -> None:
        """Close the session."""
        await self._rest.close()

    async def submit(self, call: Call, request: Request) -> Outcome:
        """Hand the request over. Closed, or the quota used: ``Busy`` with the seconds until it opens."""
        reply = await self._rest.request(call, "POST", _PATHS[call.operation], json=_body(request), headers=self._headers(), accept={200})
        value = read_json(reply)
        code = read_value(_Coded, value).code
        if code == "0":
            return Accepted(reference=read_value(_Receipt, value).reference)
        if re.fullmatch("R[0-9]{3}", code):
            return Rejected(code=code, reason=read_value(_Refused, value).message)
        if re.fullmatch("B[0-9]{3}", code):
            back = read_value(_SentBack, value)
            return Returned(code=code, reason=back.message, fields=_problems(call.operation, back))
        raise InDoubt("exit_entry_code", "the administration answered with a code that its contract does not list")

    async def poll(self, call: Call, pending: Sequence[Pending]) -> Mapping[str, Outcome | Absent | Invalid]:
        """Ask about all of them in one call; one that was withdrawn there will never be decided.

        An item that breaks the contract is left out too, so that it holds up no other; ``InDoubt`` when nothing else is decided.
        """
        operations = {one.reference: one.operation for one in pending}
        body = {"references": list(operations)}
        reply = await self._rest.request(call, "POST", "/progress", json=body, headers=self._headers(), accept={200})
        outcomes: dict[str, Outcome | Absent | Invalid] = {}
        broken: InDoubt | None = None
        for item in read_reply(_Progress, reply).items:
            try:
                case = read_value(_Standing, {"case": item}).case
                if (outcome := _outcome(operations, case)) is not None:
                    outcomes[case.reference] = outcome
            except InDoubt as doubt:
                broken = doubt
        if broken is not None and not outcomes:
            raise broken
        return outcomes

    async def withdraw(self, call: Call, reference: str) -> WithdrawResult:
        """Take a case back that is not decided."""
        reply = await self._rest.request(call, "POST", f"/cases/{reference}/withdrawal", headers=self._headers(), accept={200})
        result = read_reply(_Withdrawal, reply).result
        return Withdrawn() if result == "WITHDRAWN" else Kept(code=result.lower())

    async def probe(self) -> None:
        """Ask for the service's status: shows that address, numbers and token are right."""
        call = probe_call(self.connection)
        read_reply(_Status, await self._rest.request(call, "GET", "/status", headers=self._headers(), accept={200}))

    def _headers(self) -> dict[str, str]:
        token = self.connection.secrets["token"].get_secret_value()
        return {"x-requester": self._options.requester, "x-service": self._options.service, "Authorization": f"Bearer {token}"}


def _body(request: Request) -> dict[str, Any]:
    """Our fields by the contract's names; it writes the ways of delivery in capitals."""
    body = {to_camel(name): value for name, value in request.model_dump(mode="json", exclude_none=True).items()}
    return {**body, "delivery": body["delivery"].upper()} if isinstance(request, ApplyPassport) else body


def _problems(operation: str, back: _SentBack) -> tuple[FieldProblem, ...]:
    ours = {to_camel(name): name for name in ExitEntry.operation(operation).request.model_fields}
    return tuple(FieldProblem(ours.get(field.name, ""), field.message) for field in back.fields)


def _outcome(operations: Mapping[str, str], case: _Case) -> Outcome | Absent | Invalid | None:
    """None while there is no decision. Raises ``InDoubt`` when it is about a case, or grants a thing, that was not asked for."""
    operation = operations.get(case.reference)
    if operation is None:
        raise InDoubt("reply_mismatch", "the administration answered about another case than those asked about")
    match case:
        case _LostCase(state="NOT_FOUND"):
            return Absent()
        case _LostCase():
            return Invalid("withdrawn_there", "the administration says that the case was withdrawn")
        case _ApprovedCase():
            return Approved(output=_output(operation, case), reference=case.reference)
        case _RejectedCase():
            return Rejected(code=case.code, reason=case.message, reference=case.reference)
        case _ReturnedCase():
            return Returned(code=case.code, reason=case.message, fields=_problems(operation, case), reference=case.reference)
        case _:
            return None


def _output(operation: str, case: _ApprovedCase) -> Output:
    if operation == "update_family_status" and case.record_number is not None:
        return FamilyStatusUpdated(record_number=case.record_number)
    if operation == "apply_passport" and case.passport_number is not None and case.ready_on is not None:
        return PassportGranted(passport_number=case.passport_number, ready_on=case.ready_on)
    raise InDoubt("reply_contract", "the administration approved without the numbers that its contract promises")

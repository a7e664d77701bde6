"""The exit-entry administration: office hours, a daily quota, progress asked for. Contract: ``contract/openapi.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from gateway.sdk import (
    Absent,
    Accepted,
    Approved,
    Call,
    Connection,
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
    our_names,
    wire_values,
)
from gateway.sdk.rest import Reply, probe_call, read_json, read_reply, read_value
from gateway.sdk.rest_department import RestDepartment
from gateway.sdk.rest_operation import RestOperation
from plugins.exit_entry import outputs, replies, requests


class ExitEntryOptions(Options):
    """The numbers that the national exchange platform gave: of who asks (请求方编号) and of the service asked (服务编号)."""

    requester: Annotated[str, Field(pattern=r"^C90-[0-9]{11}$")]
    service: Annotated[str, Field(pattern=r"^S90-[0-9]{11}$")]


class ExitEntry(RestDepartment):
    """Recognises no repeat and cannot be asked by key, so nothing is ever sent twice; whether it is open, only it knows.

    Closed, or the quota used: ``Busy`` with the seconds until it opens.
    """

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
            request=requests.UpdateFamilyStatus,
            output=outputs.FamilyStatusUpdated,
            resend=Never(),
        ),
        Operation(
            name="apply_passport",
            title_zh="普通护照申请",
            title_en="Application for a passport",
            request=requests.ApplyPassport,
            output=outputs.PassportGranted,
            resend=Never(),
        ),
    )
    wire = {
        "update_family_status": RestOperation(method="POST", path="/family-status-updates", body="fields", exact=True),
        "apply_passport": RestOperation(method="POST", path="/passport-applications", body="fields", exact=True),
        "progress": RestOperation(method="POST", path="/progress", body="fields", exact=True),
        "withdraw": RestOperation(method="POST", path="/cases/{reference}/withdrawal", in_path=frozenset({"reference"}), exact=True),
        "status": RestOperation(method="GET", path="/status", exact=True),
    }

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._options = ExitEntryOptions.model_validate(connection.options, from_attributes=True)

    async def submit(self, call: Call, request: Request) -> Outcome:
        """Hand the request over. The contract writes the ways of delivery in capitals."""
        values = wire_values(request, "json")
        if isinstance(request, requests.ApplyPassport):
            values["delivery"] = request.delivery.upper()
        return self.outcome(call, await self.send(call.operation, call, values))

    def outcome(self, call: Call, reply: Reply) -> Outcome:
        """Read a receipt, or a decision made at once; raises ``InDoubt`` when the code is neither."""
        value = read_json(reply)
        code = read_value(replies.Coded, value).code
        if code == "0":
            return Accepted(reference=read_value(replies.Receipt, value).reference)
        if re.fullmatch("R[0-9]{3}", code):
            return Rejected(code=code, reason=read_value(replies.Refused, value).message)
        if re.fullmatch("B[0-9]{3}", code):
            back = read_value(replies.SentBack, value)
            return Returned(code=code, reason=back.message, fields=_problems(call.operation, back))
        raise InDoubt("exit_entry_code", "the administration answered with a code that its contract does not list")

    async def poll(self, call: Call, pending: Sequence[Pending]) -> Mapping[str, Outcome | Absent | Invalid]:
        """Ask about all of them in one call; one that was withdrawn there will never be decided.

        An item that breaks the contract is left out too, so that it holds up no other; ``InDoubt`` when nothing else is decided.
        """
        operations = {one.reference: one.operation for one in pending}
        reply = await self.send("progress", call, {"references": list(operations)})
        outcomes: dict[str, Outcome | Absent | Invalid] = {}
        broken: InDoubt | None = None
        for item in read_reply(replies.Progress, reply).items:
            try:
                case = read_value(replies.Standing, {"case": item}).case
                if (outcome := _outcome(operations, case)) is not None:
                    outcomes[case.reference] = outcome
            except InDoubt as doubt:
                broken = doubt
        if broken is not None and not outcomes:
            raise broken
        return outcomes

    async def withdraw(self, call: Call, reference: str) -> WithdrawResult:
        """Take a case back that is not decided."""
        result = read_reply(replies.Withdrawal, await self.send("withdraw", call, {"reference": reference})).result
        return Withdrawn() if result == "WITHDRAWN" else Kept(code=result.lower())

    async def probe(self) -> None:
        """Ask for the service's status: shows that address, numbers and token are right."""
        read_reply(replies.Status, await self.send("status", probe_call(self.connection), {}))

    def headers(self) -> dict[str, str]:
        """Give our numbers, and the token."""
        token = self.connection.secrets["token"].get_secret_value()
        return {"x-requester": self._options.requester, "x-service": self._options.service, "Authorization": f"Bearer {token}"}


def _problems(operation: str, back: replies.SentBack) -> tuple[FieldProblem, ...]:
    ours = our_names(ExitEntry.operation(operation).request)
    return tuple(FieldProblem(ours.get(field.name, ""), field.message) for field in back.fields)


def _outcome(operations: Mapping[str, str], case: replies.Case) -> Outcome | Absent | Invalid | None:
    """None while there is no decision. Raises ``InDoubt`` when it is about a case, or grants a thing, that was not asked for."""
    operation = operations.get(case.reference)
    if operation is None:
        raise InDoubt("reply_mismatch", "the administration answered about another case than those asked about")
    match case:
        case replies.LostCase(state="NOT_FOUND"):
            return Absent()
        case replies.LostCase():
            return Invalid("withdrawn_there", "the administration says that the case was withdrawn")
        case replies.ApprovedCase():
            return Approved(output=_output(operation, case), reference=case.reference)
        case replies.RejectedCase():
            return Rejected(code=case.code, reason=case.message, reference=case.reference)
        case replies.ReturnedCase():
            return Returned(code=case.code, reason=case.message, fields=_problems(operation, case), reference=case.reference)
        case _:
            return None


def _output(operation: str, case: replies.ApprovedCase) -> Output:
    if operation == "update_family_status" and case.record_number is not None:
        return outputs.FamilyStatusUpdated(record_number=case.record_number)
    if operation == "apply_passport" and case.passport_number is not None and case.ready_on is not None:
        return outputs.PassportGranted(passport_number=case.passport_number, ready_on=case.ready_on)
    raise InDoubt("reply_contract", "the administration approved without the numbers that its contract promises")

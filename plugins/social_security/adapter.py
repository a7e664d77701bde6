"""The social security bureau: our words in its field codes, its cases in our outcomes.

Contract: ``contract/social_security.wsdl`` and ``.xsd``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from gateway.sdk import (
    Absent,
    Accepted,
    Approved,
    Call,
    Connection,
    FieldProblem,
    InDoubt,
    Kept,
    Operation,
    Options,
    Outcome,
    Output,
    Pending,
    Rejected,
    Request,
    Returned,
    Safe,
    Withdrawn,
    WithdrawResult,
    our_names,
    wire_values,
)
from gateway.sdk.soap import ReplyModel, SoapClient, SoapDepartment, UsernameToken, probe_call

_CONTRACT = Path(__file__).parent / "contract"
_ROW = re.compile(r"ROW\[(\d+)\]/(.+)")
_SAFE = Safe(remembered=timedelta(days=30))

MaritalStatus = Literal["10", "20", "21", "22", "23", "30", "40", "90"]  # GB/T 2261.2


class UpdateFamily(Request):
    """Change of a person's family record after a marriage."""

    name: str = Field(serialization_alias="AAC003")
    id_type: str = Field(serialization_alias="AAC058")
    id_number: str = Field(serialization_alias="AAC147")
    marital_status: MaritalStatus = Field(serialization_alias="AAC017")
    spouse_name: str = Field(serialization_alias="BAC101")
    spouse_id_number: str = Field(serialization_alias="BAC102")
    marriage_certificate_number: str = Field(serialization_alias="BAC103")


class FamilyUpdated(Output):
    """The person's code at the bureau, and from when the change counts."""

    personal_code: str
    effective_on: date


class Retire(Request):
    """Retirement of an employee."""

    name: str = Field(serialization_alias="AAC003")
    id_type: str = Field(serialization_alias="AAC058")
    id_number: str = Field(serialization_alias="AAC147")
    employer_name: str = Field(serialization_alias="AAB004")
    employer_uscc: str = Field(serialization_alias="AAB998")
    planned_on: date = Field(serialization_alias="BIC001")
    bank_name: str = Field(serialization_alias="AAE008")
    bank_account: str = Field(serialization_alias="AAE010")


class Retired(Output):
    """The person's code at the bureau, and the date it settled on."""

    personal_code: str
    retirement_date: date


class Employee(Request):
    """One person to be insured."""

    name: str = Field(serialization_alias="AAC003")
    id_type: str = Field(serialization_alias="AAC058")
    id_number: str = Field(serialization_alias="AAC147")


class EnrollEmployees(Request):
    """Insurance of a company's employees."""

    employer_name: str = Field(serialization_alias="AAB004")
    employer_uscc: str = Field(serialization_alias="AAB998")
    employees: Annotated[list[Employee], Field(min_length=1)]


class EmployeesEnrolled(Output):
    """The company's registration, and how many of its employees are in it."""

    registration_number: str
    enrolled: int


class _Problem(ReplyModel):
    field: str = Field(alias="BAZ011")
    message: str = Field(alias="AAE013")


class _Case(ReplyModel):
    key: str = Field(alias="BAZ001")
    reference: str = Field(alias="BAZ002")
    state: Literal["1", "2", "3", "4", "5"] = Field(alias="BAZ003")
    code: str | None = Field(alias="BAZ004")
    reason: str | None = Field(alias="AAE013")
    problems: list[_Problem] = Field(alias="BAZ010")
    personal_code: str | None = Field(alias="BAC001")
    effective_on: date | None = Field(alias="AAE030")
    retirement_date: date | None = Field(alias="AIC162")
    registration_number: str | None = Field(alias="BAB010")
    enrolled: int | None = Field(alias="BAB011")


_CASE = TypeAdapter(_Case)
_CASES = TypeAdapter(list[_Case])
_WITHDRAWAL: TypeAdapter[Literal["0", "1", "2"]] = TypeAdapter(Literal["0", "1", "2"])

#: The bureau's operation for each of ours.
_THEIRS = {"update_family": "updateFamily", "retire": "retire", "enroll_employees": "enrollEmployees"}


class SocialSecurityOptions(Options):
    """``password_digest`` sends the password as a digest (WS-Security), which is what the bureau asks for."""

    password_digest: bool = True


class SocialSecurity(SoapDepartment):
    """Every operation is accepted at once, decided later and polled; a repeated key gives the case it made first."""

    adapter = "social_security"
    sdk = "1.2"
    version = "1.0"
    secret_names = ("username", "password")
    options_model = SocialSecurityOptions
    can_poll = True
    can_withdraw = True
    operations = (
        Operation(
            name="update_family",
            title_zh="婚姻家庭信息变更",
            title_en="Update of the family record",
            request=UpdateFamily,
            output=FamilyUpdated,
            resend=_SAFE,
        ),
        Operation(
            name="retire",
            title_zh="企业职工退休",
            title_en="Retirement",
            request=Retire,
            output=Retired,
            resend=_SAFE,
        ),
        Operation(
            name="enroll_employees",
            title_zh="职工参保登记",
            title_en="Enrolment of employees",
            request=EnrollEmployees,
            output=EmployeesEnrolled,
            resend=_SAFE,
        ),
    )

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        options = SocialSecurityOptions.model_validate(connection.options, from_attributes=True)
        self.soap = SoapClient(
            connection,
            wsdl=_CONTRACT / "social_security.wsdl",
            schema=_CONTRACT / "social_security.xsd",
            security=UsernameToken(
                username=connection.secrets["username"],
                password=connection.secrets["password"],
                digest=options.password_digest,
            ),
        )

    async def submit(self, call: Call, request: Request) -> Outcome:
        """File a case; a repeat of its key is answered with the case as it stands now."""
        case = await self.soap.call(call, _THEIRS[call.operation], {"BAZ001": call.key, **_arguments(request)}, _CASE)
        if case.key != call.key:
            raise InDoubt("reply_mismatch", "the bureau answered with another case than the one that was filed")
        return _outcome(case, call.operation)

    async def poll(self, call: Call, pending: Sequence[Pending]) -> Mapping[str, Outcome | Absent]:
        """Ask about all references in one call; one that the answer leaves out is not known to the bureau.

        A decision that does not fit the contract is ``InDoubt``, once no other case of the call has anything to tell.
        """
        operations = {one.reference: one.operation for one in pending}
        cases = await self.soap.call(call, "queryCases", {"BAZ002": list(operations)}, _CASES)
        outcomes: dict[str, Outcome | Absent] = {}
        doubt: InDoubt | None = None
        for case in cases:
            if case.state == "1" or case.reference not in operations:
                continue
            try:
                outcomes[case.reference] = _outcome(case, operations[case.reference])
            except InDoubt as error:
                doubt = error
        if doubt and not outcomes:  # its neighbours come first: what was told is not asked again, so that the next call says it
            raise doubt
        known = {case.reference for case in cases}
        return {**outcomes, **{reference: Absent() for reference in operations if reference not in known}}

    async def withdraw(self, call: Call, reference: str) -> WithdrawResult:
        """Take a case back; asked again it says the same."""
        match await self.soap.call(call, "withdrawCase", {"BAZ002": reference}, _WITHDRAWAL):
            case "0":
                return Withdrawn()
            case "1":
                return Kept(code="already_decided")
            case "2":
                return Kept(code="not_allowed")

    async def probe(self) -> None:
        """Ask about no case at all: shows that address, token and contract are right."""
        await self.soap.call(probe_call(self.connection), "queryCases", {"BAZ002": []}, _CASES)


def _arguments(request: Request) -> dict[str, object]:
    arguments = wire_values(request, "python")
    if isinstance(request, EnrollEmployees):
        arguments["DATASET"] = {"ROW": arguments.pop("employees")}
    return arguments


def _outcome(case: _Case, operation: str) -> Outcome:
    reason = case.reason or ""
    match case.state:
        case "1":
            return Accepted(reference=case.reference)
        case "2":
            return Approved(output=_output(case, operation), reference=case.reference)
        case "3":
            return Rejected(code=case.code or "rejected", reason=reason, reference=case.reference)
        case "4":
            fields = tuple(FieldProblem(_field(problem.field, operation), problem.message) for problem in case.problems)
            return Returned(code=case.code or "returned", reason=reason, fields=fields, reference=case.reference)
        case "5":  # taken back at the bureau's own counter: it will not be decided, and nothing was done
            return Rejected(code="withdrawn", reason=reason, reference=case.reference)


def _output(case: _Case, operation: str) -> Output:
    model = SocialSecurity.operation(operation).output
    try:
        return model.model_validate({name: getattr(case, name) for name in model.model_fields})
    except ValidationError:
        # The validation error is left behind: it would repeat what the bureau sent.
        raise InDoubt("reply_contract", f"the bureau approved {operation} without saying all of: {', '.join(model.model_fields)}") from None


def _field(path: str, operation: str) -> str:
    """Give the bureau's field code as the path in our request; ``""`` for a code that this operation does not send."""
    if row := _ROW.fullmatch(path):
        field = our_names(Employee).get(row[2])
        return f"employees.{int(row[1]) - 1}.{field}" if field else ""
    return our_names(SocialSecurity.operation(operation).request).get(path, "")

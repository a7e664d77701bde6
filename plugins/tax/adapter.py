"""The tax bureau: our requests in its words, its business codes in our outcomes. Contract: ``contract/openapi.yaml``."""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic.alias_generators import to_camel

from gateway.sdk import (
    Approved,
    Call,
    Connection,
    Department,
    FieldProblem,
    InDoubt,
    Operation,
    Options,
    Outcome,
    Output,
    Rejected,
    Request,
    Returned,
    Safe,
)
from gateway.sdk.rest import ReplyModel, RestClient, probe_call, read_reply, read_value

_SAFE = Safe(remembered=timedelta(days=7))

MaritalStatus = Literal["10", "20", "21", "22", "23", "30", "40", "90"]  # GB/T 2261.2
Money = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]  # yuan
Area = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=4)]  # m²


class UpdateDeductions(Request):
    """Change of a person's special additional deductions after a marriage."""

    name: str
    id_type: str
    id_number: str
    spouse_name: str
    spouse_id_number: str
    marriage_certificate_number: str


class DeductionsUpdated(Output):
    """The receipt, and the first year in which the change counts."""

    receipt_number: str
    effective_year: int


class AssessTransfer(Request):
    """Assessment of the taxes on a house that changes hands."""

    seller_name: str
    seller_id_number: str
    seller_marital_status: MaritalStatus
    buyer_name: str
    buyer_id_number: str
    unit_number: str
    certificate_number: str
    area: Area
    price: Money
    contract_number: str
    contract_date: date


class TransferAssessed(Output):
    """The receipt, and the amount in yuan."""

    receipt_number: str
    amount: Decimal


class RegisterRetirement(Request):
    """A person who has retired."""

    name: str
    id_type: str
    id_number: str
    retirement_date: date


class RetirementRegistered(Output):
    """The receipt."""

    receipt_number: str


class ActivateInvoicing(Request):
    """Invoicing for a new company."""

    company_name: str
    uscc: str
    representative_name: str
    representative_id_number: str
    taxpayer_kind: Literal["general", "small"]


class InvoicingActivated(Output):
    """The company's number as a taxpayer, and the receipt."""

    taxpayer_number: str
    receipt_number: str


class _Field(ReplyModel):
    name: str
    message: str


class _Envelope(ReplyModel):
    code: str
    message: str
    data: dict[str, Any] | None = None
    fields: tuple[_Field, ...] = ()


@dataclass(frozen=True, slots=True)
class _Wire:
    """An operation on the wire: its path, and the bureau's name of each of our fields."""

    path: str
    request: type[Request]
    output: type[Output]

    def body(self, request: Request) -> dict[str, Any]:
        return {to_camel(name): value for name, value in request.model_dump(mode="json").items()}

    def field(self, theirs: str) -> str:
        """Our field of their name, or "" when it is none of ours."""
        return next((name for name in self.request.model_fields if to_camel(name) == theirs), "")

    def result(self, data: dict[str, Any]) -> Output:
        """Raises ``InDoubt`` when the data are not what the contract promises."""
        return read_value(self.output, {name: data.get(to_camel(name)) for name in self.output.model_fields})


_WIRE = {
    "update_deductions": _Wire("/v1/deductions", UpdateDeductions, DeductionsUpdated),
    "assess_transfer": _Wire("/v1/transfers/assessments", AssessTransfer, TransferAssessed),
    "register_retirement": _Wire("/v1/retirements", RegisterRetirement, RetirementRegistered),
    "activate_invoicing": _Wire("/v1/invoicing", ActivateInvoicing, InvoicingActivated),
}


class TaxOptions(Options):
    """``paasid`` is the account that the bureau's gateway knows us by (not a secret; the token is)."""

    paasid: str


class Tax(Department):
    """Every operation is decided at once; a repeated key gives the first receipt again for seven days."""

    adapter = "tax"
    sdk = "1.0"
    version = "1.0"
    secret_names = ("token",)
    options_model = TaxOptions
    operations = (
        Operation(
            name="update_deductions",
            title_zh="专项附加扣除信息变更",
            title_en="Change of special additional deductions",
            request=UpdateDeductions,
            output=DeductionsUpdated,
            resend=_SAFE,
        ),
        Operation(
            name="assess_transfer",
            title_zh="二手房交易税费核定",
            title_en="Assessment of a house transfer",
            request=AssessTransfer,
            output=TransferAssessed,
            resend=_SAFE,
        ),
        Operation(
            name="register_retirement",
            title_zh="退休人员涉税信息登记",
            title_en="Registration of a retirement",
            request=RegisterRetirement,
            output=RetirementRegistered,
            resend=_SAFE,
        ),
        Operation(
            name="activate_invoicing",
            title_zh="新办企业发票业务开通",
            title_en="Activation of invoicing",
            request=ActivateInvoicing,
            output=InvoicingActivated,
            resend=_SAFE,
        ),
    )

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._paasid = TaxOptions.model_validate(connection.options, from_attributes=True).paasid
        self._rest = RestClient(connection)

    async def open(self) -> None:
        """Make the session."""
        await self._rest.open()

    async def close(self) -> None:
        """Close the session."""
        await self._rest.close()

    async def submit(self, call: Call, request: Request) -> Outcome:
        """Hand the request over and read the decision."""
        wire = _WIRE[call.operation]
        reply = await self._rest.request(call, "POST", wire.path, json=wire.body(request), headers=self._signature(), accept={200})
        return _outcome(wire, read_reply(_Envelope, reply))

    async def probe(self) -> None:
        """Ask for the service's status: shows that address, account, token and clock are right."""
        call = probe_call(self.connection)
        reply = await self._rest.request(call, "GET", "/v1/status", headers=self._signature(), accept={200})
        if (code := read_reply(_Envelope, reply).code) != "00":
            raise InDoubt("tax_status", f"the bureau does not say that all is well but {code[:8]}")

    def _signature(self) -> dict[str, str]:
        """The signed headers, with a nonce of their own each time."""
        timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
        token = self.connection.secrets["token"].get_secret_value()
        signature = hashlib.sha256(f"{timestamp}{token}{nonce}{timestamp}".encode()).hexdigest().upper()
        return {"x-tif-paasid": self._paasid, "x-tif-timestamp": timestamp, "x-tif-nonce": nonce, "x-tif-signature": signature}


def _outcome(wire: _Wire, envelope: _Envelope) -> Outcome:
    """Read the business code; one that the contract does not list proves nothing."""
    match envelope.code:
        case "00":
            output = wire.result(envelope.data or {})
            reference: str = output.model_dump()["receipt_number"]
            return Approved(output=output, reference=reference)
        case "41" | "42" | "43":
            return Rejected(code=envelope.code, reason=envelope.message)
        case "51" | "52":
            fields = tuple(FieldProblem(wire.field(field.name), field.message) for field in envelope.fields)
            return Returned(code=envelope.code, reason=envelope.message, fields=fields)
        case _:
            raise InDoubt("tax_code", "the bureau answered with a business code that its contract does not list")

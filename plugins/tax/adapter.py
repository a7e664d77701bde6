"""The tax bureau: our requests in its words, its business codes in our outcomes. Contract: ``contract/openapi.yaml``."""

from __future__ import annotations

import hashlib
import secrets
import time
from datetime import timedelta
from typing import Any

from pydantic.alias_generators import to_camel

from gateway.sdk import Approved, Call, Connection, FieldProblem, InDoubt, Operation, Options, Outcome, Rejected, Returned, Safe, our_names
from gateway.sdk.rest import Reply, ReplyModel, probe_call, read_reply, read_value
from gateway.sdk.rest_department import RestDepartment
from gateway.sdk.rest_operation import RestOperation
from plugins.tax import outputs, requests

_SAFE = Safe(remembered=timedelta(days=7))


class _Field(ReplyModel):
    name: str
    message: str


class _Envelope(ReplyModel):
    code: str
    message: str
    data: dict[str, Any] | None = None
    fields: tuple[_Field, ...] = ()


class TaxOptions(Options):
    """``paasid`` is the account that the bureau's gateway knows us by (not a secret; the token is)."""

    paasid: str


class Tax(RestDepartment):
    """Every operation is decided at once; a repeated key gives the first receipt again for seven days."""

    adapter = "tax"
    sdk = "1.2"
    version = "1.0"
    secret_names = ("token",)
    options_model = TaxOptions
    operations = (
        Operation(
            name="update_deductions",
            title_zh="专项附加扣除信息变更",
            title_en="Change of special additional deductions",
            request=requests.UpdateDeductions,
            output=outputs.DeductionsUpdated,
            resend=_SAFE,
        ),
        Operation(
            name="assess_transfer",
            title_zh="二手房交易税费核定",
            title_en="Assessment of a house transfer",
            request=requests.AssessTransfer,
            output=outputs.TransferAssessed,
            resend=_SAFE,
        ),
        Operation(
            name="register_retirement",
            title_zh="退休人员涉税信息登记",
            title_en="Registration of a retirement",
            request=requests.RegisterRetirement,
            output=outputs.RetirementRegistered,
            resend=_SAFE,
        ),
        Operation(
            name="activate_invoicing",
            title_zh="新办企业发票业务开通",
            title_en="Activation of invoicing",
            request=requests.ActivateInvoicing,
            output=outputs.InvoicingActivated,
            resend=_SAFE,
        ),
    )
    wire = {
        "update_deductions": RestOperation(method="POST", path="/v1/deductions", body="fields", exact=True),
        "assess_transfer": RestOperation(method="POST", path="/v1/transfers/assessments", body="fields", exact=True),
        "register_retirement": RestOperation(method="POST", path="/v1/retirements", body="fields", exact=True),
        "activate_invoicing": RestOperation(method="POST", path="/v1/invoicing", body="fields", exact=True),
        "status": RestOperation(method="GET", path="/v1/status", exact=True),
    }

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._paasid = TaxOptions.model_validate(connection.options, from_attributes=True).paasid

    def outcome(self, call: Call, reply: Reply) -> Outcome:
        """Read the business code; one that the contract does not list proves nothing."""
        operation, envelope = self.operation(call.operation), read_reply(_Envelope, reply)
        match envelope.code:
            case "00":
                data = envelope.data or {}
                output = read_value(operation.output, {name: data.get(to_camel(name)) for name in operation.output.model_fields})
                return Approved(output=output, reference=data["receiptNumber"])
            case "41" | "42" | "43":
                return Rejected(code=envelope.code, reason=envelope.message)
            case "51" | "52":
                ours = our_names(operation.request)
                fields = tuple(FieldProblem(ours.get(field.name, ""), field.message) for field in envelope.fields)
                return Returned(code=envelope.code, reason=envelope.message, fields=fields)
            case _:
                raise InDoubt("tax_code", "the bureau answered with a business code that its contract does not list")

    async def probe(self) -> None:
        """Ask for the service's status: shows that address, account, token and clock are right."""
        code = read_reply(_Envelope, await self.send("status", probe_call(self.connection), {})).code
        if code != "00":
            raise InDoubt("tax_status", f"the bureau does not say that all is well but {code[:8]}")

    def headers(self) -> dict[str, str]:
        """Sign, with a nonce of its own for each request."""
        timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
        token = self.connection.secrets["token"].get_secret_value()
        signature = hashlib.sha256(f"{timestamp}{token}{nonce}{timestamp}".encode()).hexdigest().upper()
        return {"x-tif-paasid": self._paasid, "x-tif-timestamp": timestamp, "x-tif-nonce": nonce, "x-tif-signature": signature}

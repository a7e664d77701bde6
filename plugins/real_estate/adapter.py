"""The real-estate registry: signed requests, decisions by signed callback. Contract: ``contract/openapi.yaml``."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

import orjson
from pydantic import Field, ValidationError

from gateway.sdk import (
    Absent,
    Accepted,
    Approved,
    Ask,
    Call,
    Callback,
    CallbackReply,
    CallbackUnfit,
    Connection,
    FieldProblem,
    FindResult,
    Found,
    InDoubt,
    Invalid,
    Kept,
    Operation,
    Options,
    Outcome,
    Rejected,
    Request,
    Returned,
    Safe,
    Unavailable,
    Unknown,
    Withdrawn,
    WithdrawResult,
    our_names,
    wire_values,
)
from gateway.sdk.rest import Outgoing, Reply, probe_call, read_json, read_value
from gateway.sdk.rest_department import RestDepartment
from gateway.sdk.rest_operation import RestOperation
from gateway.sdk.webhooks import Webhook
from plugins.real_estate import outputs, replies, requests

_ASK = Ask(settle=timedelta(seconds=10))
_ACKNOWLEDGEMENT = CallbackReply(headers={"Content-Type": "application/json"}, body=b'{"code":"0"}')


class RealEstateOptions(Options):
    """``app_key`` is the name that the registry knows this centre's application by (not a secret; its secret is)."""

    app_key: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]


class RealEstate(RestDepartment):
    """Decides later and tells by callback. A repeated key is registered again, so that after a lost reply it is asked first.

    Making one raises ValueError when ``callback_secret`` is no Standard Webhooks secret.
    """

    adapter = "real_estate"
    sdk = "1.2"
    version = "1.0"
    secret_names = ("app_secret", "callback_secret")
    options_model = RealEstateOptions
    can_find = True
    can_withdraw = True
    calls_back = True
    operations = (
        Operation(
            name="add_co_owner",
            title_zh="增加不动产共有人",
            title_en="Addition of a co-owner",
            request=requests.AddCoOwner,
            output=outputs.Registered,
            resend=_ASK,
        ),
        Operation(
            name="register_transfer",
            title_zh="二手房转移登记",
            title_en="Registration of a house transfer",
            request=requests.RegisterTransfer,
            output=outputs.Registered,
            resend=_ASK,
        ),
        Operation(
            name="housing_holdings",
            title_zh="住房保有量查询",
            title_en="How many homes a person holds",
            request=requests.HousingHoldings,
            output=outputs.Holdings,
            resend=Safe(remembered=timedelta(hours=1)),
            read_only=True,
        ),
    )
    wire = {
        "add_co_owner": RestOperation(method="POST", path="/registrations/co-owners", body="fields", exact=True),
        "register_transfer": RestOperation(method="POST", path="/registrations/transfers", body="fields", exact=True),
        "housing_holdings": RestOperation(method="POST", path="/housing-holdings", body="fields", exact=True),
        "find": RestOperation(method="GET", path="/registrations", in_query=frozenset({"deliveryKey"}), exact=True),
        "withdraw": RestOperation(
            method="POST", path="/registrations/{reference}/withdrawal", in_path=frozenset({"reference"}), exact=True
        ),
        "status": RestOperation(method="GET", path="/status", exact=True),
    }

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._app_key = RealEstateOptions.model_validate(connection.options, from_attributes=True).app_key
        self._webhook = Webhook(connection.secrets["callback_secret"])

    async def submit(self, call: Call, request: Request) -> Outcome:
        """Hand a registration over, with the address where its decision is expected."""
        if call.callback_url is None:
            raise Invalid("no_callback_url", "the registry decides by callback: configure the address at which it reaches the gateway")
        body = {"deliveryKey": call.key, "notifyUrl": call.callback_url, **wire_values(request, "json")}
        return self.outcome(call, await self.send(call.operation, call, body))

    def outcome(self, call: Call, reply: Reply) -> Outcome:
        """Read a receipt, the homes that were asked for, or a decision made at once; raises when the code is none of them."""
        code, value = _read(reply)
        match _kind(code):
            case "done" if call.operation == "housing_holdings":
                homes = read_value(replies.Homes, value).homes
                holdings = [outputs.Holding(unit_number=home.unit_number, address=home.address, area=home.area) for home in homes]
                return Approved(output=outputs.Holdings(count=len(holdings), holdings=holdings))
            case "done":
                return Accepted(reference=read_value(replies.Receipt, value).reference)
            case "refused":
                return Rejected(code=code, reason=read_value(replies.Refused, value).message)
            case "sent_back":
                back = read_value(replies.SentBack, value)
                return Returned(code=code, reason=back.message, fields=_problems(call.operation, back))
            case _:
                raise _nothing_done(code)

    async def find(self, call: Call, request: Request) -> FindResult:  # noqa: ARG002  # the key is all the registry needs
        """Ask what became of ``call.key``."""
        code, value = _read(await self.send("find", call, {"deliveryKey": call.key}))
        if _kind(code) == "busy":
            return Unknown(detail="the registry is busy")
        _done(code)
        case = read_value(replies.Finding, value).registration
        if case is None:
            return Absent()
        if case.delivery_key != call.key:
            raise InDoubt("reply_mismatch", "the registry answered with another registration than the one asked about")
        return Found(outcome=_outcome(case))

    async def withdraw(self, call: Call, reference: str) -> WithdrawResult:
        """Take a registration back that is not decided."""
        code, value = _read(await self.send("withdraw", call, {"reference": reference}))
        _done(code)
        result = read_value(replies.Withdrawal, value).result
        return Withdrawn() if result == "withdrawn" else Kept(code=result)

    def parse_callback(self, headers: Mapping[str, str], body: bytes) -> Callback:
        """Verify by Standard Webhooks, then read; raises ``CallbackRefused``, or ``CallbackUnfit`` (``unreadable_body``)."""
        message_id = self._webhook.verify(headers, body)
        if (case := _read_decision(body)) is None:
            raise CallbackUnfit("unreadable_body", "the callback is authentic but does not fit the registry's contract")
        return Callback(id=message_id, outcome=_outcome(case), key=case.delivery_key, reference=case.reference, reply=_ACKNOWLEDGEMENT)

    async def probe(self) -> None:
        """Ask for the service's status: shows that address, application, secret and clock are right."""
        code, _ = _read(await self.send("status", probe_call(self.connection), {}))
        _done(code)

    def sign(self, outgoing: Outgoing) -> dict[str, str]:
        """Make the three headers of the contract's section "Signature"."""
        request_time, digest = str(time.time_ns() // 1_000_000), hashlib.sha256(outgoing.body).hexdigest()
        signed = {
            **outgoing.params,
            "appKey": self._app_key,
            "requestTime": request_time,
            "method": outgoing.method,
            "path": outgoing.path,
            "bodySha256": digest,
        }
        text = "&".join(f"{name}={value}" for name, value in sorted(signed.items()))
        sign = hmac.new(self.connection.secrets["app_secret"].get_secret_value().encode(), text.encode(), hashlib.sha256)
        return {"appKey": self._app_key, "requestTime": request_time, "sign": sign.hexdigest()}


def _read(reply: Reply) -> tuple[str, Any]:
    """Give a reply's code, and the whole of it."""
    value = read_json(reply)
    return read_value(replies.Coded, value).code, value


def _problems(operation: str, back: replies.SentBack) -> tuple[FieldProblem, ...]:
    ours = our_names(RealEstate.operation(operation).request)
    return tuple(FieldProblem(ours.get(field.name, ""), field.message) for field in back.fields)


def _outcome(case: replies.Case) -> Outcome:
    match case:
        case replies.ApprovedCase():
            output = outputs.Registered(certificate_number=case.certificate_number, registered_on=case.registered_on)
            return Approved(output=output, reference=case.reference)
        case replies.RejectedCase():
            return Rejected(code=case.code, reason=case.message, reference=case.reference)
        case replies.ReturnedCase():
            return Returned(code=case.code, reason=case.message, fields=_problems(case.operation, case), reference=case.reference)
        case _:
            # Withdrawn too: only we withdraw, and asked again the registry says so again, which settles a lost reply.
            return Accepted(reference=case.reference)


def _done(code: str) -> None:
    """See that something was done; raises what the code means when it was not."""
    if _kind(code) != "done":
        raise _nothing_done(code)


def _nothing_done(code: str) -> Unavailable | InDoubt:
    """Give the error of a code that is neither done nor decided."""
    if _kind(code) == "busy":
        return Unavailable("registry_busy", "the registry is busy and did nothing")
    return InDoubt("registry_code", "the registry answered with a code that its contract does not list")


def _kind(code: str) -> Literal["done", "refused", "sent_back", "busy", "unlisted"]:
    """Tell what a code says: 0, or the first of four digits (the contract's section "Codes inside HTTP 200")."""
    if code == "0":
        return "done"
    if not re.fullmatch("[123][0-9]{3}", code):
        return "unlisted"
    return "refused" if code[0] == "1" else "sent_back" if code[0] == "2" else "busy"


def _read_decision(body: bytes) -> replies.Case | None:
    """None when it does not fit; the vendor's errors end here, since they hold what they could not read."""
    try:
        return replies.Decided.model_validate(orjson.loads(body)).data
    except (orjson.JSONDecodeError, ValidationError):
        return None

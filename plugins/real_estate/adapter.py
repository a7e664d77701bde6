"""The real-estate registry: signed requests, decisions by signed callback. Contract: ``contract/openapi.yaml``."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
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
    Department,
    FieldProblem,
    FindResult,
    Found,
    InDoubt,
    Invalid,
    Kept,
    Operation,
    Options,
    Outcome,
    Output,
    Rejected,
    Request,
    Returned,
    Safe,
    Unavailable,
    Unknown,
    Withdrawn,
    WithdrawResult,
)
from gateway.sdk.fields import IdNumber, Line, Name
from gateway.sdk.rest import ReplyModel, RestClient, probe_call, read_json, read_value
from gateway.sdk.webhooks import Webhook

_ASK = Ask(settle=timedelta(seconds=10))
_ACKNOWLEDGEMENT = CallbackReply(headers={"Content-Type": "application/json"}, body=b'{"code":"0"}')

_PATHS = {"add_co_owner": "/registrations/co-owners", "register_transfer": "/registrations/transfers"}
#: our field → the registry's, by operation
_WIRE: dict[str, dict[str, str]] = {
    "add_co_owner": {
        "certificate_number": "bdcqzh",
        "unit_number": "bdcdyh",
        "owner_name": "qlrmc",
        "owner_id_number": "qlrzjh",
        "co_owner_name": "gyrmc",
        "co_owner_id_number": "gyrzjh",
        "marriage_certificate_number": "jhzzh",
    },
    "register_transfer": {
        "certificate_number": "bdcqzh",
        "unit_number": "bdcdyh",
        "seller_name": "ywrmc",
        "seller_id_number": "ywrzjh",
        "buyer_name": "qlrmc",
        "buyer_id_number": "qlrzjh",
        "contract_number": "htbh",
        "tax_receipt_number": "wspzh",
    },
    "housing_holdings": {"name": "qlrmc", "id_number": "qlrzjh", "purpose": "cxfw", "asked_by": "clientusername"},
}

_Reference = Annotated[str, Field(pattern=r"^BDC[0-9]{8}-[0-9]{6,}$")]
_Message = Annotated[str, Field(max_length=500)]


class AddCoOwner(Request):
    """The spouse becomes a co-owner of the home."""

    certificate_number: str
    unit_number: str
    owner_name: str
    owner_id_number: str
    co_owner_name: str
    co_owner_id_number: str
    marriage_certificate_number: str


class RegisterTransfer(Request):
    """A home goes from the seller to the buyer."""

    certificate_number: str
    unit_number: str
    seller_name: str
    seller_id_number: str
    buyer_name: str
    buyer_id_number: str
    contract_number: str
    tax_receipt_number: str


class Registered(Output):
    """The new certificate (不动产权证号) and the day of its entry."""

    certificate_number: str
    registered_on: date


class HousingHoldings(Request):
    """How many homes a person holds, for what, and who wants to know."""

    name: Name
    id_number: IdNumber
    purpose: Annotated[Line, Field(title="查询用途", examples=["购房资格核验"], json_schema_extra={"x-title-en": "What it is asked for"})]
    asked_by: Annotated[
        Line, Field(title="查询人（窗口或单位）", max_length=100, examples=["综合窗口3号"], json_schema_extra={"x-title-en": "Who asks"})
    ]


class Holding(Output):
    """One home; ``area`` in m²."""

    unit_number: str
    address: str
    area: Decimal


class Holdings(Output):
    """The homes."""

    count: int
    holdings: list[Holding]


class RealEstateOptions(Options):
    """``app_key`` is the name that the registry knows this centre's application by (not a secret; its secret is)."""

    app_key: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]


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
    delivery_key: str = Field(alias="deliveryKey")
    reference: _Reference
    operation: Literal["add_co_owner", "register_transfer"] = Field(alias="djlx")


class _OpenCase(_Case):
    state: Literal["processing", "withdrawn"]


class _ApprovedCase(_Case):
    state: Literal["approved"]
    certificate_number: Annotated[str, Field(min_length=1, max_length=50)] = Field(alias="bdcqzh")
    registered_on: date = Field(alias="djrq")


class _RejectedCase(_Case, _Refused):
    state: Literal["rejected"]


class _ReturnedCase(_Case, _SentBack):
    state: Literal["returned"]


_Standing = Annotated[_OpenCase | _ApprovedCase | _RejectedCase | _ReturnedCase, Field(discriminator="state")]


class _Finding(ReplyModel):
    registration: _Standing | None


class _Decided(ReplyModel):
    type: Literal["registration.decided"]
    data: Annotated[_ApprovedCase | _RejectedCase | _ReturnedCase, Field(discriminator="state")]


class _Withdrawal(ReplyModel):
    result: Literal["withdrawn", "already_decided", "not_allowed"]


class _Home(ReplyModel):
    unit_number: str = Field(alias="bdcdyh")
    address: str = Field(alias="zl")
    area: Annotated[Decimal, Field(ge=0)] = Field(alias="mj")


class _Homes(ReplyModel):
    homes: list[_Home] = Field(alias="list")


class RealEstate(Department):
    """Decides later and tells by callback. A repeated key is registered again, so that after a lost reply it is asked first.

    Making one raises ValueError when ``callback_secret`` is no Standard Webhooks secret.
    """

    adapter = "real_estate"
    sdk = "1.1"
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
            request=AddCoOwner,
            output=Registered,
            resend=_ASK,
        ),
        Operation(
            name="register_transfer",
            title_zh="二手房转移登记",
            title_en="Registration of a house transfer",
            request=RegisterTransfer,
            output=Registered,
            resend=_ASK,
        ),
        Operation(
            name="housing_holdings",
            title_zh="住房保有量查询",
            title_en="How many homes a person holds",
            request=HousingHoldings,
            output=Holdings,
            resend=Safe(remembered=timedelta(hours=1)),
            read_only=True,
        ),
    )

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._app_key = RealEstateOptions.model_validate(connection.options, from_attributes=True).app_key
        self._webhook = Webhook(connection.secrets["callback_secret"])
        self._rest = RestClient(connection)

    async def open(self) -> None:
        """Make the session."""
        await self._rest.open()

    async def close(self) -> None:
        """Close the session."""
        await self._rest.close()

    async def submit(self, call: Call, request: Request) -> Outcome:
        """Hand a registration over, with the address where its decision is expected."""
        if call.callback_url is None:
            raise Invalid("no_callback_url", "the registry decides by callback: configure the address at which it reaches the gateway")
        body = {"deliveryKey": call.key, "notifyUrl": call.callback_url, **_on_wire(call.operation, request)}
        value, code = await self._ask(call, "POST", _PATHS[call.operation], body=body)
        if code == "0":
            return Accepted(reference=read_value(_Receipt, value).reference)
        return _refused(call.operation, code, value)

    async def query(self, call: Call, request: Request) -> Outcome:
        """Ask for a person's homes."""
        value, code = await self._ask(call, "POST", "/housing-holdings", body=_on_wire(call.operation, request))
        if code != "0":
            return _refused(call.operation, code, value)
        holdings = [Holding(unit_number=home.unit_number, address=home.address, area=home.area) for home in read_value(_Homes, value).homes]
        return Approved(output=Holdings(count=len(holdings), holdings=holdings))

    async def find(self, call: Call, request: Request) -> FindResult:  # noqa: ARG002  # the key is all the registry needs
        """Ask what became of ``call.key``."""
        value, code = await self._ask(call, "GET", "/registrations", params={"deliveryKey": call.key})
        if _kind(code) == "busy":
            return Unknown(detail="the registry is busy")
        if code != "0":
            raise _nothing_done(code)
        case = read_value(_Finding, value).registration
        if case is None:
            return Absent()
        if case.delivery_key != call.key:
            raise InDoubt("reply_mismatch", "the registry answered with another registration than the one asked about")
        return Found(outcome=_outcome(case))

    async def withdraw(self, call: Call, reference: str) -> WithdrawResult:
        """Take a registration back that is not decided."""
        value, code = await self._ask(call, "POST", f"/registrations/{reference}/withdrawal")
        if code != "0":
            raise _nothing_done(code)
        result = read_value(_Withdrawal, value).result
        return Withdrawn() if result == "withdrawn" else Kept(code=result)

    def parse_callback(self, headers: Mapping[str, str], body: bytes) -> Callback:
        """Verify by Standard Webhooks, then read; raises ``CallbackRefused``, or ``CallbackUnfit`` (``unreadable_body``)."""
        message_id = self._webhook.verify(headers, body)
        if (case := _read_decision(body)) is None:
            raise CallbackUnfit("unreadable_body", "the callback is authentic but does not fit the registry's contract")
        return Callback(id=message_id, outcome=_outcome(case), key=case.delivery_key, reference=case.reference, reply=_ACKNOWLEDGEMENT)

    async def probe(self) -> None:
        """Ask for the service's status: shows that address, application, secret and clock are right."""
        _, code = await self._ask(probe_call(self.connection), "GET", "/status")
        if code != "0":
            raise _nothing_done(code)

    async def _ask(
        self, call: Call, method: str, path: str, *, body: Mapping[str, str] | None = None, params: Mapping[str, str] | None = None
    ) -> tuple[Any, str]:
        """Send one signed request; give the reply's JSON and its code."""
        # The digest is over the very bytes that the client makes of the same body.
        headers = self._signature(method, path, b"" if body is None else orjson.dumps(body), params or {})
        value = read_json(await self._rest.request(call, method, path, json=body, params=params, headers=headers, accept={200}))
        return value, read_value(_Coded, value).code

    def _signature(self, method: str, path: str, body: bytes, params: Mapping[str, str]) -> dict[str, str]:
        """The three headers of the contract's section "Signature"."""
        request_time, digest = str(time.time_ns() // 1_000_000), hashlib.sha256(body).hexdigest()
        signed = {**params, "appKey": self._app_key, "requestTime": request_time, "method": method, "path": path, "bodySha256": digest}
        text = "&".join(f"{name}={value}" for name, value in sorted(signed.items()))
        sign = hmac.new(self.connection.secrets["app_secret"].get_secret_value().encode(), text.encode(), hashlib.sha256)
        return {"appKey": self._app_key, "requestTime": request_time, "sign": sign.hexdigest()}


def _on_wire(operation: str, request: Request) -> dict[str, str]:
    return {theirs: getattr(request, ours) for ours, theirs in _WIRE[operation].items()}


def _problems(operation: str, fields: tuple[_Field, ...]) -> tuple[FieldProblem, ...]:
    ours = {theirs: field for field, theirs in _WIRE[operation].items()}
    return tuple(FieldProblem(ours.get(field.name, ""), field.message) for field in fields)


def _outcome(case: _Case) -> Outcome:
    match case:
        case _ApprovedCase():
            output = Registered(certificate_number=case.certificate_number, registered_on=case.registered_on)
            return Approved(output=output, reference=case.reference)
        case _RejectedCase():
            return Rejected(code=case.code, reason=case.message, reference=case.reference)
        case _ReturnedCase():
            return Returned(code=case.code, reason=case.message, fields=_problems(case.operation, case.fields), reference=case.reference)
        case _:
            # Withdrawn too: only we withdraw, and asked again the registry says so again, which settles a lost reply.
            return Accepted(reference=case.reference)


def _refused(operation: str, code: str, value: object) -> Outcome:
    """A decision made at once; raises when the code is none."""
    match _kind(code):
        case "refused":
            return Rejected(code=code, reason=read_value(_Refused, value).message)
        case "sent_back":
            back = read_value(_SentBack, value)
            return Returned(code=code, reason=back.message, fields=_problems(operation, back.fields))
        case _:
            raise _nothing_done(code)


def _nothing_done(code: str) -> Unavailable | InDoubt:
    """What a code means that is neither done nor decided."""
    if _kind(code) == "busy":
        return Unavailable("registry_busy", "the registry is busy and did nothing")
    return InDoubt("registry_code", "the registry answered with a code that its contract does not list")


def _kind(code: str) -> Literal["refused", "sent_back", "busy", "unlisted"]:
    """What the first of a code's four digits says (the contract's section "Codes inside HTTP 200")."""
    if not re.fullmatch("[123][0-9]{3}", code):
        return "unlisted"
    return "refused" if code[0] == "1" else "sent_back" if code[0] == "2" else "busy"


def _read_decision(body: bytes) -> _Case | None:
    """None when it does not fit; the vendor's errors end here, since they hold what they could not read."""
    try:
        return _Decided.model_validate(orjson.loads(body)).data
    except (orjson.JSONDecodeError, ValidationError):
        return None

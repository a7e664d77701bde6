"""A department that does all that it is asked. Its adapter has everything that the SDK offers, in the fewest lines.

Its contract, in JSON: ``POST /cases`` files a case under ``key``, ``GET /cases?key=`` finds it, ``POST /progress`` tells of many,
``POST /withdrawals`` takes one back, ``POST /questions`` asks, ``GET /status`` tries the token. ``code`` is ``0`` (done), ``1…`` (rejected)
or ``2…`` (sent back, with ``fields``). With ``fatal`` the department's own system broke, whatever the code. Later decisions are posted to
``callbackUrl`` (Standard Webhooks).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Literal

import orjson
from pydantic import Field, ValidationError

from gateway.model import JsonObject
from gateway.model.errors import CallbackUnfit, InDoubt
from gateway.model.outcome import (
    Absent,
    Accepted,
    Approved,
    FieldProblem,
    FindResult,
    Found,
    Kept,
    Outcome,
    Rejected,
    Returned,
    Withdrawn,
    WithdrawResult,
)
from gateway.sdk.demo import texts
from gateway.sdk.department import Ask, Call, Callback, Connection, Department, Operation, Output, Pending, Request, Safe
from gateway.sdk.fields import IdNumber, Name
from gateway.sdk.rest import ReplyModel, RestClient, probe_call, read_reply
from gateway.sdk.webhooks import Webhook

#: The department's names of our fields.
NAMES = {"name": "name", "id_number": "idNumber", "purpose": "purpose", "wished_on": "wishedOn", "fee": "fee"}


class FileCase(Request):
    """A person's case."""

    name: str
    id_number: str
    purpose: str | None = None
    wished_on: date | None = None
    fee: Decimal | None = None


class CaseFiled(Output):
    """The certificate, its first day and the fee that was paid."""

    certificate_number: str
    counts_from: date | None = None
    paid: Decimal | None = None


class LookUp(Request):
    """The person whom a question is about."""

    name: Name
    id_number: IdNumber


class Count(Output):
    """The number of a person's cases."""

    count: int


class _Field(ReplyModel):
    name: str
    message: str


class CaseReply(ReplyModel):
    """A reply about one case, or about none."""

    code: str
    message: str = ""
    fatal: bool = False
    fields: tuple[_Field, ...] = ()
    count: int | None = None
    key: str | None = None
    reference: str | None = None
    state: Literal["open", "approved", "withdrawn"] | None = None
    certificate_number: str | None = Field(None, alias="certificateNumber")
    counts_from: date | None = Field(None, alias="countsFrom")
    paid: Decimal | None = None
    result: Literal["withdrawn", "decided"] | None = None


class CasesReply(ReplyModel):
    """A reply about several cases."""

    cases: tuple[CaseReply, ...]


class Succeeds(Department):
    """The honest adapter: ``file`` is decided at once and recognised again, ``apply`` is decided later, ``look_up`` only asks."""

    adapter = "demo_succeeds"
    sdk = "1.1"
    version = "1"
    secret_names = ("token", "callback_secret")
    can_find = True
    can_poll = True
    can_withdraw = True
    calls_back = True
    operations: ClassVar[tuple[Operation, ...]] = (
        Operation(
            name="file",
            title_zh=texts.FILING.zh,
            title_en=texts.FILING.en,
            request=FileCase,
            output=CaseFiled,
            resend=Safe(remembered=timedelta(days=1)),
        ),
        Operation(
            name="apply",
            title_zh=texts.APPLICATION.zh,
            title_en=texts.APPLICATION.en,
            request=FileCase,
            output=CaseFiled,
            resend=Ask(settle=timedelta(seconds=1)),
        ),
        Operation(
            name="look_up",
            title_zh=texts.QUESTION.zh,
            title_en=texts.QUESTION.en,
            request=LookUp,
            output=Count,
            resend=Safe(remembered=timedelta(days=1)),
            read_only=True,
        ),
    )

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._rest = RestClient(connection)
        self._webhook = Webhook(connection.secrets["callback_secret"])

    async def open(self) -> None:
        """Make the session."""
        await self._rest.open()

    async def close(self) -> None:
        """Close the session."""
        await self._rest.close()

    async def submit(self, call: Call, request: Request) -> Outcome:
        """File a case."""
        return outcome(await self.ask(call, "/cases", self.body(call, request)))

    async def query(self, call: Call, request: Request) -> Outcome:
        """Ask how many cases a person has."""
        return outcome(await self.ask(call, "/questions", on_wire(request)))

    async def find(self, call: Call, request: Request) -> FindResult:
        """Ask what became of a key."""
        reply = await self._rest.request(call, "GET", "/cases", params={"key": call.key}, headers=self.headers(), accept={200})
        answers = read_reply(CasesReply, reply).cases
        if not answers:
            return Absent()
        if answers[0].key != call.key:
            raise InDoubt("reply_mismatch", "the department answered about another key than the one asked about")
        return Found(outcome=outcome(answers[0]))

    async def poll(self, call: Call, pending: Sequence[Pending]) -> Mapping[str, Outcome]:
        """Ask about many cases."""
        body = {"references": [one.reference for one in pending]}
        reply = await self._rest.request(call, "POST", "/progress", json=body, headers=self.headers(), accept={200})
        asked = {one.reference for one in pending}
        decided = [
            answer
            for answer in read_reply(CasesReply, reply).cases
            if answer.reference in asked and answer.state not in {"open", "withdrawn"}
        ]
        return {answer.reference: outcome(answer) for answer in decided if answer.reference}

    async def withdraw(self, call: Call, reference: str) -> WithdrawResult:
        """Take a case back."""
        answer = await self.ask(call, "/withdrawals", {"reference": reference})
        return Withdrawn() if answer.result == "withdrawn" else Kept(code="already_decided")

    def parse_callback(self, headers: Mapping[str, str], body: bytes) -> Callback:
        """Verify a callback, then read it."""
        message_id = self._webhook.verify(headers, body)
        try:
            answer = CaseReply.model_validate(orjson.loads(body))
        except (orjson.JSONDecodeError, ValidationError):
            answer = None
        if answer is None:
            raise CallbackUnfit("unreadable_body", "the callback does not fit the contract")
        return Callback(id=message_id, outcome=outcome(answer), key=answer.key, reference=answer.reference)

    async def probe(self) -> None:
        """Try the address and the token."""
        read_reply(CaseReply, await self._rest.request(probe_call(self.connection), "GET", "/status", headers=self.headers(), accept={200}))

    async def ask(self, call: Call, path: str, body: Mapping[str, Any]) -> CaseReply:
        """Post to a path and read the answer."""
        return read_reply(CaseReply, await self._rest.request(call, "POST", path, json=body, headers=self.headers(), accept={200}))

    def headers(self) -> dict[str, str]:
        """Give the header with the token."""
        return {"Authorization": f"Bearer {self.connection.secrets['token'].get_secret_value()}"}

    def body(self, call: Call, request: Request) -> JsonObject:
        """Write a case as the department wants it."""
        return {"key": call.key, "operation": call.operation, "callbackUrl": call.callback_url, **on_wire(request)}


class Refuses(Succeeds):
    """The same contract at another department, whose sandbox rejects filed cases and sends applications back."""

    adapter = "demo_refuses"


def on_wire(request: Request) -> JsonObject:
    """Write a request under the department's names."""
    return {NAMES[name]: value for name, value in request.model_dump(mode="json", exclude_none=True).items()}


def outcome(answer: CaseReply) -> Outcome:
    """Give the meaning of an answer. One that the contract does not list proves nothing."""
    match answer:
        case CaseReply(fatal=True):
            raise InDoubt("demo_fatal", "the department says that its own system broke")
        case CaseReply(code="0", count=int(count)):
            return Approved(output=Count(count=count))
        case CaseReply(code="0", state="approved", certificate_number=str(number), reference=str(reference)):
            output = CaseFiled(certificate_number=number, counts_from=answer.counts_from, paid=answer.paid)
            return Approved(output=output, reference=reference)
        case CaseReply(code="0", state="open" | "withdrawn", reference=str(reference)):
            return Accepted(reference=reference)
        case CaseReply(code=code) if code.startswith("1"):
            return Rejected(code=code, reason=answer.message, reference=answer.reference)
        case CaseReply(code=code) if code.startswith("2"):
            ours = {theirs: name for name, theirs in NAMES.items()}
            fields = tuple(FieldProblem(ours.get(field.name, ""), field.message) for field in answer.fields)
            return Returned(code=code, reason=answer.message, fields=fields, reference=answer.reference)
        case _:
            raise InDoubt("demo_code", "the department answered with what its contract does not list")

"""Departments in this process that do as a test tells them, and small services over them."""

from __future__ import annotations

import inspect
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import orjson
from pydantic import Field

from gateway.catalogue.catalogue import Catalogue, load_catalogue
from gateway.model.department import DepartmentConfig
from gateway.model.errors import CallbackRefused, CallbackUnfit
from gateway.model.outcome import Absent, Accepted, Approved, FindResult, Outcome, Rejected, Returned, Withdrawn, WithdrawResult
from gateway.sdk import Ask, Call, Callback, CallbackReply, Connection, Department, Never, Operation, Options, Output, Request, Safe
from gateway.sdk.department import Pending, Resend
from tests.gateway.worlds import stand_ins

MAN, WOMAN = stand_ins.MAN, stand_ins.WOMAN


class Notice(Request):
    """The request of every operation."""

    name: str
    id_number: str
    note: str | None = None
    number: str | None = None


class Brief(Notice):
    """The same from a department that takes short notes."""

    note: Annotated[str, Field(max_length=5)]


class Given(Output):
    """The output of every operation."""

    number: str


class Other(Output):
    """An output that no operation gives."""

    text: str


def operation(name: str, resend: Resend, *, read_only: bool = False, request: type[Request] = Notice) -> Operation:
    return Operation(name=name, title_zh=name, title_en=name, request=request, output=Given, resend=resend, read_only=read_only)


REMEMBERED = 3600
SETTLE = 10


class Office(Department):
    """Does as ``says`` told it, call by call, else grants everything at once. It offers every ability."""

    adapter = "office"
    sdk = "1.0"
    operations = (
        operation("safe", Safe(remembered=timedelta(seconds=REMEMBERED))),
        operation("ask", Ask(settle=timedelta(seconds=SETTLE))),
        operation("never", Never()),
        operation("look", Safe(remembered=timedelta(seconds=REMEMBERED)), read_only=True),
        operation("narrow", Safe(remembered=timedelta(seconds=REMEMBERED)), request=Brief),
    )
    can_find = can_poll = can_withdraw = calls_back = True

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.calls: list[tuple[str, Call, Any]] = []
        self._script: dict[str, deque[Any]] = defaultdict(deque)

    def says(self, method: str, *answers: Any) -> None:
        """Set the results of the next calls of a method: a value, an exception to raise, or a function of (call, asked)."""
        self._script[method].extend(answers)

    def count(self, method: str) -> int:
        return sum(1 for name, _, _ in self.calls if name == method)

    async def _answer(self, method: str, call: Call, asked: Any, usual: Any) -> Any:
        self.calls.append((method, call, asked))
        answer = self._script[method].popleft() if self._script[method] else usual
        if callable(answer):
            answer = answer(call, asked)
            if inspect.isawaitable(answer):
                answer = await answer
        if isinstance(answer, BaseException):
            raise answer
        return answer

    async def submit(self, call: Call, request: Request) -> Outcome:
        outcome: Outcome = await self._answer("submit", call, request, approved())
        return outcome

    async def query(self, call: Call, request: Request) -> Outcome:
        outcome: Outcome = await self._answer("query", call, request, approved())
        return outcome

    async def find(self, call: Call, request: Request) -> FindResult:
        found: FindResult = await self._answer("find", call, request, Absent())
        return found

    async def poll(self, call: Call, pending: Sequence[Pending]) -> Mapping[str, Outcome | Absent]:
        decided: Mapping[str, Outcome | Absent] = await self._answer("poll", call, pending, {})
        return decided

    async def withdraw(self, call: Call, reference: str) -> WithdrawResult:
        result: WithdrawResult = await self._answer("withdraw", call, reference, Withdrawn())
        return result

    def parse_callback(self, headers: Mapping[str, str], body: bytes) -> Callback:
        if headers.get("signature") != "good":
            raise CallbackRefused("signature")
        said: dict[str, Any] = orjson.loads(body)
        if said.get("unfit"):
            raise CallbackUnfit("unreadable_body")
        if said.get("break"):
            raise ValueError(MAN["id_number"])
        outcome = OUTCOMES[said["kind"]]
        if said.get("other"):
            outcome = Approved(output=Other(text="x"))
        reply = CallbackReply(status=202, body=b"thanks")
        return Callback(id=said["id"], outcome=outcome, key=said.get("key"), reference=said.get("reference"), reply=reply)


class Caller(Office):
    """Calls back and can be asked about a key, but cannot be polled."""

    adapter = "caller"
    can_poll = False


class Silent(Office):
    """Offers only submitting and calling back."""

    adapter = "silent"
    can_poll = can_find = can_withdraw = False


class Mute(Silent):
    """Offers only submitting."""

    adapter = "mute"
    calls_back = False


def approved(number: str = "N-1", reference: str | None = None) -> Approved:
    return Approved(output=Given(number=number), reference=reference)


OUTCOMES: dict[str, Outcome] = {
    "approved": approved("C-1"),
    "rejected": Rejected(code="R1", reason=f"no: {MAN['id_number']}"),
    "returned": Returned(code="B1", reason="again"),
    "accepted": Accepted(reference="REF-1"),
}

ADAPTERS: dict[str, type[Office]] = {"office": Office, "annex": Office, "caller": Caller, "silent": Silent, "mute": Mute}


def config(name: str, **more: Any) -> DepartmentConfig:
    retry = {"first_seconds": 1, "longest_seconds": 8, "attempts": 3, "give_up_seconds": 7200, **more.pop("retry", {})}
    poll = {"every_seconds": 30, "callback_patience_seconds": 600, **more.pop("poll", {})}
    return DepartmentConfig.model_validate(
        {"name": name, "title": {"zh": name, "en": name}, "endpoint": "sandbox", "retry": retry, "poll": poll, **more}
    )


def office(name: str, config: DepartmentConfig, *, deadline: float | None = None) -> Office:
    limits = config.limits
    return ADAPTERS[name](
        Connection(
            name=name,
            endpoint="http://127.0.0.1:1",
            secrets={},
            options=Options(),
            deadline=deadline or limits.deadline_seconds,
            max_reply_bytes=limits.max_reply_bytes,
            concurrency=limits.concurrency,
        )
    )


def step(name: str, department: str = "office", operation: str = "safe", **more: Any) -> dict[str, Any]:
    share = {"name": "applicant.name", "id_number": "applicant.id_number", **more.pop("share", {})}
    title, purpose = {"zh": name, "en": name}, {"zh": name, "en": name}
    return {"name": name, "title": title, "department": department, "operation": operation, "purpose": purpose, "share": share, **more}


FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "note": {"type": "string"},
        "own": {"type": "string"},
        "want": {"type": "boolean"},
        "count": {"type": "string"},
    },
    "additionalProperties": False,
}

#: A form that can be drawn.
TYPED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "note": {"type": "string"},
        "own": {"type": "string"},
        "want": {"type": "boolean"},
        "rooms": {"type": "integer"},
        "kind": {"enum": ["a", "b"]},
        "others": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}, "additionalProperties": False}},
    },
    "additionalProperties": False,
}

_PERSON = {"type": "object", "properties": {"name": {"type": "string"}, "id_number": {"type": "string"}}, "required": ["name", "id_number"]}
_FIRM = {"type": "object", "properties": {"name": {"type": "string"}, "uscc": {"type": "string", "format": "cn-uscc"}}}
_WHO = {"zh": "当事人", "en": "Party"}


def party(role: str, at: str, **more: Any) -> dict[str, Any]:
    """Give a role of a person at a place in the form."""
    return {"role": role, "title": _WHO, "kind": "person", "at": at, "id_type": {"value": "111"}, **more}


#: A sale by a firm or a person: the buyer sees a step of two and not what the seller says.
SALE: dict[str, Any] = {
    "form": {**FORM, "properties": {**FORM["properties"], "seller": _PERSON, "buyer": _PERSON, "firm": _FIRM}},
    "parties": [
        party("seller", "data.seller", when="data.seller"),
        party("buyer", "data.buyer"),
        {"role": "firm", "title": _WHO, "kind": "organization", "at": "data.firm", "when": "data.firm"},
        {"role": "handler", "title": _WHO, "kind": "person", "at": "applicant", "acts_for": "firm"},
    ],
    "sees": {
        "applicant": {"steps": ["two"], "paths": ["data.note"]},
        "seller": {"steps": "all", "paths": ["data.note", "data.own"]},
        "buyer": {"steps": ["two"], "paths": ["data.note"]},
    },
}

#: The note T requires a longer ``own``.
TIED: dict[str, Any] = {
    **FORM,
    "if": {"properties": {"note": {"const": "T"}}, "required": ["note"]},
    "then": {"properties": {"own": {"minLength": 5}}},
}

NOTE = {"note": "data.note"}
OWN = {"note": "data.own"}

SERVICES: dict[str, list[dict[str, Any]]] = {
    **{f"{name}-{kind}": [step("do", name, kind)] for name in ADAPTERS for kind in ("safe", "ask", "never", "look")},
    "mixed": [step("one", "mute"), step("two", "annex")],
    "typed": [step("one", "office", share=NOTE), step("two", "annex", share=OWN)],
    "pair": [step("one", "office", share=NOTE), step("two", "annex", share=OWN)],
    "chain": [
        step("first", "office", "ask", share=NOTE),
        step("second", "annex", after=["first"], share={"number": "steps.first.number", **OWN}),
        step("third", "annex", after=["second"], required=False),
    ],
    "wanted": [step("first", "office", share=NOTE), step("extra", "annex", when="data.want", share=OWN)],
    "looked": [step("look", "office", "look", share=NOTE), step("act", "annex", after=["look"], share={"number": "steps.look.number"})],
    "tied": [step("one", share=OWN), step("two", "annex", after=["one"], share=NOTE)],
    "noted": [step("do", share=NOTE)],
    "sale": [step("one", share={"note": "data.buyer.id_number"}), step("two", "annex", share=NOTE)],
    "pair-same": [step("one", share=NOTE), step("two", "annex", share=NOTE)],
    "pair-ask": [step("one", "office", "ask", share=NOTE), step("two", "annex", share=NOTE)],
    "shared": [step("one", share=NOTE), step("two", "annex", after=["one"], share=NOTE), step("three", after=["two"], share=NOTE)],
    "beside": [
        step("one", "office", "never", share=NOTE),
        step("two", "annex", after=["one"], share=OWN),
        step("three", "annex", share=OWN),
    ],
    "narrow": [step("one", "office", "narrow", share=NOTE), step("two", "annex", after=["one"], share=NOTE)],
    "asked-beside": [
        step("look", "office", "look", share=NOTE),
        step("two", "annex", share=NOTE),
        step("act", "annex", after=["look"], share={"number": "steps.look.number"}),
    ],
    "asked-two": [
        step("look", "office", "look", share=NOTE),
        step("act", "annex", after=["look"], share={"number": "steps.look.number"}),
        step("two", "annex", after=["act"], share=NOTE),
        step("three", "annex", after=["two"], share=NOTE),
    ],
    "picky": [step("first"), step("odd", "annex", after=["first"], when="steps.first.number && starts_with(data.note, 'x')", share=OWN)],
}


def build(folder: Path) -> Catalogue:
    """Make the catalogue of all of :data:`SERVICES`."""
    for code, steps in SERVICES.items():
        made = deepcopy(stand_ins.DEFINITION)
        made |= {
            "code": code,
            "form": {"tied": TIED, "typed": TYPED}.get(code, FORM),
            "steps": steps,
            "sample_outputs": {s["name"]: {"number": "N-0"} for s in steps},
        }
        data: dict[str, Any] = {"note": "x", "own": "y", "want": True}
        if code == "sale":
            made |= orjson.loads(orjson.dumps(SALE))  # no two parts of it are the same object, which YAML would write as a reference
            data["buyer"] = {"name": WOMAN["name"], "id_number": WOMAN["id_number"]}
        stand_ins.write(folder, made, {"service": code, "channel": "counter", "applicant": MAN, "data": data}, code)
    return load_catalogue(folder, ADAPTERS)

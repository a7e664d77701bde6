"""An adapter says how operations are sent, what lets it in and what replies mean; all else is its base's."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from pydantic import SecretStr

from gateway.sdk import Approved, Call, Never, Operation, Outcome, Output, Request
from gateway.sdk.rest import Outgoing, Reply, ReplyModel, probe_call, read_reply
from gateway.sdk.rest_department import RestDepartment
from gateway.sdk.rest_operation import RestOperation
from tests.gateway.sdk.conftest import Listen, call, connection, http, read_request


class Permit(Request):
    """A request."""

    name: str


class Numbered(Output):
    """A number."""

    number: str


class _Answer(ReplyModel):
    number: str


class Permits(RestDepartment):
    """A department with one operation that acts and one that asks."""

    adapter = "permits"
    sdk = "1.2"
    secret_names = ("token",)
    operations = (
        Operation(name="grant", title_zh="许可", title_en="Permit", request=Permit, output=Numbered, resend=Never()),
        Operation(name="look_up", title_zh="查询", title_en="Question", request=Permit, output=Numbered, resend=Never(), read_only=True),
    )
    wire = {
        "grant": RestOperation(method="POST", path="/permits", body="fields"),
        "look_up": RestOperation(method="GET", path="/permits", in_query=frozenset({"name"})),
        "withdraw": RestOperation(method="POST", path="/permits/{number}/withdrawal", in_path=frozenset({"number"}), body="fields"),
    }

    def outcome(self, call: Call, reply: Reply) -> Outcome:
        return Approved(output=Numbered(number=f"{call.operation}-{read_reply(_Answer, reply).number}"))

    def headers(self) -> dict[str, str]:
        return {"X-Token": self.connection.secrets["token"].get_secret_value()}

    def params(self) -> dict[str, str]:
        return {"app": "onestop"}


class Signs(Permits):
    """One that signs what it sends."""

    def sign(self, outgoing: Outgoing) -> dict[str, str]:
        return {"X-Signed": f"{outgoing.method} {outgoing.path} {dict(outgoing.params)} {outgoing.body!r}"}


async def opened(kind: type[Permits], listen: Listen, seen: list[bytes]) -> Permits:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            seen.append(await read_request(reader))
            writer.write(http(200, b'{"number":"7"}', "Content-Type: application/json"))

    made = kind(replace(connection(await listen(script)), secrets={"token": SecretStr("t")}))
    await made.open()
    return made


async def test_what_acts_and_what_asks_goes_as_the_wire_says_and_is_read_as_the_adapter_does(listen: Listen) -> None:
    seen: list[bytes] = []
    permits = await opened(Permits, listen, seen)
    assert await permits.submit(call(operation="grant"), Permit(name="甲")) == Approved(output=Numbered(number="grant-7"))
    assert await permits.query(call(operation="look_up"), Permit(name="a")) == Approved(output=Numbered(number="look_up-7"))
    await permits.close()
    granted, asked = seen
    assert granted.startswith(b"POST /permits?app=onestop ")
    assert granted.endswith('\r\n\r\n{"name":"甲"}'.encode())
    assert asked.startswith((b"GET /permits?name=a&app=onestop ", b"GET /permits?app=onestop&name=a "))
    assert all(b"\r\nX-Token: t\r\n" in one for one in seen)


async def test_whatever_else_is_asked_goes_by_the_contracts_names_and_is_let_in_too(listen: Listen) -> None:
    seen: list[bytes] = []
    permits = await opened(Permits, listen, seen)
    reply = await permits.send("withdraw", call(), {"number": "7/8", "why": ["moved", 1]})
    await permits.rest.reach(probe_call(permits.connection))
    await permits.close()
    assert reply.status == 200
    withdrawn, reached = seen
    assert withdrawn.startswith(b"POST /permits/7%2F8/withdrawal?app=onestop ")
    assert withdrawn.endswith(b'{"why":["moved",1]}')
    assert all(b"\r\nX-Token: t\r\n" in one for one in (withdrawn, reached))


async def test_what_is_signed_is_what_leaves(listen: Listen) -> None:
    seen: list[bytes] = []
    signs = await opened(Signs, listen, seen)
    await signs.submit(call(operation="grant"), Permit(name="a"))
    await signs.close()
    assert rb"""X-Signed: POST /permits {'app': 'onestop'} b'{"name":"a"}'""" in seen[0]

"""A department whose adapter is broken on order, each way being a mistake that somebody has made and that the suite must find."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from time import sleep
from typing import Any, cast

import orjson
from pydantic import field_validator

from gateway.model.errors import AuthFailed, Busy, DepartmentError, InDoubt, Unavailable
from gateway.model.outcome import Absent, Accepted, Approved, FindResult, Outcome, Rejected, Returned, Unknown, Withdrawn, WithdrawResult
from gateway.sdk.demo.naive import NaiveClient, forever
from gateway.sdk.demo.succeeds import NAMES, CaseFiled, CaseReply, Succeeds
from gateway.sdk.demo.ways import WAYS
from gateway.sdk.department import Call, Callback, Connection, Options, Output, Pending, Request
from gateway.sdk.rest import Reply, RestClient, probe_call, read_reply, read_value
from gateway.sdk.sandbox import CHINA


class BrokenOptions(Options):
    """The mistakes that the adapter makes: ``ways`` are names in :data:`gateway.sdk.demo.ways.WAYS`."""

    ways: frozenset[str] = frozenset()

    @field_validator("ways")
    @classmethod
    def _known(cls, ways: frozenset[str]) -> frozenset[str]:
        if unknown := sorted(ways - WAYS.keys()):
            raise ValueError(f"no such way: {', '.join(unknown)}")
        return ways


class Broken(Succeeds):
    """An adapter as good as :class:`Succeeds` but for its ``ways``."""

    adapter = "demo_broken"
    options_model = BrokenOptions

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._ways = BrokenOptions.model_validate(connection.options, from_attributes=True).ways
        self._naive = NaiveClient(connection)
        self._call: Call | None = None
        self._earlier: list[str] = []
        self._number = ""
        self._tasks: list[asyncio.Task[Any]] = []
        self._request: Request | None = None
        self._answers: dict[str, Outcome] = {}
        self._forgotten = RestClient(connection)

    def _is(self, *ways: str) -> bool:
        return bool(self._ways.intersection(ways))

    async def open(self) -> None:
        """Make the sessions."""
        await super().open()
        await self._naive.open()
        await self._forgotten.open()
        if self._is("connects_on_open"):
            await super().probe()

    async def close(self) -> None:
        """Close the sessions."""
        if self._is("never_closes"):
            return
        await super().close()
        await self._naive.close()
        if not self._is("forgets_a_client"):
            await self._forgotten.close()

    async def submit(self, call: Call, request: Request) -> Outcome:
        """File a case."""
        return await self._acted(call, request, super().submit)

    async def query(self, call: Call, request: Request) -> Outcome:
        """Ask a question."""
        if not self._is("remembers_answers"):
            return await self._acted(call, request, super().query)
        if (asked := request.model_dump_json()) not in self._answers:
            self._answers[asked] = await self._acted(call, request, super().query)
        return self._answers[asked]

    async def _acted(self, call: Call, request: Request, do: Any) -> Outcome:  # noqa: ANN401  # submit or query of the honest one
        call = await self._before(call, request)
        if self._is("mixes_people"):
            self._request = request
            await asyncio.sleep(0)
            request = self._request
        self._number = str(getattr(request, "id_number", ""))
        try:
            if self._is("holds_on"):
                self._tasks.append(task := asyncio.ensure_future(do(call, request)))
                outcome: Outcome = await asyncio.shield(task)
            else:
                outcome = await do(call, request)
        except DepartmentError as error:
            if error.code == "http_409" and self._is("accepts_conflicts"):
                return Accepted(reference=call.key)
            if error.code == "http_409" and self._is("renames_conflicts"):
                return cast("Outcome", await do(dataclasses.replace(call, key=secrets.token_hex(8)), request))
            return self._instead(error, request) or await do(call, request)
        return self._changed(outcome)

    async def _before(self, call: Call, request: Request) -> Call:
        if self._is("blocks"):
            sleep(0.08)  # noqa: ASYNC251  # the mistake
        if self._is("logs"):
            logging.getLogger(__name__).debug("sending %s", request.model_dump())
        if self._is("prints"):
            print(request.model_dump())  # noqa: T201  # the mistake
        if self._is("leaves_a_task"):
            self._tasks.append(asyncio.create_task(forever()))
        if self._is("with_a_shared_call"):
            self._call = call
            await asyncio.sleep(0)
            call = self._call
        if self._is("own_key"):
            call = dataclasses.replace(call, key=secrets.token_hex(8))
        if self._is("no_deadline"):
            call = dataclasses.replace(call, deadline=600)
        if self._is("one_connection"):
            call = dataclasses.replace(call, fresh_connection=False)
        return call

    def _instead(self, error: DepartmentError, request: Request) -> Outcome | None:
        """Raise or give something else than the error, or give None to try again."""
        number = getattr(request, "id_number", "")
        match error:
            case InDoubt() | Unavailable() if self._is("retries"):
                return None
            case Unavailable() if self._is("refused_in_doubt"):
                raise InDoubt(error.code, error.detail) from None
            case InDoubt() if self._is("doubt_as_unavailable"):
                raise Unavailable(error.code, error.detail) from None
            case InDoubt(code="demo_code") if self._is("guesses_codes"):
                return Rejected(code=error.code, reason=error.detail)
            case InDoubt() if self._is("id_in_error"):
                raise InDoubt(error.code, f"the case of {number} was lost") from None
            case AuthFailed() if self._is("refusals_in_doubt"):
                raise InDoubt(error.code, error.detail) from None
            case Busy() if self._is("no_retry_after"):
                raise Busy(error.code, error.detail, retry_after=1) from None
            case Busy() if self._is("closed_is_rejected"):
                return Rejected(code="closed", reason=error.detail)
        raise error

    def _changed(self, outcome: Outcome) -> Outcome:
        if self._is("another_reference") and not isinstance(outcome, Rejected | Returned):
            return dataclasses.replace(outcome, reference=secrets.token_hex(4))
        if self._is("fields_as_theirs") and isinstance(outcome, Returned):
            fields = tuple(dataclasses.replace(one, field=NAMES.get(one.field, one.field)) for one in outcome.fields)
            return dataclasses.replace(outcome, fields=fields)
        return outcome

    async def ask(self, call: Call, path: str, body: Mapping[str, Any]) -> CaseReply:
        """Post to a path and read the answer, or a substitute for it."""
        body = self._told(body)
        if self._is("id_in_address"):
            path += f"?of={self._number}"
        headers = self.headers()
        if self._is("id_in_header"):
            headers["X-Applicant"] = self._number
        if self._is("sync_client"):
            status, content = self._naive.post_and_wait(call, path, body, headers)
            return read_value(CaseReply, _parsed(content)) if status == 200 else _lost()
        if self._is("trusts_200"):
            status, _ = await self._naive.post(call, path, body, headers)
            return self._trusted(path) if status == 200 else _lost()
        if self._is("naive"):
            status, content = await self._naive.post(call, path, body, headers)
            return read_value(CaseReply, _parsed(content)) if status == 200 else _lost()
        if headers != self.headers():
            reply = await self._rest.request(call, "POST", path, json=body, headers=headers, accept={200})
            return read_value(CaseReply, _parsed(reply.body))
        if not self._is("logs_refusals", "repeats_their_words", "fatal_is_rejected"):
            return await super().ask(call, path, body)
        return self._taken(await self._rest.request(call, "POST", path, json=body, headers=headers, accept={200}))

    def _told(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the body that leaves in place of the true one."""
        if self._is("keeps_people"):
            people, self._earlier = self._earlier, [str(body.get("idNumber"))]
            body = {**body, "purpose": "".join(people)}
        if self._is("drops_a_field"):
            body = {name: value for name, value in body.items() if name != "purpose"}
        if self._is("cuts_texts"):
            body = {name: value[:20] if name == "purpose" else value for name, value in body.items()}
        if self._is("dates_in_utc") and "wishedOn" in body:
            midnight = datetime.combine(date.fromisoformat(body["wishedOn"]), time.min, CHINA)
            body = {**body, "wishedOn": midnight.astimezone(UTC).date().isoformat()}
        if self._is("counts_in_floats") and "fee" in body:
            body = {**body, "fee": str(int(float(body["fee"]) * 100) / 100)}
        return body

    def _taken(self, reply: Reply) -> CaseReply:
        answer = read_reply(CaseReply, reply)
        if answer.code != "0" and self._is("logs_refusals"):
            logging.getLogger(__name__).debug("refused: %s", reply.body)
        if answer.code not in {"0", "10", "20"} and self._is("repeats_their_words"):
            raise InDoubt("demo_code", answer.message)
        return answer.model_copy(update={"fatal": False}) if self._is("fatal_is_rejected") else answer

    def _trusted(self, path: str) -> CaseReply:
        """Make up the answer in a reply that nobody has read."""
        done = (
            {"code": "0", "count": 1}
            if path == "/questions"
            else {"code": "0", "state": "approved", "reference": "1", "certificateNumber": "C"}
        )
        return CaseReply.model_validate(done)

    async def find(self, call: Call, request: Request) -> FindResult:
        """Ask what became of a key."""
        if self._is("find_is_unknown"):
            return Unknown()
        try:
            found = await super().find(call, request)
        except DepartmentError:
            if self._is("find_is_absent"):
                return Absent()
            raise
        return Absent() if self._is("find_is_absent") else found

    async def poll(self, call: Call, pending: Sequence[Pending]) -> Mapping[str, Outcome]:
        """Ask about many cases."""
        try:
            outcomes = await super().poll(call, pending)
        except DepartmentError:
            if self._is("poll_swallows"):
                return {}
            raise
        if self._is("polls_by_position"):
            return {one.reference: outcome for one, outcome in zip(pending, outcomes.values(), strict=False)}
        if not self._is("poll_approves"):
            return outcomes
        return {reference: Approved(output=CaseFiled(certificate_number="C"), reference=reference) for reference in outcomes}

    async def withdraw(self, call: Call, reference: str) -> WithdrawResult:
        """Take a case back."""
        return Withdrawn() if self._is("withdraws_blindly") else await super().withdraw(call, reference)

    async def probe(self) -> None:
        """Try the address and the token."""
        if self._is("probe_files"):
            call = dataclasses.replace(probe_call(self.connection), operation="file")
            await super().ask(call, "/cases", {"key": call.key, "operation": "file", "name": "-", "idNumber": "-"})
        if self._is("forgets_a_client"):
            await self._forgotten.reach(probe_call(self.connection), "/status", headers=self.headers())
        else:
            await super().probe()

    def parse_callback(self, headers: Mapping[str, str], body: bytes) -> Callback:
        """Verify a callback, then read it."""
        if self._is("unsigned"):
            message_id = headers.get("webhook-id", "msg_1")
            headers = self._webhook.sign(message_id, body)
        if self._is("old_callbacks"):
            self._webhook.verify(headers, body, now=float(headers.get("webhook-timestamp", "0")))
            headers = self._webhook.sign(headers["webhook-id"], body)
        callback = super().parse_callback(headers, body)
        if self._is("new_callback_ids"):
            callback = dataclasses.replace(callback, id=secrets.token_hex(8))
        if self._is("callback_approves"):
            output: Output = CaseFiled(certificate_number="C")
            callback = dataclasses.replace(callback, outcome=Approved(output=output, reference=callback.reference))
        return callback


def _parsed(content: bytes) -> Any:  # noqa: ANN401  # JSON may be anything
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _lost() -> CaseReply:
    raise InDoubt("status", "another status than 200")

"""The control paths of a sandbox, by which a test or an operator steers it.

No fault ever hits them but ``refuse``, which closes their port too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self, TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gateway.model import JsonObject
from gateway.model.errors import Located
from gateway.sdk.sandbox.behaviour import Behaviour, json_response, problem_response
from gateway.sdk.sandbox.faults import Fault
from gateway.sdk.sandbox.ledger import Decision
from gateway.sdk.sandbox.settings import LiveSettings

CONTROL = "/_sandbox/"
_REFUSE_SECONDS = 2.0

M = TypeVar("M", bound=BaseModel)


class _DecideOrder(BaseModel):
    """An order to decide one case (``reference`` or ``key``) now or, without either, to set the wait and the default outcome."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reference: str | None = None
    key: str | None = None
    after: Annotated[float, Field(ge=0)] | None = None
    outcome: Literal["approved", "rejected", "returned"] | None = None
    code: str | None = None
    reason: str | None = None
    fields: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.reference is None and self.key is None and self.after is None and self.outcome is None:
            raise ValueError("say a reference or key to decide, or after (seconds) or outcome to set for those to come")
        if self.reference is not None and self.key is not None:
            raise ValueError("say the reference or the key, not both")
        if self.after is not None and (self.reference is not None or self.key is not None):
            raise ValueError("after is for all cases; one case is decided now")
        return self

    def decision(self) -> Decision:
        return Decision(outcome=self.outcome or "approved", code=self.code, reason=self.reason, fields=self.fields)


class _RefusedOrderError(Exception):
    """An order that cannot be followed, with the reply that says why."""

    def __init__(self, response: web.Response) -> None:
        super().__init__(response.status)
        self.response = response


def control_routes(sandbox: Behaviour) -> Iterable[web.RouteDef]:
    """Give the routes of one sandbox's control paths."""
    control = _Control(sandbox)
    return [
        web.get(f"{CONTROL}ledger", control.ledger),
        web.get(f"{CONTROL}operations", control.list_operations),
        web.get(f"{CONTROL}faults", control.list_faults),
        web.post(f"{CONTROL}faults", control.order(control.switch_fault)),
        web.post(f"{CONTROL}decide", control.order(control.decide)),
        web.get(f"{CONTROL}settings", control.show_settings),
        web.post(f"{CONTROL}settings", control.order(control.change_settings)),
    ]


class _Control:
    def __init__(self, sandbox: Behaviour) -> None:
        self._sandbox = sandbox

    def order(self, follow: Any) -> Any:  # noqa: ANN401  # aiohttp's own handler type is as open
        """Make a handler that reads a JSON object and answers 422 with everything wrong in it."""

        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                body = orjson.loads(await request.read())
                if not isinstance(body, dict):
                    return _wrong([Located("", "must be a JSON object")])
                response: web.StreamResponse = await follow(request, body)
            except orjson.JSONDecodeError:
                return _wrong([Located("", "is not JSON")])
            except _RefusedOrderError as refused:
                return refused.response
            return response

        return handle

    async def ledger(self, _: web.Request) -> web.Response:
        """Give every effect that is safely on disk, oldest first."""
        await self._sandbox.ledger.settled()
        return json_response([effect.entry() for effect in self._sandbox.ledger.effects])

    async def list_operations(self, _: web.Request) -> web.Response:
        return json_response(sorted(self._sandbox.operations))

    async def list_faults(self, _: web.Request) -> web.Response:
        return json_response(self._sandbox.faults.active())

    async def switch_fault(self, request: web.Request, body: JsonObject) -> web.StreamResponse:
        faults = self._sandbox.faults
        if body.get("fault", ...) is None:
            faults.clear()
            return await self.list_faults(request)
        fault = _read(Fault, {**body, "fault": str(body["fault"])} if "fault" in body else body)
        known = self._sandbox.operations
        if fault.operation is not None and known and fault.operation not in known:
            return _wrong([Located("/operation", f"is not one of {', '.join(sorted(known))}")])
        if fault.fault == "refuse":
            return await self._refuse(request, fault)
        faults.switch(fault)
        return await self.list_faults(request)

    async def _refuse(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        """Answer first, then close the port."""
        others = [name for name in ("times", "operation", "probability", "processed") if name in fault.model_fields_set]
        if senseless := [name for name in others if getattr(fault, name) is not None]:
            return _wrong([Located(f"/{name}", "refuse closes the whole port for some seconds: say only seconds") for name in senseless])
        response = json_response([{"fault": "refuse", "seconds": fault.lasts(_REFUSE_SECONDS)}])
        response.force_close()
        await response.prepare(request)
        await response.write_eof()
        await self._sandbox.refuse(fault.lasts(_REFUSE_SECONDS))
        return response

    async def decide(self, _: web.Request, body: JsonObject) -> web.Response:
        sandbox = self._sandbox
        order = _read(_DecideOrder, body)
        decided: list[str] = []
        if order.reference is None and order.key is None:
            update: JsonObject = {}
            if order.after is not None:
                update["decide_after_seconds"] = order.after
            if order.outcome is not None:
                update["decision"] = order.decision()
            sandbox.change(sandbox.settings.model_copy(update=update))
        else:
            named = order.reference or order.key or ""
            effect = sandbox.case(named) if order.reference is not None else next(reversed(sandbox.ledger.by_key.get(named, [])), None)
            if effect is None:
                return problem_response(404, "There is no such case")
            if not await sandbox.decide(effect, order.decision()):
                return problem_response(409, "That case is decided already")
            decided.append(effect.reference)
        settings = sandbox.settings
        return json_response({"decided": decided, "after": settings.decide_after_seconds, "outcome": settings.decision.outcome})

    async def show_settings(self, _: web.Request) -> web.Response:
        return json_response(self._sandbox.settings.model_dump(mode="json"))

    async def change_settings(self, request: web.Request, body: JsonObject) -> web.Response:
        if "decision" in body:
            return _wrong([Located("/decision", "is set by POST /_sandbox/decide")])
        changed = _read(LiveSettings, {**self._sandbox.settings.model_dump(), **body})
        self._sandbox.change(changed.model_copy(update={"decision": self._sandbox.settings.decision}))
        return await self.show_settings(request)


def _read(model: type[M], body: JsonObject) -> M:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        wrong = [Located("".join(f"/{part}" for part in one["loc"]), one["msg"]) for one in error.errors()]
        raise _RefusedOrderError(_wrong(wrong)) from error


def _wrong(errors: list[Located]) -> web.Response:
    return problem_response(422, "The order cannot be followed", errors)

"""The sandboxes of the three departments. Their contract is in :mod:`gateway.sdk.demo.succeeds`."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable
from datetime import timedelta

import orjson
from aiohttp import ClientSession, ClientTimeout, web

from gateway.model import JsonObject
from gateway.sdk.demo import texts
from gateway.sdk.sandbox import Decision, Effect, Sandbox, json_response, problem_response
from gateway.sdk.webhooks import Webhook

_CALLBACK_SECONDS = 5
_REMEMBERED = timedelta(days=1)


class SucceedsSandbox(Sandbox):
    """The honest department, which decides ``file`` at once, recognising its keys, and ``apply`` later, calling back."""

    adapter = "demo_succeeds"
    recognises = _REMEMBERED
    deferred = frozenset({"apply"})
    always_open = frozenset({"look_up", "find", "progress", "withdraw", "status"})
    calls_back = True

    @property
    def operations(self) -> Collection[str]:
        """Give every operation for which a fault may be meant."""
        return ("file", "apply", "look_up", "find", "progress", "withdraw", "status")

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Give the paths of the contract."""
        return [
            web.post("/cases", self._file, name="file"),
            web.get("/cases", self._find, name="find"),
            web.post("/progress", self._progress, name="progress"),
            web.post("/withdrawals", self._withdraw, name="withdraw"),
            web.post("/questions", self._look_up, name="look_up"),
            web.get("/status", self._status, name="status"),
        ]

    def operation_of(self, request: web.Request, body: bytes) -> str:
        """Read the operation of a case from its body."""
        if request.path == "/cases" and request.method == "POST":
            return str(_read(body).get("operation", ""))
        return super().operation_of(request, body)

    def refusal(self, request: web.Request, operation: str, decision: Decision) -> web.StreamResponse:
        """Answer with a code inside HTTP 200."""
        return json_response(_reasons(decision))

    def broke(self, request: web.Request, operation: str) -> web.StreamResponse:
        """Answer with the flag, beside a code that would refuse."""
        return json_response({"code": "10", "message": texts.SYSTEM_ERROR, "fatal": True})

    def decision_for(self, operation: str) -> Decision | None:
        """Give the refusal that a case gets at once, or None where it is taken."""
        return self.refused_now()

    async def on_decided(self, effect: Effect) -> bool:
        """Post the decision to the address that the case gave."""
        body = orjson.dumps(_case(effect))
        signed = Webhook(self.context.secrets["callback_secret"]).sign(f"msg_{effect.reference}", body)
        async with ClientSession(timeout=ClientTimeout(total=_CALLBACK_SECONDS)) as session:  # noqa: SIM117  # one line would be too long
            async with session.post(
                effect.memory["callback_url"], data=body, headers={**signed, "Content-Type": "application/json"}
            ) as reply:
                return 200 <= reply.status < 300

    async def _file(self, request: web.Request) -> web.StreamResponse:
        body = _read(await request.read())
        if not self._known(request):
            return self.unauthorized(request)
        operation = body.get("operation")
        if operation not in {"file", "apply"} or not all(isinstance(body.get(name), str) for name in ("key", "name", "idNumber")):
            return problem_response(400, "The request breaks the contract")
        if refused := self.decision_for(operation):
            return self.refusal(request, operation, refused)
        memory = {"callback_url": body.get("callbackUrl"), "countsFrom": body.get("wishedOn"), "paid": body.get("fee")}
        effect = await self.effect(body["key"], operation, memory)
        return json_response(_case(effect))

    async def _find(self, request: web.Request) -> web.StreamResponse:
        if not self._known(request):
            return self.unauthorized(request)
        effect = self.find(request.query.get("key", ""))
        return json_response({"cases": [_case(effect)] if effect else []})

    async def _progress(self, request: web.Request) -> web.StreamResponse:
        if not self._known(request):
            return self.unauthorized(request)
        known = [self.case(reference) for reference in _read(await request.read()).get("references", ())]
        return json_response({"cases": [_case(effect) for effect in known if effect]})

    async def _withdraw(self, request: web.Request) -> web.StreamResponse:
        effect = self.case(str(_read(await request.read()).get("reference")))
        if not self._known(request):
            return self.unauthorized(request)
        if effect is None:
            return problem_response(404, "There is no such case")
        await self.decide(effect, Decision(outcome="withdrawn"))
        withdrawn = effect.decision is not None and effect.decision.outcome == "withdrawn"
        return json_response({"code": "0", "result": "withdrawn" if withdrawn else "decided"})

    async def _look_up(self, request: web.Request) -> web.StreamResponse:
        if not self._known(request):
            return self.unauthorized(request)
        if refused := self.decision_for("look_up"):
            return self.refusal(request, "look_up", refused)
        return json_response({"code": "0", "count": 1, "message": texts.FOUND})

    async def _status(self, request: web.Request) -> web.StreamResponse:
        return json_response({"code": "0"}) if self._known(request) else self.unauthorized(request)

    def _known(self, request: web.Request) -> bool:
        expected = f"Bearer {self.context.secrets['token'].get_secret_value()}"
        return hmac.compare_digest(expected.encode(), request.headers.get("Authorization", "").encode(errors="surrogateescape"))


class RefusesSandbox(SucceedsSandbox):
    """The refusing department, which rejects filed cases and questions, and sends applications back."""

    adapter = "demo_refuses"

    def decision_for(self, operation: str) -> Decision | None:
        """Give a refusal, always."""
        outcome = "returned" if operation == "apply" else "rejected"
        return Decision.model_validate({"outcome": outcome, "fields": ("idNumber",)})


class BrokenSandbox(SucceedsSandbox):
    """The honest department of the broken adapter."""

    adapter = "demo_broken"


def _read(body: bytes) -> JsonObject:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _case(effect: Effect) -> JsonObject:
    """Describe a case as it stands: ``file`` is decided with its effect."""
    case: JsonObject = {"code": "0", "message": texts.DONE, "key": effect.key, "reference": effect.reference}
    outcome = effect.decision.outcome if effect.decision else "open" if effect.operation == "apply" else "approved"
    if effect.decision and outcome in {"rejected", "returned"}:
        return {**case, **_reasons(effect.decision)}
    granted = {"certificateNumber": f"C-{effect.reference}", **{name: effect.memory.get(name) for name in ("countsFrom", "paid")}}
    return {**case, "state": outcome, **(granted if outcome == "approved" else {})}


def _reasons(decision: Decision) -> JsonObject:
    returned = decision.outcome == "returned"
    message = decision.reason or (texts.CORRECT if returned else texts.NOT_FIT)
    fields = [{"name": name, "message": message} for name in decision.fields]
    return {"code": decision.code or ("20" if returned else "10"), "message": message, "fields": fields}

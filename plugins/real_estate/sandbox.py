"""A simulated real-estate registry for ``contract/openapi.yaml``. It knows no rule of registration beyond the contract."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import yaml
from aiohttp import ClientSession, ClientTimeout, web

from gateway.sdk.sandbox import CHINA, Decision, Effect, RestSandbox, SandboxContext, json_response, problem_response

_HERE = Path(__file__).parent
_CLOCK_SECONDS = 300
_CALLBACK_SECONDS = 5
_TEXTS = {
    "1001": "不符合登记条件",
    "2001": "申请材料有误，请更正",
}


class RealEstateSandbox(RestSandbox):
    """Decides later and calls back. A repeated key is registered again."""

    adapter = "real_estate"
    contract_file = _HERE / "contract" / "openapi.yaml"
    deferred = frozenset({"add_co_owner", "register_transfer"})
    always_open = frozenset({"find", "withdraw", "housing_holdings", "status"})
    calls_back = True

    def __init__(self, context: SandboxContext) -> None:
        super().__init__(context)
        self._homes: dict[str, list[dict[str, str]]] = yaml.safe_load((_HERE / "sandbox.yaml").read_text("utf-8"))

    def authorise(self, request: web.Request, body: bytes) -> web.StreamResponse | None:
        """Check application, clock and signature."""
        app_key, request_time = request.headers.get("appKey", ""), request.headers.get("requestTime", "")
        signed = {
            **request.query,
            "appKey": app_key,
            "requestTime": request_time,
            "method": request.method,
            "path": request.path,
            "bodySha256": hashlib.sha256(body).hexdigest(),
        }
        text = "&".join(f"{name}={signed[name]}" for name in sorted(signed))
        expected = hmac.digest(self._secret("app_secret").encode(), text.encode(errors="surrogateescape"), "sha256").hex()
        given = request.headers.get("sign", "").encode(errors="surrogateescape")
        if (
            app_key != self.context.options["app_key"]
            or not request_time.isascii()
            or not request_time.isdigit()
            or abs(int(request_time[:20]) / 1000 - time.time()) > _CLOCK_SECONDS
            or not hmac.compare_digest(expected.encode(), given)
        ):
            return self.unauthorized(request)
        return None

    def unauthorized(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002  # it says no more than that
        """Refuse without saying which part was wrong, as the registry does."""
        return problem_response(401, "The signature is not accepted")

    async def answer(self, request: web.Request, operation: str, body: Any) -> web.StreamResponse:  # noqa: ANN401  # JSON of the contract
        """Carry out the operation."""
        match operation:
            case "status":
                return json_response({"code": "0"})
            case "housing_holdings":
                return json_response({"code": "0", "list": self._homes.get(body["qlrzjh"], [])})
            case "find":
                effect = self.find(request.query["deliveryKey"])
                return json_response({"code": "0", "registration": effect and _standing(effect)})
            case "withdraw":
                return await self._withdraw(request.match_info["reference"])
            case _:
                memory = {"notify_url": body["notifyUrl"], "certificate": body["bdcqzh"]}
                effect = await self.effect(body["deliveryKey"], operation, memory)
                return json_response({"code": "0", "reference": effect.reference, "acceptedAt": effect.at.isoformat()})

    def reference_for(self, operation: str, number: int) -> str:  # noqa: ARG002  # one series for all
        """Give a 受理编号."""
        return f"BDC{datetime.now(CHINA):%Y%m%d}-{number:06d}"

    def refusal(self, request: web.Request, operation: str, decision: Decision) -> web.StreamResponse:  # noqa: ARG002  # the same for all
        """Give a code inside HTTP 200."""
        return json_response(_reasons(decision))

    async def on_decided(self, effect: Effect) -> bool:
        """Post the decision to the address in the request, signed by Standard Webhooks 1.0."""
        decided_at = effect.decision and effect.decision.at
        message = {"type": "registration.decided", "timestamp": (decided_at or datetime.now(UTC)).isoformat(), "data": _standing(effect)}
        body = orjson.dumps(message)
        headers = {"Content-Type": "application/json", **self._signature(f"msg_{effect.reference}", body)}
        async with ClientSession(timeout=ClientTimeout(total=_CALLBACK_SECONDS)) as session:  # noqa: SIM117  # one line would be too long
            async with session.post(effect.memory["notify_url"], data=body, headers=headers, allow_redirects=False) as reply:
                return 200 <= reply.status < 300

    async def _withdraw(self, reference: str) -> web.StreamResponse:
        effect = self.case(reference)
        if effect is None:
            return problem_response(404, "There is no such registration")
        await self.decide(effect, Decision(outcome="withdrawn"))
        withdrawn = effect.decision is not None and effect.decision.outcome == "withdrawn"
        return json_response({"code": "0", "result": "withdrawn" if withdrawn else "already_decided"})

    def _signature(self, message_id: str, body: bytes) -> dict[str, str]:
        """Give the headers of Standard Webhooks 1.0."""
        timestamp = str(int(time.time()))
        key = base64.b64decode(self._secret("callback_secret").removeprefix("whsec_"))
        signature = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256")
        return {
            "webhook-id": message_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
        }

    def _secret(self, name: str) -> str:
        return self.context.secrets[name].get_secret_value()


def _standing(effect: Effect) -> dict[str, Any]:
    """Tell how far a registration is, for ``find`` and for the callback."""
    case: dict[str, Any] = {"deliveryKey": effect.key, "reference": effect.reference, "djlx": effect.operation}
    decision = effect.decision
    if decision is None:
        return {**case, "state": "processing"}
    case["state"] = decision.outcome
    match decision.outcome:
        case "approved":
            day = (decision.at or effect.at).astimezone(CHINA).date()
            number = effect.reference.rpartition("-")[2]
            return {**case, "bdcqzh": f"渝（{day.year}）潼南区不动产权第{int(number):09d}号", "djrq": day.isoformat()}
        case "withdrawn":
            return case
        case _:
            return {**case, **_reasons(decision)}


def _reasons(decision: Decision) -> dict[str, Any]:
    """Give the reason for a rejection, or the fields to correct."""
    returned = decision.outcome == "returned"
    code = decision.code or ("2001" if returned else "1001")
    message = decision.reason or _TEXTS.get(code, "不予登记")
    if not returned:
        return {"code": code, "message": message}
    return {"code": code, "message": message, "fields": [{"name": name, "message": message} for name in decision.fields or ("bdcqzh",)]}

"""A simulated tax bureau for ``contract/openapi.yaml``. It knows no rule of tax law beyond the contract."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from aiohttp import web

from gateway.sdk.sandbox import CHINA, Decision, Effect, RestSandbox, SandboxContext, json_response, problem_response

_CLOCK_SECONDS = 300
_RATE = Decimal("0.01")  # an example only, since the real rate is the bureau's matter
_TEXTS = {
    "41": "不符合办理条件",
    "42": "已通过其他渠道登记",
    "43": "不属于本机关管辖",
    "51": "申报信息有误，请更正",
    "52": "申报信息不全，请补充",
}


class TaxSandbox(RestSandbox):
    """Decides at once. It remembers a key for seven days, across restarts too."""

    adapter = "tax"
    contract_file = Path(__file__).parent / "contract" / "openapi.yaml"
    recognises = timedelta(days=7)
    always_open = frozenset({"status"})

    def __init__(self, context: SandboxContext) -> None:
        super().__init__(context)
        self._nonces: dict[str, float] = {}

    def authorise(self, request: web.Request, body: bytes) -> web.StreamResponse | None:  # noqa: ARG002  # the body is not signed
        """Check account, clock and signature, and that the nonce is new."""
        timestamp, nonce = request.headers.get("x-tif-timestamp", ""), request.headers.get("x-tif-nonce", "")
        token = self.context.secrets["token"].get_secret_value()
        expected = hashlib.sha256(f"{timestamp}{token}{nonce}{timestamp}".encode()).hexdigest().upper()
        now = datetime.now(UTC).timestamp()
        if (
            request.headers.get("x-tif-paasid") != self.context.options["paasid"]
            or not timestamp.isascii()
            or not timestamp.isdigit()
            or abs(float(timestamp) - now) > _CLOCK_SECONDS
            or not hmac.compare_digest(expected.encode(), request.headers.get("x-tif-signature", "").encode())
            or not self._is_new(nonce, now)
        ):
            return self.unauthorized(request)
        return None

    def unauthorized(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002  # it says no more than that
        """Refuse without saying which part was wrong, as the gateway before the bureau does."""
        return problem_response(401, "The signature is not accepted")

    async def answer(self, request: web.Request, operation: str, body: Any) -> web.StreamResponse:  # noqa: ANN401  # JSON of the contract
        """Carry out the operation and give the receipt."""
        if operation == "status":
            return _envelope("00", "正常", None)
        if refused := self.refused_now():
            return self.refusal(request, operation, refused)
        effect = await self.effect(request.headers["Idempotency-Key"], operation, _memory(operation, body))
        return _envelope("00", "办理成功", {"receiptNumber": effect.reference, **_result(effect)})

    def reference_for(self, operation: str, number: int) -> str:  # noqa: ARG002  # one series of receipts for all
        """Give a receipt number."""
        return f"SW{datetime.now(CHINA):%Y%m%d}-{number:06d}"

    def refusal(self, request: web.Request, operation: str, decision: Decision) -> web.StreamResponse:  # noqa: ARG002  # the same for all
        """Give a business code inside HTTP 200."""
        returned = decision.outcome == "returned"
        code = decision.code or ("51" if returned else "41")
        message = decision.reason or _TEXTS.get(code, "不予办理")
        fields = [{"name": name, "message": message} for name in decision.fields]
        return _envelope(code, message, None, fields)

    def _is_new(self, nonce: str, now: float) -> bool:
        """Tell whether a nonce is new, among those whose timestamps would still be taken."""
        while self._nonces and (oldest := next(iter(self._nonces))) and now - self._nonces[oldest] > 2 * _CLOCK_SECONDS:
            del self._nonces[oldest]
        return self._nonces.setdefault(nonce, now) == now


def _envelope(code: str, message: str, data: dict[str, Any] | None, fields: list[dict[str, str]] | None = None) -> web.Response:
    return json_response({"code": code, "message": message, "data": data, "fields": fields or []})


def _memory(operation: str, body: dict[str, Any]) -> dict[str, Any]:
    """Give what is needed to repeat the answer, and nothing about people."""
    match operation:
        case "assess_transfer":
            return {"price": body["price"]}
        case "activate_invoicing":
            return {"uscc": body["uscc"]}
        case _:
            return {}


def _result(effect: Effect) -> dict[str, Any]:
    match effect.operation:
        case "update_deductions":
            return {"effectiveYear": effect.at.astimezone(CHINA).year}
        case "assess_transfer":
            return {"amount": str((Decimal(effect.memory["price"]) * _RATE).quantize(Decimal("0.01")))}
        case "activate_invoicing":
            return {"taxpayerNumber": effect.memory["uscc"]}
        case _:
            return {}

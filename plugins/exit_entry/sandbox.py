"""A simulated exit-entry administration for ``contract/openapi.yaml``. It knows no rule of travel documents beyond the contract."""

from __future__ import annotations

import hmac
import math
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from gateway.sdk.sandbox import CHINA, Decision, Effect, RestSandbox, Wait, json_response, problem_response

_DAYS_TO_MAKE = 7
_TEXTS = {
    "R001": "不符合办理条件",
    "B001": "申请信息有误，请更正",
    "CLOSED": "非受理时间",
    "QUOTA_USED": "当日受理名额已用完",
    "TOO_MANY": "请求过于频繁",
}
_WHY = {"office_hours": "CLOSED", "daily_quota": "QUOTA_USED"}


class ExitEntrySandbox(RestSandbox):
    """Processes every request, repeats too, while it is open and its quota lasts."""

    adapter = "exit_entry"
    contract_file = Path(__file__).parent / "contract" / "openapi.yaml"
    deferred = frozenset({"update_family_status", "apply_passport"})
    always_open = frozenset({"progress", "withdraw", "status"})

    def authorise(self, request: web.Request, body: bytes) -> web.StreamResponse | None:  # noqa: ARG002  # the body is not signed
        """Check the two numbers and the token."""
        token = self.context.secrets["token"].get_secret_value()
        given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        if (
            not re.fullmatch("C90-[0-9]{11}", request.headers.get("x-requester", ""))
            or not re.fullmatch("S90-[0-9]{11}", request.headers.get("x-service", ""))
            or not hmac.compare_digest(f"Bearer {token}".encode(), given)
        ):
            return self.unauthorized(request)
        return None

    def unauthorized(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002  # it says no more than that
        """Refuse without saying which part was wrong, as the administration does."""
        return problem_response(401, "Who asks is not known", headers={"WWW-Authenticate": "Bearer"})

    async def answer(self, request: web.Request, operation: str, body: Any) -> web.StreamResponse:  # noqa: ANN401  # JSON of the contract
        """Carry out the operation."""
        match operation:
            case "status":
                return json_response({"code": "0"})
            case "progress":
                return json_response({"code": "0", "items": [self._standing(reference) for reference in body["references"]]})
            case "withdraw":
                return await self._withdraw(request.match_info["reference"])
            case _:
                effect = await self.effect(request.headers["Idempotency-Key"], operation)
                return json_response({"code": "0", "reference": effect.reference, "acceptedAt": effect.at.isoformat()})

    def reference_for(self, operation: str, number: int) -> str:  # noqa: ARG002  # one series for all
        """Give a 受理编号."""
        return f"CRJ{datetime.now(CHINA):%Y%m%d}-{number:06d}"

    def refusal(self, request: web.Request, operation: str, decision: Decision) -> web.StreamResponse:  # noqa: ARG002  # the same for all
        """Give a code inside HTTP 200."""
        return json_response(_reasons(decision))

    def busy(self, request: web.Request, wait: Wait) -> web.StreamResponse:  # noqa: ARG002  # the same for all
        """Refuse while closed or beyond the quota, with the time to come back."""
        return _later(_WHY[wait.why], wait.seconds)

    def too_many(self, request: web.Request, seconds: float) -> web.StreamResponse:  # noqa: ARG002  # the same for all
        """Refuse one call too many, with the time to come back."""
        return _later("TOO_MANY", seconds)

    async def _withdraw(self, reference: str) -> web.StreamResponse:
        effect = self.case(reference)
        if effect is None:
            return problem_response(404, "There is no such case")
        await self.decide(effect, Decision(outcome="withdrawn"))
        withdrawn = effect.decision is not None and effect.decision.outcome == "withdrawn"
        return json_response({"code": "0", "result": "WITHDRAWN" if withdrawn else "ALREADY_DECIDED"})

    def _standing(self, reference: str) -> dict[str, Any]:
        """Tell how far a case is."""
        effect = self.case(reference)
        if effect is None:
            return {"reference": reference, "state": "NOT_FOUND"}
        decision = effect.decision
        if decision is None:
            return {"reference": reference, "state": "PROCESSING"}
        standing = {"reference": reference, "state": decision.outcome.upper()}
        match decision.outcome:
            case "approved":
                return {**standing, **_granted(effect, decision)}
            case "withdrawn":
                return standing
            case _:
                return {**standing, **_reasons(decision)}


def _granted(effect: Effect, decision: Decision) -> dict[str, str]:
    number = int(effect.reference.rpartition("-")[2])
    if effect.operation == "update_family_status":
        return {"recordNumber": f"JT{number:08d}"}
    day = (decision.at or effect.at).astimezone(CHINA).date() + timedelta(days=_DAYS_TO_MAKE)
    return {"passportNumber": f"EA{number:07d}", "readyOn": day.isoformat()}


def _reasons(decision: Decision) -> dict[str, Any]:
    """Give the reason for a rejection, or the fields to correct."""
    returned = decision.outcome == "returned"
    code = decision.code or ("B001" if returned else "R001")
    message = decision.reason or _TEXTS.get(code, "不予办理")
    if not returned:
        return {"code": code, "message": message}
    return {"code": code, "message": message, "fields": [{"name": name, "message": message} for name in decision.fields or ("idNumber",)]}


def _later(code: str, seconds: float) -> web.Response:
    """Give a 429 with a delay in seconds, for callers with another clock, and with a time for people."""
    wait = max(1, math.ceil(seconds))
    open_at = (datetime.now(UTC) + timedelta(seconds=wait)).astimezone(CHINA).replace(microsecond=0)
    body = {"type": "about:blank", "title": _TEXTS[code], "status": 429, "code": code, "openAt": open_at.isoformat()}
    return web.Response(status=429, body=orjson.dumps(body), content_type="application/problem+json", headers={"Retry-After": str(wait)})

"""Requests that schemathesis generates from the document, sent as every role. Runs in ``.venv-fuzz`` and reads its orders on stdin.

Random requests alone end at 404 or 422. Many therefore get ids, keys and bodies out of earlier answers (``Known``) and are then bent by an
oddity of HTTP or JSON. Separate dice decide that, so that a seed repeats a run as far as the gateway answers alike.
"""

from __future__ import annotations

import copy
import json
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

from tests.fuzz.known import LOCAL, Known
from tests.fuzz.oddities import bend, raw_body
from tests.fuzz.unix import UnixAdapter

ROUNDS = 4
#: The frequency of a call, relative to 1 for the others.
_OFTEN = {
    "fileApplication": 8, "checkApplication": 4, "reviseApplication": 4, "withdrawApplication": 2, "retryDeliveries": 3,
    "retryDelivery": 2, "resolveDelivery": 4, "unresolveDelivery": 2, "askRealEstateHousingHoldings": 3,
    "followApplication": 2, "moveApplication": 2, "reloadConfiguration": 0.2,
    # Each verifies everything or leaves a key for good. Nobody does that a thousand times, and it would be most of the work.
    "acceptAudit": 0.05, "upgradeAudit": 0.05, "handOverAuditKey": 0.05, "rotateHmacKey": 0.05,
}  # fmt: skip
_CHECKS = ("status_code_conformance", "content_type_conformance", "response_headers_conformance", "response_schema_conformance")


@dataclass
class Fuzz:
    """One run, with what is known and what was found."""

    url: str
    socket: str
    keys: Mapping[str, str]
    known: Known
    dice: Random
    statuses: Counter[str] = field(default_factory=Counter)
    findings: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.session = requests.Session()
        self.session.mount("http://local", UnixAdapter(self.socket))
        load_all_checks()
        self.checks = CHECKS.get_by_names(list(_CHECKS))

    def one(self, case: Case, mode: GenerationMode) -> None:
        """Send one request and check its answer against the document."""
        operation = case.operation.definition.raw
        role = self._role(operation)
        self.known.fill(case, self.dice)
        sent: dict[str, Any] = case.as_transport_kwargs(base_url="http://local" if role == LOCAL else self.url)
        headers = sent["headers"] = dict(sent.get("headers") or {})
        headers.pop("Authorization", None)  # a made-up credential of the document's security scheme
        if role in self.keys:
            headers["Authorization"] = f"Bearer {self.keys[role]}"
        before = copy.copy(sent) | {"headers": dict(headers)}
        elsewhere = self.dice.random() < 0.15 and bend(sent, self.dice)
        if case.operation.body and self.dice.random() < 0.05:
            raw_body(sent, self.dice)
        plain = mode is GenerationMode.POSITIVE and sent == before
        answer = self._answered(case, sent)
        if answer is not None and not elsewhere:
            self._judge(case, answer, sent, plain=plain)

    def _answered(self, case: Case, sent: dict[str, Any]) -> requests.Response | None:
        """Send a request and check its answer by the rules for every answer. Gives None if there is no whole answer to examine."""
        try:
            answer = self.session.request(**sent, timeout=30, allow_redirects=False, stream=True)
            streamed = answer.headers.get("Content-Type", "").startswith("text/event-stream")
            if streamed:
                next(answer.iter_content(1), b"")
                answer.close()
            else:
                _ = answer.content
        except (ValueError, requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL, UnicodeError):
            self.statuses["not sendable"] += 1
            return None
        except requests.RequestException as error:
            self._found(case, type(error).__name__, str(error), sent)
            return None
        self.statuses[str(answer.status_code)] += 1
        if answer.status_code >= 500 and not _elsewhere(answer):
            self._found(case, "server error", "", sent, answer)
        if not answer.headers.get("X-Request-Id"):
            self._found(case, "no X-Request-Id", "", sent, answer)
        return None if streamed else answer

    def _role(self, operation: Mapping[str, Any]) -> str:
        allowed = [role.replace(":<name>", ":tax") for role in operation["x-roles"]]
        return self.dice.choice(allowed) if allowed and self.dice.random() < 0.85 else self.dice.choice([*self.keys, LOCAL, "nobody"])

    def _judge(self, case: Case, answer: requests.Response, sent: dict[str, Any], *, plain: bool) -> None:
        if answer.status_code < 300:
            self.known.learn(case.operation.definition.raw["operationId"], case.operation.path, answer)
        elif plain and _kind(answer) in ("/problems/parameters", *self._keyed(sent)) and not _spans(sent):
            self._found(case, "refused what the document allows", "", sent, answer)
        try:
            case.validate_response(answer, checks=self.checks)
        except FailureGroup as failures:
            for one in failures.exceptions:
                self._found(case, type(one).__name__, str(one), sent, answer)

    def _keyed(self, sent: dict[str, Any]) -> tuple[str, ...]:
        """Allow a bulk retry without a key if it is a dry run, which no document can express."""
        return ("/problems/idempotency-key",) if "Idempotency-Key" in sent["headers"] else ()

    def _found(self, case: Case, what: str, detail: str, sent: dict[str, Any], answer: requests.Response | None = None) -> None:
        status = str(answer.status_code) if answer is not None else "-"
        found = self.findings.setdefault((case.operation.definition.raw["operationId"], what, status), {"count": 0})
        found["count"] += 1
        if found["count"] == 1:
            shown = {name: str(value)[:600] for name, value in sent.items() if name != "headers" and value}
            shown["headers"] = str({name: value for name, value in sent["headers"].items() if name != "Authorization"})[:400]
            body = answer.content[:600].decode(errors="replace") if answer is not None else ""
            found |= {"detail": detail[:800], "sent": shown, "answer": body}


def _elsewhere(answer: requests.Response) -> bool:
    """Tell whether a department gave no answer (the sandboxes lose some on purpose) or all is busy, as the document allows."""
    away = answer.status_code == 503 and "Retry-After" in answer.headers
    return away or _kind(answer) in ("/problems/department-answer", "/problems/department-timeout")


def _spans(sent: dict[str, Any]) -> bool:
    """Tell whether a span was asked for, which may end before it begins: no document can forbid that."""
    return bool({"from", "to"} & set(sent.get("params") or {}))


def _kind(answer: requests.Response) -> str:
    """Give the kind of a problem document, or "" for any other answer."""
    problem = answer.headers.get("Content-Type", "") == "application/problem+json" and bool(answer.content)
    return str(answer.json()["type"]) if problem else ""


def main() -> None:
    """Read the order, send, print the findings."""
    wanted = json.load(sys.stdin)
    dice = Random(wanted["seed"])
    fuzz = Fuzz(url=wanted["url"], socket=wanted["socket"], keys=wanted["keys"], known=Known(wanted["known"]), dice=dice)
    document = requests.get(f"{wanted['url']}/openapi.json", timeout=30).json()
    for schema in document["components"]["schemas"].values():
        if "properties" in schema:  # there is room for later versions' members; an answer of this version has none that it does not name
            schema.setdefault("additionalProperties", False)
    operations = [found.ok() for found in schemathesis.openapi.from_dict(document).get_all_operations()]
    weights = [_OFTEN.get(one.definition.raw["operationId"], 1) for one in operations]
    each = wanted["count"] / ROUNDS / sum(weights) / 2
    owed = 0.0
    for turn in range(ROUNDS):
        for operation, weight in zip(operations, weights, strict=True):
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                owed += each * weight
                many = int(owed)
                if many and (done := _generate(fuzz, operation, mode, many, wanted["seed"] + turn)):
                    owed -= done
        fuzz.known.refresh(fuzz.session, fuzz.url, fuzz.keys)
        sys.stderr.write(f"{fuzz.statuses.total()} requests, {len(fuzz.findings)} findings\n")
    findings = [{"operation": o, "what": w, "status": s, **found} for (o, w, s), found in fuzz.findings.items()]
    json.dump({"requests": fuzz.statuses.total(), "statuses": fuzz.statuses, "findings": findings}, sys.stdout)


def _generate(fuzz: Fuzz, operation: Any, mode: GenerationMode, many: int, number: int) -> int:  # APIOperation has no public name
    """Send so many requests of one operation, and give their number: it may offer fewer, or no wrong ones."""
    done = 0

    @seed(number)
    @settings(max_examples=many, phases=[Phase.generate], database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Case) -> None:
        nonlocal done
        done += 1
        fuzz.one(case, mode)

    try:
        send()
    except Exception as error:  # nothing can be generated, because a call without parameters has no wrong request
        if "Unsatisfiable" not in type(error).__name__ and "Skip" not in type(error).__name__:
            raise
    return done


if __name__ == "__main__":
    main()

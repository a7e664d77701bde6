"""Refusals as problem documents (RFC 9457): the title in English, the detail in the caller's language."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from aiohttp import web

from gateway.api.route import PROBLEM
from gateway.routing.bounds import BOUNDS
from gateway.routing.refusals import ConfigurationRefused, Language, Refused
from gateway.routing.strict_json import Malformed

#: What each kind of problem is called and means. ``type`` is ``/problems/<kind>``, and that address gives this text.
KINDS: dict[str, tuple[str, str]] = {
    "configuration": (
        "The configuration cannot be used as it is written",
        "errors names every file, line and place; mend them and reload again. What held before still holds.",
    ),
    "conflict": (
        "The state of things does not allow this",
        "Read the resource again: it has moved on, or what you ask does not fit where it stands.",
    ),
    "department-unavailable": ("The department cannot be asked now", "Try again after Retry-After. Nothing has been sent."),
    "forbidden": ("The key does not allow this", "Use a key with a role that may do it; the document names the roles of each call."),
    "idempotency-key": (
        "The Idempotency-Key header is missing or unusable",
        "Send 1 to 255 printable ASCII characters, new for each application.",
    ),
    "idempotency-mismatch": (
        "The Idempotency-Key was used for another body",
        "Use a new key for another application; repeat a body unchanged.",
    ),
    "internal": (
        "Something went wrong inside the gateway",
        "Nothing you sent is to blame. Repeat with the same key; tell the operator the request id.",
    ),
    "journal-unavailable": (
        "The journal is not available now",
        "Repeat after Retry-After, what is filed with the same Idempotency-Key. Nothing has been done.",
    ),
    "malformed": (
        "The body is not acceptable JSON",
        "Send one JSON object in UTF-8, without duplicate keys, lone surrogates, huge numbers or deep nesting.",
    ),
    "media-type": ("The body is of the wrong media type", "Send Content-Type: application/json, not compressed."),
    "method-not-allowed": ("The method is not allowed here", "The Allow header names those that are."),
    "not-found": ("There is no such thing", "Or it is not yours to see."),
    "overloaded": ("Too much is asked at once", "Repeat with the same Idempotency-Key after Retry-After. Nothing has been filed."),
    "parameters": ("A parameter is wrong", "errors names each parameter and what is expected."),
    "too-large": ("The body is too large", "Send at most what the document allows."),
    "too-slow": ("The body did not arrive in time", "Send it in one go."),
    "unauthorized": ("A key is needed", "Send Authorization: Bearer <key> with a key that has not been revoked."),
    "unknown-service": ("There is no such service", "GET /v1/services lists them."),
    "validation": ("What was sent is not valid", "errors names every place (a JSON Pointer into the body) and what is expected there."),
}


class WrongParameters(Refused):
    """Parameters of the query that cannot be used: every one, by name, with what is expected."""

    def __init__(self, wrong: Iterable[tuple[str, str]]) -> None:
        super().__init__(
            "parameters", 400, detail_zh="有查询参数不正确,见 errors。", detail_en="Some query parameters are wrong: see errors."
        )
        self.wrong = tuple(wrong)


def title(kind: str) -> str:
    """What that kind of problem is called."""
    known = KINDS.get(kind)
    return known[0] if known else kind.replace("-", " ").capitalize()


def problem(refused: Refused, language: Language, headers: Mapping[str, str] | None = None, *, most: int = BOUNDS.errors) -> web.Response:
    """The answer to what was refused, with ``most`` of its errors at most."""
    document: dict[str, Any] = {
        "type": f"/problems/{refused.kind}",
        "title": title(refused.kind),
        "status": refused.status,
        "detail": refused.detail(language),
    }
    errors: list[dict[str, Any]] = [{"pointer": located.pointer, "detail": located.detail} for located in refused.errors]
    if isinstance(refused, WrongParameters):
        errors += [{"parameter": name, "detail": detail} for name, detail in refused.wrong]
    more = refused.more + max(0, len(errors) - most)
    del errors[most:]
    if isinstance(refused, ConfigurationRefused):
        errors += [{"file": one.file, "line": one.line, "path": one.path, "detail": one.detail} for one in refused.problems]
    if errors:
        document["errors"] = errors
    if more:
        document["more_errors"] = more
    answer = web.Response(status=refused.status, body=orjson.dumps(document), content_type=PROBLEM, headers=headers)
    answer.headers["Content-Language"] = language
    if refused.retry_after is not None or refused.status in (429, 503):
        answer.headers["Retry-After"] = str(max(1, math.ceil(refused.retry_after or 1)))
    return answer


def malformed(error: Malformed) -> Refused:
    """A body that is no acceptable JSON."""
    zh, en = "请求正文不是可接受的 JSON,见 errors。", "The body is not acceptable JSON: see errors."
    return Refused("malformed", 400, detail_zh=zh, detail_en=en, errors=error.problems, more=error.more)


def not_found() -> Refused:
    """What does not exist, or is not the caller's to see: the same answer."""
    return Refused("not-found", 404, detail_zh="没有找到,或者您无权查看。", detail_en="There is none, or it is not yours to see.")


def of_http(error: web.HTTPException) -> tuple[Refused, dict[str, str]]:
    """What aiohttp itself refuses, with the headers that belong to it."""
    match error:
        case web.HTTPMethodNotAllowed():
            allow = ", ".join(sorted({*error.allowed_methods, "OPTIONS"}))
            refused = Refused("method-not-allowed", 405, detail_zh=f"此处只接受:{allow}。", detail_en=f"Allowed here: {allow}.")
            return refused, {"Allow": allow}
        case web.HTTPRequestEntityTooLarge():
            return too_large(), {}
        case web.HTTPNotFound():
            return Refused("not-found", 404, detail_zh="没有这个地址。", detail_en="There is nothing at this address."), {}
        case _:
            phrase = HTTPStatus(error.status).phrase
            return Refused(phrase.lower().replace(" ", "-"), error.status, detail_zh=phrase, detail_en=phrase), {}


def too_large(most: int | None = None) -> Refused:
    """A body over the limit, in bytes where it is known."""
    zh, en = ("", "") if most is None else (f",最多 {most} 字节", f": at most {most} bytes")
    return Refused("too-large", 413, detail_zh=f"请求正文过大{zh}。", detail_en=f"The body is too large{en}.")


def internal() -> Refused:
    """What nobody foresaw: the log has it, the answer does not."""
    zh = "网关内部出错。请用同一个 Idempotency-Key 重试;若仍出错,请把 X-Request-Id 告诉运维人员。"
    en = "Something went wrong inside the gateway. Repeat with the same Idempotency-Key; if it goes on, tell the operator the X-Request-Id."
    return Refused("internal", 500, detail_zh=zh, detail_en=en)

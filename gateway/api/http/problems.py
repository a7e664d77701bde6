"""Refusals as problem documents (RFC 9457), in the caller's language."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import NamedTuple

import orjson
from aiohttp import web

from gateway.api.http.route import PROBLEM
from gateway.api.shapes import models
from gateway.model.service import Text
from gateway.texts.bounds import BOUNDS
from gateway.texts.refusals import ConfigurationRefused, Language, Refused


class ProblemType(NamedTuple):
    """A kind of problem: its title, and what to do about it. Its ``type``, ``/problems/<kind>``, is an address that tells both."""

    title: Text
    meaning: Text


def _kind(zh: str, en: str, meaning_zh: str, meaning_en: str) -> ProblemType:
    return ProblemType(Text(zh=zh, en=en), Text(zh=meaning_zh, en=meaning_en))


KINDS: dict[str, ProblemType] = {
    "configuration": _kind(
        "配置有误，不能使用",
        "The configuration cannot be used as it is written",
        "errors 逐处指出文件、行和位置；改正后重新加载。原来的配置继续有效。",
        "errors names every file, line and place; mend them and reload again. What held before still holds.",
    ),
    "conflict": _kind(
        "当前状态不允许这样做",
        "The state of things does not allow this",
        "请重新读取：它已经变化，或者所要求的与它的状态不符。",
        "Read the resource again: it has moved on, or what you ask does not fit where it stands.",
    ),
    "department-answer": _kind(
        "部门没有给出可用的答复",
        "The department gave no usable answer",
        "答复没有收到，或不合约定。查询不改变任何东西，可以再问；仍然如此请告诉运维人员。",
        "Its answer was lost, or not as agreed. A question changes nothing: ask again; if it goes on, tell the operator.",
    ),
    "department-timeout": _kind(
        "部门没有及时答复",
        "The department did not answer in time",
        "查询不改变任何东西，请稍后再问。",
        "A question changes nothing: ask again later.",
    ),
    "department-unavailable": _kind(
        "部门暂不可用",
        "The department cannot be asked now",
        "请在 Retry-After 之后再试。什么都没有发出。",
        "Try again after Retry-After. Nothing has been sent.",
    ),
    "forbidden": _kind(
        "该密钥无权这样做",
        "The key does not allow this",
        "请使用有此权限的角色的密钥；接口文档写明每个调用的角色。",
        "Use a key with a role that may do it; the document names the roles of each call.",
    ),
    "idempotency-key": _kind(
        "缺少 Idempotency-Key 请求头，或不能使用",
        "The Idempotency-Key header is missing or unusable",
        "请提供 1 至 255 个可打印 ASCII 字符，每份办件一个新的。",
        "Send 1 to 255 printable ASCII characters, new for each application.",
    ),
    "idempotency-mismatch": _kind(
        "该 Idempotency-Key 已用于另一份内容",
        "The Idempotency-Key was used for another body",
        "另一份办件请用新的；重试时内容须不变。",
        "Use a new key for another application; repeat a body unchanged.",
    ),
    "internal": _kind(
        "网关内部出错",
        "Something went wrong inside the gateway",
        "与您发送的内容无关。请用同一个 Idempotency-Key 重试，并把请求编号告诉运维人员。",
        "Nothing you sent is to blame. Repeat with the same key; tell the operator the request id.",
    ),
    "journal-unavailable": _kind(
        "账本暂不可用",
        "The journal is not available now",
        "请在 Retry-After 之后重试，提交办件用同一个 Idempotency-Key。什么都没有办理。",
        "Repeat after Retry-After, what is filed with the same Idempotency-Key. Nothing has been done.",
    ),
    "malformed": _kind(
        "请求正文不是可接受的 JSON",
        "The body is not acceptable JSON",
        "请发送一个 UTF-8 的 JSON 对象：没有重复的键、不成对的代理字符、过大的数值和过深的嵌套。",
        "Send one JSON object in UTF-8, without duplicate keys, lone surrogates, huge numbers or deep nesting.",
    ),
    "media-type": _kind(
        "请求正文的类型不对",
        "The body is of the wrong media type",
        "请用 Content-Type: application/json，不压缩。",
        "Send Content-Type: application/json, not compressed.",
    ),
    "method-not-allowed": _kind(
        "此处不接受这种请求方法", "The method is not allowed here", "Allow 响应头列出可用的方法。", "The Allow header names those that are."
    ),
    "not-found": _kind("没有找到", "There is no such thing", "或者您无权查看。", "Or it is not yours to see."),
    "overloaded": _kind(
        "同时请求过多",
        "Too much is asked at once",
        "请在 Retry-After 之后用同一个 Idempotency-Key 重试。什么都没有登记。",
        "Repeat with the same Idempotency-Key after Retry-After. Nothing has been filed.",
    ),
    "parameters": _kind(
        "参数不正确", "A parameter is wrong", "errors 逐个指出参数和应有的取值。", "errors names each parameter and what is expected."
    ),
    "too-large": _kind("请求正文过大", "The body is too large", "请不要超过接口文档规定的大小。", "Send at most what the document allows."),
    "too-slow": _kind("请求正文没有及时到达", "The body did not arrive in time", "请一次发完。", "Send it in one go."),
    "unauthorized": _kind(
        "需要密钥",
        "A key is needed",
        "请用 Authorization: Bearer <密钥>，密钥须未被吊销。",
        "Send Authorization: Bearer <key> with a key that has not been revoked.",
    ),
    "unknown-service": _kind("没有这个事项", "There is no such service", "GET /v1/services 列出全部事项。", "GET /v1/services lists them."),
    "validation": _kind(
        "提交的内容不符合要求",
        "What was sent is not valid",
        "errors 逐处指出位置（JSON Pointer，指向请求正文）和要求。",
        "errors names every place (a JSON Pointer into the body) and what is expected there.",
    ),
}


class WrongParameters(Refused):
    """The unusable parameters of a query, each by name and with the form that is expected."""

    def __init__(self, wrong: Iterable[tuple[str, str]]) -> None:
        super().__init__(
            "parameters", 400, detail_zh="有查询参数不正确，见 errors。", detail_en="Some query parameters are wrong: see errors."
        )
        self.wrong = tuple(wrong)


def title(kind: str, language: Language) -> str:
    """Give the title of that kind of problem."""
    known = KINDS.get(kind)
    return in_language(known.title, language) if known else kind.replace("-", " ").capitalize()


def in_language(text: Text, language: Language) -> str:
    """Give the text in that language."""
    return text.zh if language == "zh-CN" else text.en


def problem(refused: Refused, language: Language, headers: Mapping[str, str] | None = None, *, most: int = BOUNDS.errors) -> web.Response:
    """Answer a refusal, with at most ``most`` of its errors."""
    document: models.ProblemShape = {
        "type": f"/problems/{refused.kind}",
        "title": title(refused.kind, language),
        "status": refused.status,
        "detail": refused.detail(language),
    }
    errors: list[models.ProblemError] = [{"pointer": located.pointer, "detail": located.detail} for located in refused.errors]
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


def not_found() -> Refused:
    """Refuse what does not exist and what the caller may not see by the same answer."""
    return Refused("not-found", 404, detail_zh="没有找到，或者您无权查看。", detail_en="There is none, or it is not yours to see.")


def of_http(error: web.HTTPException) -> tuple[Refused, dict[str, str]]:
    """Give a refusal by aiohttp itself as ours, with its headers."""
    match error:
        case web.HTTPMethodNotAllowed():
            allow = ", ".join(sorted({*error.allowed_methods, "OPTIONS"}))
            refused = Refused("method-not-allowed", 405, detail_zh=f"此处只接受：{allow}。", detail_en=f"Allowed here: {allow}.")
            return refused, {"Allow": allow}
        case web.HTTPRequestEntityTooLarge():
            return too_large(), {}
        case web.HTTPNotFound():
            return Refused("not-found", 404, detail_zh="没有这个地址。", detail_en="There is nothing at this address."), {}
        case _:
            phrase = HTTPStatus(error.status).phrase
            return Refused(phrase.lower().replace(" ", "-"), error.status, detail_zh=phrase, detail_en=phrase), {}


def too_large(most: int | None = None) -> Refused:
    """Refuse a body over the limit, which is told in bytes where it is known."""
    zh, en = ("", "") if most is None else (f"，最多 {most} 字节", f": at most {most} bytes")
    return Refused("too-large", 413, detail_zh=f"请求正文过大{zh}。", detail_en=f"The body is too large{en}.")


def internal() -> Refused:
    """Refuse after an unforeseen failure, which stands in the log and not in the answer."""
    zh = "网关内部出错。请用同一个 Idempotency-Key 重试；若仍出错，请把 X-Request-Id 告诉运维人员。"
    en = "Something went wrong inside the gateway. Repeat with the same Idempotency-Key; if it goes on, tell the operator the X-Request-Id."
    return Refused("internal", 500, detail_zh=zh, detail_en=en)

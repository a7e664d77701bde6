"""Sentences on requests that are refused: each kind of problem, and what is wrong with one request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from gateway.model.service import Text


class ProblemType(NamedTuple):
    """A kind of problem: its title, and what to do about it. Its ``type``, ``/problems/<kind>``, is an address that tells both."""

    title: Text
    meaning: Text


def _kind(zh: str, en: str, meaning_zh: str, meaning_en: str) -> ProblemType:
    return ProblemType(Text(zh=zh, en=en), Text(zh=meaning_zh, en=meaning_en))


KINDS: dict[str, ProblemType] = {
    "bad-cursor": _kind(
        "不是本系统给出的位置",
        "The cursor is none that was given out",
        "请原样使用上一页的 next 或事件流中的 id；找不到时请从头开始。",
        "Send the `next` of a page or the `id` in a stream as it came; without one, begin at the beginning.",
    ),
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
    "cursor-gone": _kind(
        "该位置已不在账本中",
        "The cursor leads to nothing in this journal",
        "账本已从备份恢复，该位置之后的一些事件不再存在。请以 after 给出的位置重新开始，并重新读取各办件：其间的事件可能重复，但不会遗漏。",
        "The journal was put back to a backup, and events that you saw are gone. Begin again with the `after` given here, and read your "
        "applications again: events since then may come twice, and none is missed.",
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
    "service-suspended": _kind(
        "事项暂停受理",
        "The service takes no applications for now",
        "请把 detail 中的公告原样告知申请人，不要自动重试；suspended 给出起止时间。在办的件照常，补正和撤回不受影响。",
        "Show the applicant the notice in `detail`, and do not repeat by yourself; `suspended` says since when and until when. What is "
        "under way goes on, and may be corrected and withdrawn.",
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

# Details of one refusal.
WRONG_PARAMETERS = Text(zh="有查询参数不正确，见 errors。", en="Some query parameters are wrong: see errors.")
NOT_FOUND = Text(zh="没有找到，或者您无权查看。", en="There is none, or it is not yours to see.")
BAD_CURSOR = Text(zh="这不是本系统给出的位置，或已被改动。", en="This is no cursor that was given out, or it was changed.")
CURSOR_GONE = Text(
    zh="账本已从备份恢复，这个位置不再有效：请用 after 给出的位置重新开始。",
    en="The journal was put back to a backup, and this cursor leads nowhere: begin again with `after`.",
)
NO_ADDRESS = Text(zh="没有这个地址。", en="There is nothing at this address.")
NOT_HTTP = Text(zh="不是有效的 HTTP 请求。", en="This is not a valid HTTP request.")
INTERNAL = Text(
    zh="网关内部出错。请用同一个 Idempotency-Key 重试；若仍出错，请把 X-Request-Id 告诉运维人员。",
    en="Something went wrong inside the gateway. Repeat with the same Idempotency-Key; if it goes on, tell the operator the X-Request-Id.",
)
UNUSABLE_KEY = Text(
    zh="请求头 Idempotency-Key 须给一次：1 到 255 个可打印 ASCII 字符。",
    en="The header Idempotency-Key is needed once: 1 to 255 printable ASCII characters.",
)
# of a body
NOT_JSON = Text(zh="请求正文须为 application/json(UTF-8)。", en="The body must be application/json (UTF-8).")
NOT_A_FORM = Text(zh="请求正文须为网页表单。", en="The body must be an HTML form.")
COMPRESSED = Text(zh="不接受压缩的请求正文。", en="A compressed body is not accepted.")
TOO_LARGE = Text(zh="请求正文过大。", en="The body is too large.")
TOO_MUCH = Text(zh="请求正文的内容过多或嵌套过深。", en="The body holds too much, or is nested too deep.")
TOO_SLOW = Text(zh="请求正文没有及时到达。", en="The body did not arrive in time.")
BROKEN_CODING = Text(zh="请求正文的传输编码有误。", en="The body's transfer encoding is broken.")
NOT_VALID = Text(zh="请求内容不符合要求，见 errors。", en="What was sent is not valid: see errors.")
# of a key
KEY_NEEDED = Text(zh="需要有效的密钥：Authorization: Bearer <密钥>。", en="A valid key is needed: Authorization: Bearer <key>.")
NOT_PERMITTED = Text(zh="这把密钥的角色不能做这件事。", en="The role of this key may not do this.")
TOO_OFTEN = Text(zh="这把密钥的请求过于频繁，请稍后再试。", en="This key asks too often: try again later.")
MANY_AT_ONCE = Text(
    zh="这把密钥同时进行的请求过多，请等其中一些结束。", en="This key has too many requests under way: let some of them end first."
)
MANY_FAILED = Text(
    zh="无效的凭据过多，已放慢处理。请核对密钥后再试。",
    en="Too many credentials have failed: put the right key in place before the next try.",
)
MANY_STREAMS_OF_KEY = Text(zh="这把密钥打开的事件流过多，请先关闭一些。", en="This key has too many event streams open: close some first.")
MANY_STREAMS = Text(
    zh="打开的事件流过多，请稍后再试或改用普通查询。", en="Too many event streams are open: try later, or ask without streaming."
)

# A parameter's expected form.
NO_PARAMETER = Text(zh="没有这个参数", en="is not a parameter of this call")
A_WORD = Text(zh="应为名称或代码", en="must be a name or a code")
AN_ID = Text(zh="应为 UUID", en="must be a UUID")
A_FLAG = Text(zh="应为 true 或 false", en="must be true or false")
AN_INSTANT = Text(zh="应为带时区的时间（RFC 3339）", en="must be a time with an offset (RFC 3339)")
A_DAY = Text(zh="应为日期，如 2026-11-23", en="must be a date such as 2026-11-23")
A_CURSOR = Text(zh="应为上一页的 next", en="must be the `next` of a page")


def allowed(methods: str) -> Text:
    return Text(zh=f"此处只接受：{methods}。", en=f"Allowed here: {methods}.")


def larger_than(most: int) -> Text:
    return Text(zh=f"请求正文过大，最多 {most} 字节。", en=f"The body is too large: at most {most} bytes.")


def one_of(options: Iterable[str]) -> Text:
    listed = ", ".join(options)
    return Text(zh=f"只能取：{listed}", en=f"must be one of: {listed}")


def a_whole_number(least: int, most: int) -> Text:
    return Text(zh=f"应为 {least} 到 {most} 的整数", en=f"must be a whole number from {least} to {most}")

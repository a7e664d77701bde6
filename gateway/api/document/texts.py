"""The document's own texts: how to file, follow and recover, and the meaning of its parts.

What calls and shapes say of themselves stands beside them in English, and in ``translations/zh.json`` in Chinese.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gateway.model.service import Text

TITLE: Final = "One-Stop Gateway · 一窗网关"

INTRODUCTION: Final = Text(
    zh="""\
一份办件只提交一次，按正确的顺序送达每个需要办理的部门。

**提交任何事项**
1. `GET /v1/services` 列出事项；`GET /v1/services/{code}` 给出其中一个：`form` 是办件 `data` 的 JSON Schema（2020-12），`sample`
   是可以原样提交的完整正文，`codes.channels` 和 `steps` 说明可以怎样提交、哪个部门看到什么。每个事项的正文在下面也有各自的数据结构
   （`…Application`）。
2. `POST /v1/applications`，带一个新的 `Idempotency-Key`。202 表示已持久保存。没有收到答复时，用同一个 `Idempotency-Key` 原样重发。
   `POST /v1/applications/check` 事先告诉您提交时会怎样答复。
3. 跟踪：`GET /v1/applications/{id}`、其 `/events`（`Accept: text/event-stream` 为实时），或在提交时用 `Prefer: wait=N`。
4. `returned`（补正）等待申请人：被退回的交办的 `outcome.errors` 指向所提交的正文。把更正后的全文提交到 `/v1/applications/{id}/revisions`。

**当场查询。** 住房保有量之类的问题也可以在窗口当场查询：`GET /v1/queries` 列出可以向部门查询什么，每个查询在下面各是一个调用。

**显示名称。** 凡是以代码答复的（状态、问题种类、事件、证件类型、部门、事项等），`GET /v1/codes`
都有中英文名称；它只随网关版本和配置变化，带 `ETag`。

**约定。** `Authorization: Bearer <密钥>`；一个密钥只有一种角色：`front-end`（看到自己提交的）、`operator`（看到脱敏后的个人信息）、
`auditor`（看不到个人信息）、`department:<名称>`（看到本部门的状况、交办和对账）。
错误是问题文档（RFC 9457），一次给出全部错误，各带 JSON Pointer；`title` 和 `detail` 的语言按 `Accept-Language`（`zh-CN`、`en`），本文档
也是（或用 `?lang=en`）。正文是 UTF-8 的 JSON，最多 1 MiB、20,000 个值、每个对象 500 个成员、32 层、字段名 200 个字符
（本中心另有设定的除外），没有重复的键；请求只能有写明的成员，答复在以后的版本中可能增加成员，不认识的略过即可。
`RateLimit` 说明密钥还有多少余量：429 带有 `Retry-After`，什么都没有做。
时间按 RFC 3339，带时区偏移。
列表从新到旧（对账按当天的顺序）：`next` 是下一页的 `cursor`。
沿用 `traceparent`（W3C）；`X-Request-Id` 是每次答复的编号。

**不合常规的请求，处处同一答复。** 标识可以用大写。`/v1` 下调用没有的参数、出现两次的参数是 400；整数没有符号，也没有前导零。正文中超过 2^53
的数是 400，正文前的字节顺序标记忽略不计，1.0 就是 1。凡是引起变更的调用，`Idempotency-Key` 不可用就是 400。两个 `Authorization`
请求头都不算数。`q=0` 表示不接受；要求的都给不了时，给通常的那一种。`HEAD` 是没有正文的 `GET`，`OPTIONS` 列出可用的方法。
末尾多一个斜杠是另一个地址。
""",
    en="""\
One application, filed once, goes to every department that has to act, in the right order.

**To file any service**
1. `GET /v1/services` lists the services; `GET /v1/services/{code}` gives one: `form` is the JSON Schema (2020-12) of the
   application's `data`, `sample` is a complete body that can be posted as it is, `codes.channels` and `steps` say how it may
   be handed in and who sees what. What each service takes also stands below, as a schema of its own (`…Application`).
2. `POST /v1/applications` with a new `Idempotency-Key`. 202 means durably kept. After a lost answer, repeat the same body
   with the same key. `POST /v1/applications/check` says beforehand what filing would say.
3. Follow it: `GET /v1/applications/{id}`, its `/events` (live with `Accept: text/event-stream`), or `Prefer: wait=N` on filing.
4. `returned` (补正) waits for the applicant: the returned delivery's `outcome.errors` point into the body that was filed.
   Post the corrected whole to `/v1/applications/{id}/revisions`.

**To ask at once.** A question such as housing holdings can also be asked at a counter: `GET /v1/queries` lists what departments may be
asked, and each query is a call of its own below.

**To show names.** `GET /v1/codes` has the names of everything that is answered as a code (states, kinds of problems, events, ID types,
departments, services …) in both languages; it changes with the gateway and its configuration alone, and carries an `ETag`.

**Conventions.** `Authorization: Bearer <key>`; a key has one role: `front-end` (sees its own filings), `operator` (sees
personal data masked), `auditor` (sees none), `department:<name>` (sees its own standing, deliveries and reconciliation).
Errors are problem documents (RFC 9457), every error at once, each with a JSON Pointer; `title` and `detail` follow `Accept-Language`
(`zh-CN`, `en`), as does this document (or `?lang=en`). Bodies are JSON in UTF-8, at most 1 MiB, 20,000 values, 500 members of an object,
32 levels and 200 characters of a name (unless the centre set it otherwise), without duplicate keys. A request has the members that are
named and no others; answers may have more in a later version, so pass over those you do not know. `RateLimit` says what is left to a key:
429 comes with `Retry-After`, and nothing was done. Times are RFC 3339 with an offset. Lists are newest first (a reconciliation is in the
order of its day): `next` is the `cursor` of the next page.
`traceparent` (W3C) is taken over; `X-Request-Id` names each answer.

**One answer to what is odd.** An id may come in upper case. A parameter under `/v1` that a call does not have, or that comes twice, is
400; a whole number has no sign and no leading zero. Numbers of a body beyond 2^53 are 400, a byte order mark before it is passed over, and
1.0 is 1. An `Idempotency-Key` that cannot be used is 400 for every call that changes something. Of two `Authorization` headers neither
counts. `q=0` refuses; where nothing that is asked for can be given, the usual is. `HEAD` is `GET` without the body, `OPTIONS` names the
methods, and a slash at the end is another address.
""",
)
#: Headings of the lists beneath the introduction.
FORMATS: Final = Text(zh="格式。", en="Formats.")
WORDS: Final = Text(zh="扩展词。", en="Words of our own.")

TAGS: Final[Mapping[str, Text]] = {
    "services": Text(zh="事项目录：可以提交什么。", en="The catalogue: what can be filed."),
    "applications": Text(zh="提交、跟踪、补正、撤回。", en="File, follow, correct, take back."),
    "departments": Text(zh="部门的状况、回调和当场查询。", en="How departments fare, what they call back, what they may be asked."),
    "deliveries": Text(zh="一个环节交给一个部门的办理；修复。", en="One step's hand-over to one department; repairs."),
    "jobs": Text(zh="批量修复。", en="Repairs of many deliveries at once."),
    "configuration": Text(zh="配置文件的内容。", en="What the files say."),
    "audit": Text(zh="何时把什么告诉了谁：防篡改。", en="Who was told what, when: tamper-evident."),
    "keys": Text(zh="API 密钥；只在本机。", en="API keys; on the machine itself only."),
    "users": Text(zh="人员账号与登录会话；只在本机。", en="Accounts of people, and their sessions; on the machine itself only."),
    "health": Text(zh="供运行维护。", en="For those who run it."),
    "docs": Text(zh="本文档和代码表。", en="This document, and the code lists."),
}

#: The members of an application.
ENVELOPE: Final[Mapping[str, Text]] = {
    "service": Text(zh="事项代码，见 `GET /v1/services`。", en="Code of the service, from `GET /v1/services`."),
    "channel": Text(zh="办理形式，须为该事项开放的形式。", en="How it is handed in; one that the service is open for."),
    "applicant": Text(zh="申请人。", en="Who applies."),
    "agent": Text(zh="代办人。", en="Who does it for them."),
    "data": Text(zh="`GET /v1/services/{code}` 的 `form` 所要求的内容。", en="What the `form` of `GET /v1/services/{code}` asks for."),
    "late_entry": Text(
        zh=(
            "补录：系统中断期间递交、事后登记的办件。由窗口人员说明递交时间（30 天以内）和原因；期限自该时间起算，编号仍按登记之日。"
            "补正时不填。"
        ),
        en=(
            "For what was handed in while systems were down: a clerk says when (30 days back at most) and why it is filed only now. "
            "`due_at` counts from then, the number has the day of filing. Not with a revision."
        ),
    ),
}
LATE_ENTRY: Final[Mapping[str, Text]] = {
    "handed_in_at": Text(
        zh="递交时间，带时区；不晚于现在，不早于 30 天前。",
        en="When it was handed in, with an offset: not in the future, not more than 30 days back.",
    ),
    "clerk": Text(
        zh="说明此事的窗口人员的登录名，须为本组在用账号；已登录的窗口人员可不填。",
        en="Login of the clerk who says so, an active account of the caller's group. A clerk who is signed in may leave it out.",
    ),
    "reason": Text(zh="为什么事后登记；作为个人信息保存。", en="Why it is filed only now; kept as personal data."),
}
PERSON: Final = Text(
    zh="办件的申请人或代办人。`id_number` 的格式由 `id_type` 决定。",
    en="Somebody who applies, or does it for who applies. The form of `id_number` depends on `id_type`.",
)

#: status → the kinds of problem that have it, and their common meaning.
PROBLEMS: Final[Mapping[int, tuple[tuple[str, ...], str]]] = {
    400: (
        ("malformed", "parameters", "idempotency-key", "bad-cursor"),
        "The body is not acceptable JSON, or a header or parameter is wrong.",
    ),
    401: (("unauthorized",), "A valid key (for a callback: a valid signature) is needed."),
    403: (("forbidden",), "The role of this key may not do this."),
    404: (("not-found",), "There is none, or it is not yours to see."),
    408: (("too-slow",), "The body did not arrive in time."),
    409: (("conflict", "service-suspended"), "Where it stands does not allow this."),
    410: (("cursor-gone",), "Gone from the journal: begin again with `after`."),
    413: (("too-large",), "The body is too large."),
    415: (("media-type",), "The body must be application/json (UTF-8), not compressed."),
    422: (
        ("validation", "unknown-service", "idempotency-mismatch", "configuration"),
        "What was sent is not valid: `errors` names every place.",
    ),
    429: (("overloaded",), "Too much at once, or too often; nothing was done. Repeat after Retry-After."),
    500: (("internal",), "Something went wrong inside the gateway; the log has it under the X-Request-Id."),
    502: (("department-answer",), "The department gave no usable answer."),
    503: (("journal-unavailable", "department-unavailable", "overloaded"), "Not now; nothing was done. Repeat after Retry-After."),
    504: (("department-timeout",), "The department did not answer in time."),
}

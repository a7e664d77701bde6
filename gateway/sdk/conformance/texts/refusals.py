"""Sentences of the tests in :mod:`gateway.sdk.conformance.checks.refusals`."""

from __future__ import annotations

from gateway.model.service import Text
from gateway.sdk.conformance.texts import Demand

WRONG_CREDENTIALS_ARE_AUTH_FAILED = Demand(
    zh="凭据被拒绝时抛出 AuthFailed：网关据此停用该部门并告警。",
    en="Refused credentials are AuthFailed, which stops the department and raises an alarm.",
    do_zh="接口表示凭据错误时抛出 AuthFailed，即使 HTTP 状态是 200。",
    do="raise AuthFailed where the contract says that the credentials are wrong, also when that comes with HTTP 200.",
)
TOO_MANY_IS_BUSY_FOR_AS_LONG_AS_ASKED = Demand(
    zh="请求过多（429 等）时抛出 Busy，等待时间是部门给出的秒数。",
    en="Too many requests is Busy, with the wait that the department asks for.",
    do_zh="抛出 Busy(retry_after=…)，秒数取部门给出的 Retry-After。",
    do="raise Busy(retry_after=…) with the seconds that the department asks for (Retry-After).",
)
CLOSED_OFFICE_IS_NOT_PROCESSED = Demand(
    zh="非受理时间或当日名额用完时抛出 Busy 或 Unavailable，不是 InDoubt，也不是 Rejected。",
    en="A closed office or a used quota is Busy or Unavailable: neither a doubt nor a rejection.",
    do_zh="接口表示不在受理时间时抛出 Busy(retry_after=…)，没有给出时间则抛出 Unavailable。",
    do="raise Busy(retry_after=…) (or Unavailable without a time) where the contract says that the office is closed.",
)
CONFLICT_IS_NOT_ACCEPTED = Demand(
    zh="部门以 409 答复、什么也没有办理时，结果绝不是 Accepted 或 Approved。",
    en="A 409 with which the department did nothing accepts nothing: whatever its body, it is no answer to this key.",
    do_zh="只有部门对本次 key 的明确答复才算受理；接口没有说明的 409 是 InDoubt。",
    do="accept only what the department's own answer to this key says; a conflict that the contract does not explain is InDoubt.",
)
OTHER_CALLS_TELL_REFUSALS_TOO = Demand(
    zh="find、poll、withdraw 的凭据被拒绝时同样抛出 AuthFailed，请求过多时同样抛出 Busy。",
    en="Refused credentials are AuthFailed and too many requests are Busy in find(), poll() and withdraw() too.",
    do_zh="所有调用共用同一段代码判断拒绝的原因，不要只在 submit 中判断。",
    do="let the same code tell refusals apart for every call, not for submit alone.",
)

CREDENTIALS_REFUSED = Text(zh="部门拒绝了凭据", en="the department refused the credentials")
TOO_MANY = Text(zh="部门表示请求过多，请 7 秒后再来", en="the department said too many requests, come back in 7 seconds")
OFFICE_CLOSED = Text(zh="部门不在受理时间", en="the department's office was closed")
WAIT_OTHERWISE = Text(zh="retry_after 是 {wait}，应为 {expected:.0f}。", en="retry_after is {wait}; it must be {expected:.0f}.")
CONFLICT_ACCEPTED = Text(
    zh="部门以 409 答复，什么也没有办理，适配器却给出 {end}。",
    en="the department answered 409 and did nothing, but the adapter gave {end}.",
)
REFUSED = Text(zh="{method}() 被拒绝（{fault}）", en="{method}() was refused ({fault})")

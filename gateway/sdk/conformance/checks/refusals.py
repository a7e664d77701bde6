"""Tests of refusals that prove that nothing was done."""

from __future__ import annotations

import pytest

from gateway.model.errors import AuthFailed, Busy, Unavailable
from gateway.model.outcome import Accepted, Approved
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.bad_replies import PAGE, http, with_status
from gateway.sdk.conformance.equipment.stage import Stage, said
from gateway.sdk.conformance.subject import Subject

_WAIT = 7.0
_PROBLEM = b'{"type":"about:blank","title":"Conflict","status":409}'


class RefusalChecks(Subject):
    """A refusal in the contract's words says that the department did nothing, and why."""

    @check(
        "each",
        "凭据被拒绝时抛出 AuthFailed：网关据此停用该部门并告警。",
        do="raise AuthFailed where the contract says that the credentials are wrong, also when that comes with HTTP 200.",
        do_zh="接口表示凭据错误时抛出 AuthFailed，即使 HTTP 状态是 200。",
    )
    async def test_wrong_credentials_are_auth_failed(self, stage: Stage, operation: str) -> None:
        """Refused credentials are AuthFailed, which stops the department and raises an alarm."""
        await stage.fault("unauthorized", operation)
        await stage.must(AuthFailed, operation, zh="部门拒绝了凭据", en="the department refused the credentials")

    @check(
        "each",
        "请求过多（429 等）时抛出 Busy，等待时间是部门给出的秒数。",
        do="raise Busy(retry_after=…) with the seconds that the department asks for (Retry-After).",
        do_zh="抛出 Busy(retry_after=…)，秒数取部门给出的 Retry-After。",
    )
    async def test_too_many_is_busy_for_as_long_as_asked(self, stage: Stage, operation: str) -> None:
        """Too many requests is Busy, with the wait that the department asks for."""
        await stage.fault("too_many", operation, seconds=_WAIT)
        end = await stage.must(
            Busy, operation, zh="部门表示请求过多，请 7 秒后再来", en="the department said too many requests, come back in 7 seconds"
        )
        if not _WAIT - 1 <= end.retry_after <= _WAIT:  # a date may have come nearer meanwhile
            stage.wrong(
                zh=f"retry_after 是 {end.retry_after}，应为 {_WAIT:.0f}。", en=f"retry_after is {end.retry_after}; it must be {_WAIT:.0f}."
            )

    @check(
        "acting",
        "非受理时间或当日名额用完时抛出 Busy 或 Unavailable，不是 InDoubt，也不是 Rejected。",
        do="raise Busy(retry_after=…) (or Unavailable without a time) where the contract says that the office is closed.",
        do_zh="接口表示不在受理时间时抛出 Busy(retry_after=…)，没有给出时间则抛出 Unavailable。",
    )
    async def test_closed_office_is_not_processed(self, stage: Stage, operation: str) -> None:
        """A closed office or a used quota is Busy or Unavailable: neither a doubt nor a rejection."""
        sandbox = stage.backend.sandbox

        async def close() -> None:
            sandbox.change(sandbox.settings.model_copy(update={"daily_quota": 0}))

        await stage.there(close())
        await stage.must((Busy, Unavailable), operation, zh="部门不在受理时间", en="the department's office was closed")

    @check(
        "acting",
        "部门以 409 答复、什么也没有办理时，结果绝不是 Accepted 或 Approved。",
        do="accept only what the department's own answer to this key says; a conflict that the contract does not explain is InDoubt.",
        do_zh="只有部门对本次 key 的明确答复才算受理；接口没有说明的 409 是 InDoubt。",
    )
    async def test_conflict_is_not_accepted(self, stage: Stage, operation: str) -> None:
        """A 409 with which the department did nothing accepts nothing: whatever its body, it is no answer to this key."""
        first = stage.call(operation)
        await stage.end(operation, first)
        honest = stage.proxy.seen[-1].reply if stage.proxy.seen else b""
        replies = [http(409), http(409, PAGE), http(409, b"{}", "application/json"), http(409, _PROBLEM, "application/problem+json")]
        if not await self._repeats_with_conflict(stage, operation, first.key):
            replies.append(with_status(honest, 409))  # the department's answer to another key
        for reply in replies:
            await stage.proxy_does("answer", operation, answer=reply, forward=False)
            end = await stage.end(operation)
            if isinstance(end, Accepted | Approved):
                stage.wrong(
                    zh=f"部门以 409 答复，什么也没有办理，适配器却给出 {said(end)}。",
                    en=f"the department answered 409 and did nothing, but the adapter gave {said(end)}.",
                )

    async def _repeats_with_conflict(self, stage: Stage, operation: str, key: str) -> bool:
        """Tell whether the department answers a repeated key with 409, which is then its contract's way to say so."""
        await stage.end(operation, stage.call(operation, key, attempt=2))
        return stage.proxy.seen[-1].reply[9:12] == b"409" if stage.proxy.seen else False

    @check(
        "acting",
        "find、poll、withdraw 的凭据被拒绝时同样抛出 AuthFailed，请求过多时同样抛出 Busy。",
        do="let the same code tell refusals apart for every call, not for submit alone.",
        do_zh="所有调用共用同一段代码判断拒绝的原因，不要只在 submit 中判断。",
    )
    async def test_other_calls_tell_refusals_too(self, stage: Stage, operation: str) -> None:
        """Refused credentials are AuthFailed and too many requests are Busy in find(), poll() and withdraw() too."""
        asks = await stage.asks_about(operation)
        if not asks:
            pytest.skip("other_calls_tell_refusals_too: there is neither find nor poll nor withdraw for it")
        for fault, kind in (("unauthorized", AuthFailed), ("too_many", Busy)):
            await stage.fault(fault)
            for name, ask in asks.items():
                stage.judged(kind, await stage.end_of(ask), zh=f"{name}() 被拒绝（{fault}）", en=f"{name}() was refused ({fault})")
            await stage.no_fault()

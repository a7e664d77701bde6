"""Tests of refusals that prove that nothing was done."""

from __future__ import annotations

import pytest

from gateway.model.errors import AuthFailed, Busy, Unavailable
from gateway.model.outcome import Accepted, Approved
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.bad_replies import PAGE, http, with_status
from gateway.sdk.conformance.equipment.stage import Stage, said
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.conformance.texts import filled
from gateway.sdk.conformance.texts import refusals as texts

_WAIT = 7.0
_PROBLEM = b'{"type":"about:blank","title":"Conflict","status":409}'


class RefusalChecks(Subject):
    """A refusal in the contract's words says that the department did nothing, and why."""

    @check("each", texts.WRONG_CREDENTIALS_ARE_AUTH_FAILED)
    async def test_wrong_credentials_are_auth_failed(self, stage: Stage, operation: str) -> None:
        await stage.fault("unauthorized", operation)
        await stage.must(AuthFailed, operation, texts.CREDENTIALS_REFUSED)

    @check("each", texts.TOO_MANY_IS_BUSY_FOR_AS_LONG_AS_ASKED)
    async def test_too_many_is_busy_for_as_long_as_asked(self, stage: Stage, operation: str) -> None:
        await stage.fault("too_many", operation, seconds=_WAIT)
        end = await stage.must(Busy, operation, texts.TOO_MANY)
        if not _WAIT - 1 <= end.retry_after <= _WAIT:  # a date may have come nearer meanwhile
            stage.wrong(texts.WAIT_OTHERWISE, wait=end.retry_after, expected=_WAIT)

    @check("acting", texts.CLOSED_OFFICE_IS_NOT_PROCESSED)
    async def test_closed_office_is_not_processed(self, stage: Stage, operation: str) -> None:
        sandbox = stage.backend.sandbox

        async def close() -> None:
            sandbox.change(sandbox.settings.model_copy(update={"daily_quota": 0}))

        await stage.there(close())
        await stage.must((Busy, Unavailable), operation, texts.OFFICE_CLOSED)

    @check("acting", texts.CONFLICT_IS_NOT_ACCEPTED)
    async def test_conflict_is_not_accepted(self, stage: Stage, operation: str) -> None:
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
                stage.wrong(texts.CONFLICT_ACCEPTED, end=said(end))

    async def _repeats_with_conflict(self, stage: Stage, operation: str, key: str) -> bool:
        """Tell whether the department answers a repeated key with 409, which is then its contract's way to say so."""
        await stage.end(operation, stage.call(operation, key, attempt=2))
        return stage.proxy.seen[-1].reply[9:12] == b"409" if stage.proxy.seen else False

    @check("acting", texts.OTHER_CALLS_TELL_REFUSALS_TOO)
    async def test_other_calls_tell_refusals_too(self, stage: Stage, operation: str) -> None:
        asks = await stage.asks_about(operation)
        if not asks:
            pytest.skip("other_calls_tell_refusals_too: there is neither find nor poll nor withdraw for it")
        for fault, kind in (("unauthorized", AuthFailed), ("too_many", Busy)):
            await stage.fault(fault)
            for name, ask in asks.items():
                stage.judged(kind, await stage.end_of(ask), filled(texts.REFUSED, method=name, fault=fault))
            await stage.no_fault()

"""Tests that a department's answers become the outcomes that they mean."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gateway.model.errors import Busy, InDoubt, Invalid, Unavailable
from gateway.model.outcome import Accepted, Approved, Rejected, Returned
from gateway.sdk.conformance import texts
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.bad_replies import http, json_of, with_json
from gateway.sdk.conformance.equipment.stage import Stage, said
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.conformance.texts import filled
from gateway.sdk.department import Request
from gateway.sdk.outcomes import unfit

_KINDS: dict[str, type[Any]] = {"accepted": Accepted, "approved": Approved, "rejected": Rejected, "returned": Returned}

_FATAL = re.compile("fatal|sys(?:tem)?_?(?:err|fail)", re.IGNORECASE)


class OutcomesChecks(Subject):
    """Answers are outcomes, never errors."""

    @check("each")
    async def test_answer_becomes_the_outcome(self, stage: Stage, operation: str) -> None:
        expected = self.expects(operation)
        call = stage.call(operation)
        end = await stage.must(_KINDS[expected], operation, filled(texts.ANSWERED, answer=expected), call=call)
        if (problem := unfit(end, self.operation(operation))) is not None:
            stage.wrong(texts.OUTCOME_UNFIT, problem=problem)
        effects = await stage.effects(call.key)
        if self.acts(operation) and len(effects) != 1:
            stage.wrong(texts.EFFECTS, count=len(effects))
        if not self.acts(operation) and effects:
            stage.wrong(texts.HAS_AN_EFFECT)
        if effects and end.reference is not None and end.reference != effects[0].reference:
            stage.wrong(texts.OTHER_REFERENCE)

    @check("each")
    async def test_rejection_is_an_outcome(self, stage: Stage, operation: str) -> None:
        await stage.fault("business_error", operation, reason=texts.REASON)
        end = await stage.must(Rejected, operation, texts.REFUSED)
        if (problem := unfit(end, self.operation(operation))) is not None or not end.code:
            stage.wrong(texts.REJECTED_UNFIT, problem=problem or texts.NO_CODE)
        if texts.REASON not in end.reason:
            stage.wrong(texts.NO_REASON)

    @check("each")
    async def test_return_names_our_fields(self, stage: Stage, operation: str) -> None:
        names = self.sample(operation).returned_fields
        await stage.fault("returned", operation, reason=texts.CORRECT, fields=tuple(names))
        end = await stage.must(Returned, operation, texts.SENT_BACK)
        if (problem := unfit(end, self.operation(operation))) is not None:
            stage.wrong(texts.RETURNED_UNFIT, problem=problem)
        named = [problem.field for problem in end.fields]
        request = self.request(operation)
        if strange := [name for name in named if name and not _has(request, name)]:
            stage.wrong(texts.FIELDS_UNKNOWN, fields=strange)
        if names and named != list(names.values()):
            stage.wrong(texts.FIELDS_OTHERWISE, expected=str(list(names.values())), named=str(named))

    @check("each")
    async def test_unlisted_code_is_in_doubt(self, stage: Stage, operation: str) -> None:
        code = self.sample(operation).unlisted_code
        if code is None:
            pytest.skip("unlisted_code_is_in_doubt: the sample names no code that the contract does not list")
        await stage.fault("business_error", operation, code=code)
        await stage.must(InDoubt, operation, texts.UNLISTED_CODE)

    @check("each")
    async def test_system_failure_is_no_outcome(self, stage: Stage, operation: str) -> None:
        await stage.fault("system_error", operation)
        await stage.must((InDoubt, Unavailable, Busy, Invalid), operation, texts.SYSTEM_FAILED)
        for flagged in await self._flagged(stage, operation):
            await stage.proxy_does("answer", operation, answer=flagged, forward=False)
            end = await stage.end(operation)
            if isinstance(end, Rejected | Returned):  # an adapter that does not know the flag may take the rest as it is
                stage.wrong(texts.FAILURE_IS_OUTCOME, happened=texts.SYSTEM_FAILED, end=said(end))

    async def _flagged(self, stage: Stage, operation: str) -> list[bytes]:
        """Give replies with such a flag: alone, in a success, beside an unknown code, and in a refusal whose own flag is down."""
        replies = [http(status, b'{"fatal":true,"message":"ABEND"}', "application/json") for status in (200, 500)]
        for code in dict.fromkeys((self.sample(operation).unlisted_code, None, "")):
            await stage.no_fault()
            if code != "":
                await stage.fault("business_error", operation, code=code)
            before = len(stage.proxy.seen)
            await stage.end(operation)
            reply = next((one.reply for one in reversed(stage.proxy.seen[before:])), b"")
            flags = ["fatal"] if code is not None else _flags(reply)
            if flags and (flagged := with_json(reply, **dict.fromkeys(flags, True))) is not None:
                replies.append(flagged)
        return replies


def _flags(reply: bytes) -> list[str]:
    """Give the members of a JSON object that would say, were they true, that the system behind it failed."""
    return [name for name, value in json_of(reply).items() if value is False and _FATAL.search(name)]


def _has(value: object, path: str) -> bool:
    """Tell whether a dotted path leads somewhere in a request."""
    for part in path.split("."):
        if isinstance(value, Request):
            if part not in type(value).model_fields:
                return False
            value = getattr(value, part)
        elif isinstance(value, list | tuple):
            if not (part.isdigit() and int(part) < len(value)):
                return False
            value = value[int(part)]
        else:
            return False
    return True

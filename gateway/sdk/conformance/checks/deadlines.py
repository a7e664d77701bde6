"""Tests of the one total deadline."""

from __future__ import annotations

from gateway.model.errors import InDoubt
from gateway.sdk.conformance.check import check
from gateway.sdk.conformance.equipment.stage import SHORT_DEADLINE, Stage
from gateway.sdk.conformance.subject import Subject
from gateway.sdk.conformance.texts import deadlines as texts


class DeadlineChecks(Subject):
    """A call ends by itself, whatever the department does."""

    @check("each", texts.HANGING_ENDS_AT_THE_DEADLINE)
    async def test_hanging_ends_at_the_deadline(self, stage: Stage, operation: str) -> None:
        await stage.end(operation)  # so that there is a connection: the deadline is the reply's
        await stage.proxy_does("hang", operation)
        call = stage.call(operation, deadline=SHORT_DEADLINE)
        await stage.must(InDoubt, operation, texts.NEVER_ANSWERED, call=call)

    @check("each", texts.DRIPPING_ENDS_AT_THE_DEADLINE)
    async def test_dripping_ends_at_the_deadline(self, stage: Stage, operation: str) -> None:
        await stage.end(operation)  # as above
        await stage.proxy_does("drip", operation, seconds=0.2)
        call = stage.call(operation, deadline=SHORT_DEADLINE)
        await stage.must(InDoubt, operation, texts.BYTE_BY_BYTE, call=call)

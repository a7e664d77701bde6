"""A REST sandbox that answers from sample files, for a contract whose sandbox nobody has written yet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from aiohttp import web

from gateway.sdk.sandbox.answers import json_response
from gateway.sdk.sandbox.behaviour import SandboxContext
from gateway.sdk.sandbox.ledger import Decision
from gateway.sdk.sandbox.rest import RestSandbox
from gateway.sdk.sandbox.sampled.sample_replies import Answer, SampleReplies


class SampledRestSandbox(RestSandbox):
    """A sandbox that needs only ``contract_file``, ``samples`` and ``questions``.

    Override :meth:`RestSandbox.authorise` where the contract has credentials. Effects are remembered under the ``Idempotency-Key`` of every
    request.
    """

    #: The folder of the sample files, with a folder for each operation.
    samples: ClassVar[Path]
    #: Operations (ours) that only ask and have no effect.
    questions: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, context: SandboxContext) -> None:
        super().__init__(context)
        self._replies = SampleReplies(self.samples)

    async def answer(self, request: web.Request, operation: str, body: Any) -> web.StreamResponse:  # noqa: ANN401  # as the base has it; a sample does not look at the request
        """Carry out a request and answer with the sample."""
        if refused := self.refused_now():
            return self.refusal(request, operation, refused)
        if operation in self.questions:
            return self._as_said(operation, "reply", {})
        effect = await self.effect(request.headers.get("Idempotency-Key", ""), operation)
        return self._as_said(operation, "reply", {"reference": effect.reference, "key": effect.key})

    def refusal(self, request: web.Request, operation: str, decision: Decision) -> web.StreamResponse:
        """Give the sample of a refusal."""
        answer: Answer = "returned" if decision.outcome == "returned" else "rejected"
        return self._as_said(operation, answer, decision_values(decision))

    def broke(self, request: web.Request, operation: str) -> web.StreamResponse:
        """Give the sample of a failure, where somebody has written one."""
        if not self._replies.has(operation, "failed"):
            return super().broke(request, operation)
        return self._as_said(operation, "failed", {})

    def _as_said(self, operation: str, answer: Answer, values: Mapping[str, str]) -> web.Response:
        said = self._replies.json(operation, answer, values)
        if said.body is None:
            return web.Response(status=said.status, headers=said.headers)
        if said.is_text:
            return web.Response(body=said.body.encode(), status=said.status, headers=said.headers)
        response = json_response(said.body, status=said.status)
        response.headers.update(said.headers)
        return response


def decision_values(decision: Decision) -> dict[str, str]:
    """Give the values that a refusal puts into the places of its sample, without those that nobody set."""
    said = {"code": decision.code, "reason": decision.reason, "field": decision.fields[0] if decision.fields else None}
    return {name: value for name, value in said.items() if value}

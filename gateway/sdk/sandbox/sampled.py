"""Sandboxes that were made from a contract alone, and answer from replies kept as files, before anybody has written how they decide.

``<folder>/<operation>/reply.json`` (or ``.xml``) is the answer to a request that is taken. Once somebody has written them, ``rejected.*``
and ``returned.*`` refuse and send back, and ``failed.*`` says that the department's own system broke.

A JSON file is ``{"status": …, "headers": {…}, "body": …}``, and an XML file is the element within the Body. A text as ``body``, under a
``Content-Type`` that is not JSON, is sent unchanged. In the texts of all, ``{{reference}}``, ``{{key}}``, ``{{code}}``, ``{{reason}}`` and
``{{field}}`` stand for the sandbox's values of this reply. ``{{code:E301}}`` has a default.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal
from xml.sax.saxutils import escape

import orjson
from aiohttp import web

from gateway.sdk.sandbox.base import Sandbox
from gateway.sdk.sandbox.behaviour import SandboxContext, json_response
from gateway.sdk.sandbox.ledger import Decision
from gateway.sdk.sandbox.rest import RestSandbox

_PLACE = re.compile(r"\{\{(reference|key|code|reason|field)(?::([^{}]*))?\}\}")

Answer = Literal["reply", "rejected", "returned", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonAnswer:
    """One JSON reply, whose ``body`` is None where the contract has none."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def is_text(self) -> bool:
        """Tell whether the body is a text of another media type than JSON, which goes out unchanged."""
        kind = _media_type(self.headers)
        return isinstance(self.body, str) and bool(kind) and not kind.endswith(("/json", "+json"))


class SampleReplies:
    """The sample files of one folder. Raises FileNotFoundError for an answer that nobody has written yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, operation: str, answer: Answer) -> bool:
        """Tell whether somebody has written this answer."""
        return any((self._folder / operation / f"{answer}{suffix}").is_file() for suffix in (".json", ".xml"))

    def json(self, operation: str, answer: Answer, values: Mapping[str, str]) -> JsonAnswer:
        """Give the answer as JSON, with its places filled in. Raises ValueError when the file is no such answer."""
        read = orjson.loads((self._folder / operation / f"{answer}.json").read_bytes())
        if not isinstance(read, dict) or not read.keys() <= {"status", "headers", "body"}:
            raise ValueError(f"{operation}/{answer}.json must be an object of status, headers and body")
        is_xml = _media_type(read.get("headers", {})).endswith(("/xml", "+xml"))
        filled = _filled(read, values, escape if is_xml else str)
        return JsonAnswer(status=filled.get("status", 200), headers=filled.get("headers", {}), body=filled.get("body"))

    def xml(self, operation: str, answer: Answer, values: Mapping[str, str]) -> str:
        """Give the answer as the element within the Body ("" for an empty one), with its places filled in."""
        text = (self._folder / operation / f"{answer}.xml").read_text("utf-8")
        return _PLACE.sub(lambda place: escape(_said(place, values)), text).strip()


def _filled(value: object, values: Mapping[str, str], write: Callable[[str], str]) -> Any:  # noqa: ANN401  # JSON
    if isinstance(value, str):
        return _PLACE.sub(lambda place: write(_said(place, values)), value)
    if isinstance(value, list):
        return [_filled(one, values, write) for one in value]
    return {name: _filled(one, values, write) for name, one in value.items()} if isinstance(value, dict) else value


def _media_type(headers: Mapping[str, str]) -> str:
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    return kind.partition(";")[0].strip().lower()


def _said(place: re.Match[str], values: Mapping[str, str]) -> str:
    return values.get(place[1]) or place[2] or ""


class Sampled(Sandbox):
    """The part of such a sandbox that is the same in every style, which gives :meth:`_as_said`."""

    samples: ClassVar[Path]
    questions: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, context: SandboxContext) -> None:
        super().__init__(context)
        self._replies = SampleReplies(self.samples)

    async def _carried_out(self, request: web.Request, operation: str) -> web.StreamResponse:
        """Carry out a request that keeps to the contract, and answer with the sample."""
        if refused := self.refused_now():
            return self.refusal(request, operation, refused)
        if operation in self.questions:
            return self._as_said(operation, "reply", {})
        effect = await self.effect(request.headers.get("Idempotency-Key", ""), operation)
        return self._as_said(operation, "reply", {"reference": effect.reference, "key": effect.key})

    def _refused(self, operation: str, decision: Decision) -> web.Response:
        said = {"code": decision.code, "reason": decision.reason, "field": decision.fields[0] if decision.fields else None}
        answer: Answer = "returned" if decision.outcome == "returned" else "rejected"
        return self._as_said(operation, answer, {name: value for name, value in said.items() if value})

    def _as_said(self, operation: str, answer: Answer, values: Mapping[str, str]) -> web.Response:
        """Give a sample with these values in its places."""
        raise NotImplementedError


class SampledRestSandbox(Sampled, RestSandbox):
    """A sandbox that needs only ``contract_file``, ``samples`` and ``questions``.

    Override :meth:`RestSandbox.authorise` where the contract has credentials. Effects are remembered under the ``Idempotency-Key`` of every
    request.
    """

    #: The folder of the sample files, with a folder for each operation.
    samples: ClassVar[Path]
    #: Operations (ours) that only ask and have no effect.
    questions: ClassVar[frozenset[str]] = frozenset()

    async def answer(self, request: web.Request, operation: str, body: Any) -> web.StreamResponse:  # noqa: ANN401  # as the base has it; a sample does not look at the request
        """Carry out a request and answer with the sample."""
        return await self._carried_out(request, operation)

    def refusal(self, request: web.Request, operation: str, decision: Decision) -> web.StreamResponse:
        """Give the sample of a refusal."""
        return self._refused(operation, decision)

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

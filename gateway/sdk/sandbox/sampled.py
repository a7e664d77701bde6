"""Sandboxes that were made from a contract alone, and answer from replies kept as files, before anybody has written how they decide.

``<folder>/<operation>/reply.json`` (or ``.xml``) is the answer to a request that is taken. Once somebody has written them, ``rejected.*``
and ``returned.*`` refuse and send back, and ``failed.*`` says that the department's own system broke.

A JSON file is ``{"status": …, "headers": {…}, "body": …}``, and an XML file is the element within the Body. A text as ``body``, under a
``Content-Type`` that is not JSON, is sent unchanged. In the texts of all, ``{{reference}}``, ``{{key}}``, ``{{code}}``, ``{{reason}}`` and
``{{field}}`` stand for the sandbox's values of this reply. ``{{code:E301}}`` has a default.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal
from urllib.parse import unquote
from xml.sax.saxutils import escape

import orjson
from aiohttp import web
from lxml import etree

from gateway.sdk.contracts.wsdl_schema import safe_parser, schema_of
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


_ENVELOPES = {"1.1": "http://schemas.xmlsoap.org/soap/envelope/", "1.2": "http://www.w3.org/2003/05/soap-envelope"}
_TYPES = {"1.1": "text/xml", "1.2": "application/soap+xml"}
_ACTION = re.compile(r'\baction\s*=\s*"([^"]*)"')
_MESSAGE = web.RequestKey("message", object)
_OPERATION = web.RequestKey("operation", str)


class SampledSoapSandbox(Sampled):
    """A sandbox that needs only ``wsdl``, ``samples``, ``messages`` and ``questions``.

    Every request is held to the contract's schemas (document style). Effects are remembered under the ``Idempotency-Key`` header of every
    request.
    """

    #: The WSDL, with the files that it refers to beside it.
    wsdl: ClassVar[Path]
    #: The folder of the sample files, with a folder for each operation.
    samples: ClassVar[Path]
    #: The path of the service's address.
    path: ClassVar[str] = "/"
    #: Operations by the element in a request's Body (``{namespace}name``).
    messages: ClassVar[Mapping[str, str]] = {}
    #: Operations that the element alone does not tell apart, by their SOAPAction.
    actions: ClassVar[Mapping[str, str]] = {}
    #: Operations that only ask and have no effect.
    questions: ClassVar[frozenset[str]] = frozenset()
    soap_version: ClassVar[str] = "1.1"
    #: True if the schemas describe the content of a Body (document style), since those of rpc describe only parts of it.
    held_to_schema: ClassVar[bool] = True

    def __init__(self, context: SandboxContext) -> None:
        super().__init__(context)
        self._schema = schema_of(self.wsdl)[0] if self.held_to_schema else None

    @property
    def operations(self) -> tuple[str, ...]:
        """Give the contract's operations."""
        return tuple(dict.fromkeys([*self.messages.values(), *self.actions.values()]))

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Give the one path of all operations, where a GET gets the WSDL itself."""
        parts = unquote(self.path).split("/")  # an installation puts another value for a part with braces
        path = "/".join(f"{{part{number}:[^/]+}}" if {"{", "}"} & set(part) else part for number, part in enumerate(parts)) or "/"
        return [web.post(path, self._handle), web.get(path, self._describe)]

    def operation_of(self, request: web.Request, body: bytes) -> str:
        """Go by the SOAPAction where the contract needs it, else by the element in the Body."""
        message = _message(body, _ENVELOPES[self.soap_version])
        request[_MESSAGE] = message
        tag = str(message.tag) if isinstance(message, etree._Element) else ""  # noqa: SLF001  # lxml has no public name for it
        named = _ACTION.search(request.headers.get("Content-Type", ""))
        action = named[1] if named else request.headers.get("SOAPAction", "").strip('"')
        request[_OPERATION] = self.actions.get(action) or self.messages.get(tag, "")
        return request[_OPERATION]

    def authorise(self, request: web.Request) -> web.StreamResponse | None:
        """Give the refusal of a request whose credentials are wrong, or None."""
        return None

    def refusal(self, request: web.Request, operation: str, decision: Decision) -> web.StreamResponse:
        """Give the sample of a refusal."""
        return self._refused(operation, decision)

    def broke(self, request: web.Request, operation: str) -> web.StreamResponse:
        """Give the sample of a failure, where somebody has written one."""
        if not self._replies.has(operation, "failed"):
            return super().broke(request, operation)
        return self._as_said(operation, "failed", {})

    async def _describe(self, request: web.Request) -> web.StreamResponse:
        return self.authorise(request) or web.FileResponse(self.wsdl, headers={"Content-Type": "text/xml"})

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if refused := self.authorise(request):
            return refused
        message, operation = request.get(_MESSAGE), request.get(_OPERATION, "")
        if message is None or request.content_type != _TYPES[self.soap_version]:
            return self._fault(f"The request is not a SOAP {self.soap_version} envelope in {_TYPES[self.soap_version]}")
        if not operation:
            return self._fault("The contract has no such operation")
        if self._schema is not None and isinstance(message, etree._Element) and not self._schema.validate(message):  # noqa: SLF001  # as above
            first: Any = self._schema.error_log[0]  # type: ignore[index]  # lxml-stubs do not know what a log holds
            return self._fault(f"The message does not fit the contract: {first.type_name}")
        return await self._carried_out(request, operation)

    def _as_said(self, operation: str, answer: Answer, values: Mapping[str, str]) -> web.Response:
        content = self._replies.xml(operation, answer, values)
        return self._envelope(content, status=500 if re.match(r"<(?:[\w.-]+:)?Fault\b", content) else 200)

    def _fault(self, text: str) -> web.Response:
        """Answer with a fault of the request's own, which was not processed."""
        if self.soap_version == "1.2":
            reason = f'<e:Reason><e:Text xml:lang="en">{escape(text)}</e:Text></e:Reason>'
            return self._envelope(f"<e:Fault><e:Code><e:Value>e:Sender</e:Value></e:Code>{reason}</e:Fault>", status=400)
        return self._envelope(f"<e:Fault><faultcode>e:Client</faultcode><faultstring>{escape(text)}</faultstring></e:Fault>", status=500)

    def _envelope(self, content: str, *, status: int) -> web.Response:
        envelope = f'<e:Envelope xmlns:e="{_ENVELOPES[self.soap_version]}"><e:Body>{content}</e:Body></e:Envelope>'
        body = f'<?xml version="1.0" encoding="utf-8"?>\n{envelope}'.encode()
        return web.Response(status=status, body=body, content_type=_TYPES[self.soap_version], charset="utf-8")


def _message(body: bytes, namespace: str) -> object:
    """Give the one element in the Body of an envelope without a DTD, "" for an empty Body, or None for anything else."""
    if b"<!DOCTYPE" in body:
        return None
    try:
        root = etree.fromstring(body, safe_parser())
    except etree.XMLSyntaxError:
        return None
    found = root.find(f"{{{namespace}}}Body") if root.tag == f"{{{namespace}}}Envelope" else None
    if found is None or len(found) > 1:
        return None
    return found[0] if len(found) else ""

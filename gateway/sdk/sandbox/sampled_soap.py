"""A SOAP sandbox that answers from sample files, for a WSDL whose sandbox nobody has written yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote
from xml.sax.saxutils import escape

from aiohttp import web
from lxml import etree

from gateway.sdk.contracts.wsdl_schema import safe_parser, schema_of
from gateway.sdk.sandbox.behaviour import SandboxContext
from gateway.sdk.sandbox.ledger import Decision
from gateway.sdk.sandbox.sampled import Answer, Sampled

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

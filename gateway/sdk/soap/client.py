"""The SOAP side of one department: zeep writes and reads, aiohttp sends."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from lxml import etree
from pydantic import TypeAdapter

from gateway.model.errors import InDoubt
from gateway.sdk.department import Call, Connection, Department
from gateway.sdk.http.exchange import Reply
from gateway.sdk.http.wire import HttpWire, excerpt, reach, status_error
from gateway.sdk.rest import fitting
from gateway.sdk.soap.attachments import RELATED, unpack
from gateway.sdk.soap.contract import SoapContract
from gateway.sdk.soap.document import decode, parse
from gateway.sdk.soap.envelope import UsernameToken, find_fault, is_envelope

_XML = frozenset({"text/xml", "application/soap+xml", "application/xml", RELATED, ""})
_SAID_BY_STATUS = frozenset({401, 403, 429, 503})
#: A smaller reply is read in a few milliseconds. A larger one is read in a thread, so that no other department waits.
_READ_ELSEWHERE = 32 * 1024

T = TypeVar("T")


class SoapClient:
    """A client for the operations of one port of a WSDL (SOAP 1.1 or 1.2, document or rpc, literal).

    ``wsdl`` and ``schema`` are files of the plugin. All that the WSDL refers to lies in ``folder`` (none: the WSDL's own), and nothing is
    ever fetched. ``schema`` is the XSD that every request and reply body is held to, or a WSDL whose own schemas are meant. ``service`` and
    ``port`` choose among several (none: the first). Requests go to ``connection.endpoint`` + the path of the port's address.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        wsdl: Path,
        schema: Path | None = None,
        folder: Path | None = None,
        service: str | None = None,
        port: str | None = None,
        security: UsernameToken | None = None,
    ) -> None:
        self._endpoint = connection.endpoint
        self._wire = HttpWire(connection)
        self._read_contract = partial(SoapContract, wsdl, schema=schema, folder=folder, service=service, port=port, security=security)
        self._contract: SoapContract | None = None

    async def open(self) -> None:
        """Read the WSDL and make the session without connecting. Raises ``ContractError`` when the WSDL cannot be used."""
        self._contract = await asyncio.to_thread(self._read_contract)
        await self._wire.open()

    async def close(self) -> None:
        """Close every connection. ``open`` may be called again afterwards."""
        await self._wire.close()
        self._contract = None

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def call(
        self,
        call: Call,
        operation: str,
        arguments: Mapping[str, object],
        reply: TypeAdapter[T],
        *,
        headers: Mapping[str, object] | None = None,
        http_headers: Mapping[str, str] | None = None,
        refusals: Collection[str] = (),
    ) -> T:
        """Call ``operation`` of the WSDL with ``arguments`` under its own names, structures as dicts and lists.

        ``headers`` are the SOAP headers that the WSDL declares, by the names of their parts. ``http_headers`` go beside (credentials).
        ``refusals`` are the names of elements in a fault's detail with which the department says no on the merits. Such a fault is raised
        as :class:`RefusalFault`, from which the adapter makes an outcome. An empty element is a refusal only if it is empty by contract,
        because PHP adds one to every fault.

        Gives the reply's values as ``reply`` reads them, or the one element's value where the reply has a single element. Raises the five
        errors: ``Invalid`` also for arguments that break the contract (nothing has left then).
        """
        contract = self._opened()
        body, content_headers = contract.build(operation, arguments, headers)
        sent = {**content_headers, **(http_headers or {})}
        answer = await self._wire.send(call, "POST", self._endpoint + contract.path, body=body, headers=sent)
        if len(answer.body) > _READ_ELSEWHERE:
            return await asyncio.to_thread(_read, contract, operation, answer, reply, refusals)
        return _read(contract, operation, answer, reply, refusals)

    async def reach(self, call: Call, *, http_headers: Mapping[str, str] | None = None) -> None:
        """Ask for the service's address with GET and accept any answer, for a probe where no operation is known to be without effect.

        Raises ``AuthFailed`` for 401 and 403, ``InDoubt`` for 5xx, and the wire's errors when nobody answers.
        """
        await reach(self._wire, call, self._endpoint + self._opened().path, headers=http_headers)

    def _opened(self) -> SoapContract:
        if self._contract is None:
            raise RuntimeError("the SOAP client is not open: call open() first")
        return self._contract


def _read(contract: SoapContract, operation: str, answer: Reply, reply: TypeAdapter[T], refusals: Collection[str]) -> T:
    """Give the reply's values, or raise the one of the five errors that it means, or the refusal."""
    if answer.status in _SAID_BY_STATUS or answer.content_type not in _XML:
        raise _no_answer(answer)
    try:
        root = _document(answer)
    except InDoubt as unreadable:
        raise unreadable if _is_answered(answer) else _no_answer(answer) from unreadable
    # Before the status: SOAP 1.1 sends every fault with 500, and some servers send them with 200.
    if fault := find_fault(root):
        raise fault.as_refusal(refusals, bare=contract.bare_elements) or fault.as_error()
    if not _is_answered(answer):
        raise _no_answer(answer)
    if not is_envelope(root):
        raise InDoubt("reply_contract", "the reply is no SOAP envelope")
    return fitting(reply.validate_python, contract.read(operation, root))


def _document(answer: Reply) -> etree._Element:
    """Give the reply's XML, with the parts of a multipart put where they belong."""
    if answer.content_type != RELATED:
        return parse(decode(answer.body, answer.charset))
    package = unpack(answer.body, answer.headers["Content-Type"])
    root = parse(decode(package.envelope, package.charset))
    package.put_back(root)
    return root


def _is_answered(answer: Reply) -> bool:
    """Tell whether an envelope may be expected. Some servers send one with 201 for a new thing, or 202 for a taken request."""
    return answer.status == 200 or (answer.status in {201, 202} and bool(answer.body))


def _no_answer(answer: Reply) -> Exception:
    """Give the error of a reply with no content of the contract. A refusal by the contract would be a fault, so none is looked for."""
    if _is_answered(answer):
        kind = excerpt(answer.content_type) or "no content type"
        return InDoubt("reply_type", f"{answer.status} with {kind}")
    return status_error(answer, refused=lambda _: None)


class SoapDepartment(Department):
    """Base of an adapter that speaks SOAP: its ``__init__`` sets ``soap``, which is opened and closed with it."""

    soap: SoapClient

    async def open(self) -> None:
        """Read the contract and make the session."""
        await self.soap.open()

    async def close(self) -> None:
        """Close the session."""
        await self.soap.close()

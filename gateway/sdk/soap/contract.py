"""A department's WSDL as zeep reads it: builds requests, reads replies, sends nothing and fetches nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import zeep
from lxml import etree
from zeep.exceptions import Error as ZeepError
from zeep.helpers import serialize_object
from zeep.transports import Transport
from zeep.wsdl.bindings.soap import Soap12Binding
from zeep.wsdl.messages import RpcMessage

from gateway.model.errors import InDoubt, Invalid
from gateway.sdk.soap.described import NotCoveredError
from gateway.sdk.soap.document import ContractError, Schema
from gateway.sdk.soap.envelope import Envelope, UsernameToken, username_token
from gateway.sdk.soap.reply import ReplyPlan
from gateway.sdk.soap.request import RequestPlan
from gateway.sdk.wsdl_schema import known_schema

#: What zeep is known to raise for values or replies that do not fit.
_ZEEP_FAILS = (ZeepError, etree.LxmlError, ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


#: What zeep is known to raise for a WSDL that cannot be used.
_UNUSABLE = (OSError, ZeepError, etree.LxmlError, ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)

P = TypeVar("P", RequestPlan, ReplyPlan)


class FolderTransport(Transport):
    """Loads WSDL and XSD from one folder, and refuses everything else."""

    def __init__(self, folder: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # zeep does not annotate it
        self._folder = folder.resolve()

    def load(self, url: str) -> bytes:
        """Give the bytes of a file in the folder; raises :class:`ContractError` for any other address."""
        if (known := known_schema(url)) is not None:
            return known.read_bytes()
        path = Path(url).resolve()
        if urlsplit(url).scheme or not path.is_relative_to(self._folder):
            raise ContractError(f"{self._folder.name} refers to a document outside its folder; keep a copy in the folder and refer to that")
        content: bytes = super().load(str(path))  # type: ignore[no-untyped-call]  # zeep does not annotate it
        return content


def read_wsdl(wsdl: Path, *, folder: Path | None = None, service: str | None = None, port: str | None = None) -> Any:  # noqa: ANN401  # zeep's, which has no types
    """Give zeep's client for a WSDL; everything it refers to lies in ``folder`` (none: that of the WSDL). Raises ``ContractError``."""
    _silence_zeep()
    transport = FolderTransport(folder or wsdl.parent)
    settings = zeep.Settings(strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        return zeep.Client(str(wsdl), transport=transport, settings=settings, service_name=service, port_name=port)  # type: ignore[no-untyped-call]  # zeep does not annotate it
    except _UNUSABLE as error:
        said = " ".join(str(error).split())[:200]
        raise ContractError(f"{wsdl.name} cannot be used: {type(error).__name__}: {said}") from error
    finally:
        transport.session.close()


class Contract:
    """One port of a WSDL, parsed once. Safe to use from several threads: nothing in it changes after."""

    def __init__(
        self,
        wsdl: Path,
        *,
        service: str | None,
        port: str | None,
        schema: Path | None,
        security: UsernameToken | None,
        folder: Path | None = None,
    ) -> None:
        # zeep gives None for a value it cannot read and sends empty elements for some wrong arguments: the schema finds both.
        self._schema = Schema(schema) if schema else None
        self._client = read_wsdl(wsdl, folder=folder, service=service, port=port)
        services = self._client.wsdl.services
        try:
            ports = (services[service] if service else next(iter(services.values()))).ports
            chosen = ports[port] if port else next(iter(ports.values()))
        except (KeyError, StopIteration) as error:
            raise ContractError(f"{wsdl.name} has no such service or port: check their names") from error
        #: Path of the port's address; its host is the installation's to say.
        self.path = urlsplit(chosen.binding_options["address"] or "").path
        if security:
            self._client.wsse = username_token(security)
        soap_12 = isinstance(chosen.binding, Soap12Binding)
        envelope = Envelope(chosen.binding.nsmap["soap-env"], security)
        self._operations = {name: BoundOperation(bound, envelope, soap_12=soap_12) for name, bound in chosen.binding.all().items()}

    def build(
        self, operation: str, arguments: Mapping[str, object], headers: Mapping[str, object] | None = None
    ) -> tuple[bytes, dict[str, str]]:
        """Give a request's body and the HTTP headers that SOAP wants; ``headers`` are the SOAP headers that the WSDL declares.

        Raises ``Invalid`` when it does not fit the contract.
        """
        bound = self._operations.get(operation)
        if bound is None:
            raise Invalid("request_contract", f"the contract has no operation {operation}")
        body = None if headers else self._by_plan(bound, arguments)
        if body is None:
            body = self._by_zeep(operation, arguments, headers)
        return body, dict(bound.http_headers)

    def _by_plan(self, bound: BoundOperation, arguments: Mapping[str, object]) -> bytes | None:
        """The request as the operation's plan writes it; None when zeep must, or must say what is wrong with it."""
        if bound.request is None:
            return None
        try:
            message = bound.request.write(arguments)
            if self._schema is not None and self._schema.mismatch(etree.fromstring(message)):
                return None
            return bound.envelope.around(message)
        except (NotCoveredError, *_ZEEP_FAILS):
            return None

    def _by_zeep(self, operation: str, arguments: Mapping[str, object], headers: Mapping[str, object] | None) -> bytes:
        named = {**arguments, "_soapheaders": dict(headers)} if headers else arguments
        try:
            envelope: etree._Element = self._client.create_message(self._client.service, operation, **named)
        except _ZEEP_FAILS as error:
            raise Invalid("request_contract", f"{operation} cannot be built from these arguments: {type(error).__name__}") from error
        if self._schema is not None and (where := self._schema.mismatch(_body(envelope)[0])):
            raise Invalid("request_contract", f"{operation} does not fit the contract at {where}")
        return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")

    def read(self, operation: str, root: etree._Element) -> object:
        """Give an envelope's values as dicts, lists and plain values; zeep leaves out a wrapper with a single element.

        Raises ``InDoubt`` (``reply_contract``) when the envelope is not this operation's reply.
        """
        bound = self._operations[operation]
        try:
            body = _body(root)
            if len(body) != 1 or _local(body[0]) != bound.reply_name:
                raise InDoubt("reply_contract", f"the reply's body is not one {bound.reply_name}")
            if self._schema is not None and (where := self._schema.mismatch(body[0])):
                raise InDoubt("reply_contract", f"the reply does not fit the contract at {where}")
            return bound.values(root, body)
        except _ZEEP_FAILS as error:
            raise InDoubt("reply_contract", f"the reply does not fit {operation}: {type(error).__name__}") from error


class BoundOperation:
    """One operation of the port, with the plans for what they cover of it."""

    def __init__(self, bound: Any, envelope: Envelope, *, soap_12: bool) -> None:  # noqa: ANN401  # zeep's, which has no types
        self._bound = bound
        self.envelope = envelope
        action = bound.soapaction or ""
        self.http_headers = (
            {"Content-Type": f'application/soap+xml; charset=utf-8; action="{action}"'}
            if soap_12
            else {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'}
        )
        self.request = _plan(RequestPlan, bound.input)
        self.reply = _plan(ReplyPlan, bound.output)

    @property
    def reply_name(self) -> str:
        """The local name of the one element within a reply's Body."""
        output = self._bound.output
        return f"{self._bound.name}Response" if isinstance(output, RpcMessage) else str(output.body.qname.localname)

    def values(self, envelope: etree._Element, body: etree._Element) -> object:
        """A reply's values: by the plan where it covers the reply, else by zeep, which then raises its own errors."""
        if self.reply is not None:
            try:
                return self.reply.read(envelope, body)
            except (NotCoveredError, *_ZEEP_FAILS):
                pass
        return serialize_object(self._bound.process_reply(envelope), dict)  # type: ignore[no-untyped-call]  # zeep does not annotate it


def _plan(kind: Callable[[Any], P], message: Any) -> P | None:  # noqa: ANN401  # zeep's, which has no types
    try:
        return kind(message)
    except NotCoveredError:
        return None


def _body(envelope: etree._Element) -> etree._Element:
    """The envelope's Body; raises LookupError when there is none or more than one."""
    bodies = [child for child in envelope if _local(child) == "Body"]
    if len(bodies) != 1:
        raise LookupError("not one Body")
    return bodies[0]


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _silence_zeep() -> None:
    """Zeep logs whole bodies at DEBUG and, with a traceback, every value it cannot read: personal data, so none of it goes anywhere."""
    logger = logging.getLogger("zeep")
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False  # a logger below it that somebody sets to DEBUG stays silent too
    if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):  # without one, errors go to stderr
        logger.addHandler(logging.NullHandler())

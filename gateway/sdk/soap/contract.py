"""A department's WSDL as zeep reads it: builds requests, reads replies, sends nothing and fetches nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import zeep
from lxml import etree
from zeep.exceptions import Error as ZeepError
from zeep.helpers import serialize_object
from zeep.transports import Transport
from zeep.wsdl.bindings.soap import Soap12Binding
from zeep.wsdl.messages import RpcMessage
from zeep.xsd import Any as AnyElement
from zeep.xsd import ComplexType

from gateway.model.errors import InDoubt, Invalid
from gateway.sdk.contracts.wsdl_schema import known_schema
from gateway.sdk.http.service_path import service_path
from gateway.sdk.soap.document import ContractError, Schema
from gateway.sdk.soap.envelope import SOAP_11, SOAP_12, Envelope, UsernameToken, local_name, username_token
from gateway.sdk.soap.plans.content import TEXT_FIELD, NotCoveredError, is_simple, text_type
from gateway.sdk.soap.plans.reply import Readers, ReplyPlan
from gateway.sdk.soap.plans.request import RequestPlan
from gateway.sdk.soap.plans.simple_values import UnreadableError
from gateway.sdk.soap.plans.teaching import for_zeep, teach

#: The exceptions that zeep is known to raise for values or replies that do not fit.
_ZEEP_FAILS = (ZeepError, etree.LxmlError, ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


#: The exceptions that zeep is known to raise for a WSDL that cannot be used.
_UNUSABLE = (OSError, ZeepError, etree.LxmlError, ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)

P = TypeVar("P", RequestPlan, ReplyPlan)


class FolderTransport(Transport):
    """A transport that loads WSDL and XSD from one folder, and refuses everything else."""

    def __init__(self, folder: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # zeep does not annotate it
        self._folder = folder.resolve()

    def load(self, url: str) -> bytes:
        """Give the bytes of a file in the folder. Raises :class:`ContractError` for any other address."""
        if (known := known_schema(url)) is not None:
            return known.read_bytes()
        path = Path(url).resolve()
        if not path.is_file():  # zeep makes paths of addresses and leaves them escaped: my%20types.xsd
            path = Path(unquote(url)).resolve()
        if urlsplit(url).scheme or not path.is_relative_to(self._folder):
            raise ContractError(f"{url[:200]} is not in its folder: keep a copy there and refer to that")
        content: bytes = super().load(str(path))  # type: ignore[no-untyped-call]  # zeep does not annotate it
        return for_zeep(content)


def read_wsdl(wsdl: Path, *, folder: Path | None = None, service: str | None = None, port: str | None = None) -> Any:
    """Give zeep's client for a WSDL, with all that it refers to in ``folder`` (none: the WSDL's own). Raises ``ContractError``."""
    _silence_zeep()
    transport = FolderTransport(folder or wsdl.parent)
    # Not forbid_external: it refuses the schemas that we hold copies of before the transport is asked, which refuses all others.
    settings = zeep.Settings(strict=True, forbid_dtd=True, forbid_entities=True)
    try:
        client = zeep.Client(str(wsdl), transport=transport, settings=settings, service_name=service, port_name=port)  # type: ignore[no-untyped-call]  # zeep does not annotate it
        _allow_empty_arrays(client)
        teach(client.wsdl, Readers(client.wsdl.types, client.wsdl.settings))
        return client  # noqa: TRY300  # its material may fail in the line above, too
    except ContractError as error:
        raise ContractError(f"{wsdl.name} cannot be used: {error}") from error
    except _UNUSABLE as error:
        said = " ".join(str(error).split())[:200]
        raise ContractError(f"{wsdl.name} cannot be used: {type(error).__name__}: {said}") from error
    finally:
        transport.session.close()


def _allow_empty_arrays(client: Any) -> None:
    """Let a SOAP array be empty (SOAP 1.1 §5.4.2), although zeep wants an item in one typed by ``wsdl:arrayType`` alone."""
    for kind in client.wsdl.types.types:
        if isinstance(kind, ComplexType) and kind._array_type is not None:
            for _, group in kind.elements_nested:
                for wildcard in (one for one in group if isinstance(one, AnyElement)):
                    wildcard.min_occurs = 0


class SoapContract:
    """One port of a WSDL, parsed once. Safe to use from several threads, since nothing in it changes afterwards."""

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
        #: Path of the port's address, whose host is the installation's to say.
        self.path = service_path(str(chosen.binding_options["address"] or ""))
        if security:
            self._client.wsse = username_token(security)
        soap_12 = isinstance(chosen.binding, Soap12Binding)
        self._namespace: str = chosen.binding.nsmap["soap-env"]
        envelope = Envelope(self._namespace, security)
        readers = Readers(self._client.wsdl.types, self._client.wsdl.settings)
        #: Local names of the elements that are empty by contract.
        self.bare_elements = frozenset(str(one.qname.localname) for one in self._client.wsdl.types.elements if _holds_nothing(one))
        # An operation without an input is the department's to call.
        calls = {name: bound for name, bound in chosen.binding.all().items() if bound.input is not None}
        self._operations = {name: BoundOperation(bound, envelope, readers, soap_12=soap_12) for name, bound in calls.items()}

    def build(
        self, operation: str, arguments: Mapping[str, object], headers: Mapping[str, object] | None = None
    ) -> tuple[bytes, dict[str, str]]:
        """Give a request's body and the HTTP headers that SOAP wants. ``headers`` are the SOAP headers that the WSDL declares.

        Raises ``Invalid`` when it does not fit the contract.
        """
        bound = self._operations.get(operation)
        if bound is None:
            raise Invalid("request_contract", f"the contract has no operation {operation}")
        body = None if headers else self._by_plan(bound, arguments)
        if body is None:
            body = self._by_zeep(bound, arguments, headers)
        return body, dict(bound.http_headers)

    def _by_plan(self, bound: BoundOperation, arguments: Mapping[str, object]) -> bytes | None:
        """Write the request by the operation's plan, or give None when zeep must write it, or say what is wrong with it."""
        if bound.request is None:
            return None
        try:
            message = bound.request.write(arguments)
            if self._schema is not None and self._schema.mismatch(etree.fromstring(message)):
                return None
            return bound.envelope.around(message)
        except (NotCoveredError, *_ZEEP_FAILS):
            return None

    def _by_zeep(self, bound: BoundOperation, arguments: Mapping[str, object], headers: Mapping[str, object] | None) -> bytes:
        operation, named = bound.name, dict(arguments)
        # A message that is a single text has no name for it in zeep.
        texts = [named.pop(TEXT_FIELD)] if bound.takes_text and TEXT_FIELD in named else []
        if headers:
            named["_soapheaders"] = dict(headers)
        try:
            envelope: etree._Element = self._client.create_message(self._client.service, operation, *texts, **named)
        except _ZEEP_FAILS as error:
            raise Invalid("request_contract", f"{operation} cannot be built from these arguments: {type(error).__name__}") from error
        body = _body(envelope)
        if self._schema is not None and len(body) and (where := self._schema.mismatch(body[0])):  # a message without parts: an empty Body
            raise Invalid("request_contract", f"{operation} does not fit the contract at {where}")
        return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")

    def read(self, operation: str, root: etree._Element) -> object:
        """Give an envelope's values as dicts, lists and plain values. zeep leaves out a wrapper with a single element.

        Raises ``InDoubt`` (``reply_contract``) when the envelope is not this operation's reply.
        """
        bound = self._operations[operation]
        if self._namespace == SOAP_12:
            _as_soap_12(root)
        try:
            body = _body(root)
            if len(body) != 1 or local_name(body[0]) != bound.reply_name:
                raise InDoubt("reply_contract", f"the reply's body is not one {bound.reply_name}")
            if self._schema is not None and (where := self._schema.mismatch(body[0])):
                raise InDoubt("reply_contract", f"the reply does not fit the contract at {where}")
            return bound.values(root, body)
        except UnreadableError as error:
            misfit = f"the reply does not fit the contract at {error}"
        except _ZEEP_FAILS as error:
            misfit = f"the reply does not fit {operation}: {type(error).__name__}"
        raise InDoubt("reply_contract", misfit)  # outside the handlers: Python's error repeats the value


class BoundOperation:
    """One operation of the port, with the plans for the part of it that they cover."""

    def __init__(self, bound: Any, envelope: Envelope, readers: Readers, *, soap_12: bool) -> None:
        self._bound = bound
        self.name: str = bound.name
        #: True if the element in a request's Body is of a simple type. Its value is :data:`TEXT_FIELD` among the arguments.
        self.takes_text = bound.input.body is not None and is_simple(bound.input.body.type)
        self.envelope = envelope
        action = bound.soapaction or ""
        self.http_headers = (
            {"Content-Type": f'application/soap+xml; charset=utf-8; action="{action}"'}
            if soap_12
            else {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'}
        )
        self.request = _plan(RequestPlan, bound.input)
        self.reply = _plan(ReplyPlan, bound.output, readers)

    @property
    def reply_name(self) -> str:
        """Give the local name of the one element within a reply's Body."""
        output = self._bound.output
        return f"{self._bound.name}Response" if isinstance(output, RpcMessage) else str(output.body.qname.localname)

    def values(self, envelope: etree._Element, body: etree._Element) -> object:
        """Read a reply's values by the plan where it covers the reply, else by zeep, which then raises its own errors."""
        if self.reply is not None:
            try:
                return self.reply.read(envelope, body)
            except (NotCoveredError, *_ZEEP_FAILS):
                pass
        return serialize_object(self._bound.process_reply(envelope), dict)  # type: ignore[no-untyped-call]  # zeep does not annotate it


def _holds_nothing(element: Any) -> bool:
    kind = getattr(element, "type", None)  # zeep's own xsd:schema has none
    return isinstance(kind, ComplexType) and not kind.elements and not kind.attributes and text_type(kind) is None


def _plan(kind: Callable[..., P], message: object, *more: Readers) -> P | None:
    try:
        return kind(message, *more)
    except NotCoveredError:
        return None


def _body(envelope: etree._Element) -> etree._Element:
    """Give the envelope's Body. Raises LookupError when there is none or more than one."""
    bodies = [child for child in envelope if local_name(child) == "Body"]
    if len(bodies) != 1:
        raise LookupError("not one Body")
    return bodies[0]


def _as_soap_12(envelope: etree._Element) -> None:
    """Take an envelope of SOAP 1.1 for one of 1.2, whose content is the same. node-soap answers so to every request."""
    for one in (envelope, *envelope):
        if etree.QName(one).namespace == SOAP_11:
            one.tag = f"{{{SOAP_12}}}{local_name(one)}"


def _silence_zeep() -> None:
    """Silence zeep, which logs whole bodies at DEBUG and every value that it cannot read with a traceback: personal data."""
    logger = logging.getLogger("zeep")
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False  # a logger below it that somebody sets to DEBUG stays silent too
    if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):  # without one, errors go to stderr
        logger.addHandler(logging.NullHandler())

"""A department's WSDL as zeep reads it: builds requests, reads replies, sends nothing and fetches nothing."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import zeep
from lxml import etree
from pydantic import SecretStr
from zeep.exceptions import Error as ZeepError
from zeep.helpers import serialize_object
from zeep.transports import Transport
from zeep.wsdl.bindings.soap import Soap12Binding
from zeep.wsdl.messages import RpcMessage
from zeep.wsse.username import UsernameToken as ZeepUsernameToken

from gateway.model.errors import InDoubt, Invalid
from gateway.sdk.soap.document import ContractError, Schema

#: What zeep is known to raise for values or replies that do not fit.
_ZEEP_FAILS = (ZeepError, etree.LxmlError, ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsernameToken:
    """WS-Security UsernameToken Profile 1.1; ``digest`` sends Base64(SHA-1(nonce + created + password)) instead of the password."""

    username: SecretStr
    password: SecretStr
    digest: bool = False


class FolderTransport(Transport):
    """Loads WSDL and XSD from one folder, and refuses everything else."""

    def __init__(self, folder: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # zeep does not annotate it
        self._folder = folder.resolve()

    def load(self, url: str) -> bytes:
        """Give the bytes of a file in the folder; raises :class:`ContractError` for any other address."""
        path = Path(url).resolve()
        if urlsplit(url).scheme or not path.is_relative_to(self._folder):
            raise ContractError(f"{self._folder.name} refers to a document outside its folder; keep a copy in the folder and refer to that")
        content: bytes = super().load(str(path))  # type: ignore[no-untyped-call]  # zeep does not annotate it
        return content


class Contract:
    """One port of a WSDL, parsed once. Safe to use from several threads: nothing in it changes after."""

    def __init__(self, wsdl: Path, *, service: str | None, port: str | None, schema: Path | None, security: UsernameToken | None) -> None:
        _silence_zeep()
        # zeep gives None for a value it cannot read and sends empty elements for some wrong arguments: the schema finds both.
        self._schema = Schema(schema) if schema else None
        transport = FolderTransport(wsdl.parent)
        settings = zeep.Settings(strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True)
        try:
            self._client = zeep.Client(str(wsdl), transport=transport, settings=settings, service_name=service, port_name=port)  # type: ignore[no-untyped-call]  # zeep does not annotate it
            services = self._client.wsdl.services
            ports = (services[service] if service else next(iter(services.values()))).ports
            chosen = ports[port] if port else next(iter(ports.values()))
        except (OSError, KeyError, StopIteration, ZeepError, etree.LxmlError) as error:
            raise ContractError(
                f"{wsdl.name} cannot be used: {type(error).__name__}; check the file and the service and port names"
            ) from error
        finally:
            transport.session.close()
        self._binding = chosen.binding
        self._soap_12 = isinstance(chosen.binding, Soap12Binding)
        #: Path of the port's address; its host is the installation's to say.
        self.path = urlsplit(chosen.binding_options["address"] or "").path
        if security:
            password = security.password.get_secret_value()
            # ``Z`` and not ``+00:00``: what WSS4J and .NET take for sure.
            self._client.wsse = ZeepUsernameToken(  # type: ignore[no-untyped-call]  # zeep does not annotate it
                security.username.get_secret_value(), password, use_digest=security.digest, zulu_timestamp=True
            )

    def build(self, operation: str, arguments: Mapping[str, object]) -> tuple[bytes, dict[str, str]]:
        """Give a request's body and the HTTP headers that SOAP wants; raises ``Invalid`` when it does not fit the contract."""
        try:
            soap_action = self._binding.get(operation).soapaction or ""
            envelope: etree._Element = self._client.create_message(self._client.service, operation, **arguments)  # type: ignore[no-untyped-call]  # zeep does not annotate it
        except _ZEEP_FAILS as error:
            raise Invalid("request_contract", f"{operation} cannot be built from these arguments: {type(error).__name__}") from error
        if self._schema is not None and (where := self._schema.mismatch(_body(envelope)[0])):
            raise Invalid("request_contract", f"{operation} does not fit the contract at {where}")
        body = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        if self._soap_12:
            return body, {"Content-Type": f'application/soap+xml; charset=utf-8; action="{soap_action}"'}
        return body, {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{soap_action}"'}

    def read(self, operation: str, root: etree._Element) -> object:
        """Give an envelope's values as dicts, lists and plain values; zeep leaves out a wrapper with a single element.

        Raises ``InDoubt`` (``reply_contract``) when the envelope is not this operation's reply.
        """
        bound = self._binding.get(operation)
        try:
            body = _body(root)
            expected = f"{operation}Response" if isinstance(bound.output, RpcMessage) else bound.output.body.qname.localname
            if len(body) != 1 or etree.QName(body[0]).localname != expected:
                raise InDoubt("reply_contract", f"the reply's body is not one {expected}")
            if self._schema is not None and (where := self._schema.mismatch(body[0])):
                raise InDoubt("reply_contract", f"the reply does not fit the contract at {where}")
            value: object = serialize_object(bound.process_reply(root), dict)  # type: ignore[no-untyped-call]  # zeep does not annotate it
        except _ZEEP_FAILS as error:
            raise InDoubt("reply_contract", f"the reply does not fit {operation}: {type(error).__name__}") from error
        return value


def _body(envelope: etree._Element) -> etree._Element:
    """The envelope's Body; raises LookupError when there is none or more than one."""
    bodies = [child for child in envelope if etree.QName(child).localname == "Body"]
    if len(bodies) != 1:
        raise LookupError("not one Body")
    return bodies[0]


def _silence_zeep() -> None:
    """Zeep logs whole bodies at DEBUG and, with a traceback, every value it cannot read: personal data, so none of it goes anywhere."""
    logger = logging.getLogger("zeep")
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False  # a logger below it that somebody sets to DEBUG stays silent too
    if not any(isinstance(handler, logging.NullHandler) for handler in logger.handlers):  # without one, errors go to stderr
        logger.addHandler(logging.NullHandler())

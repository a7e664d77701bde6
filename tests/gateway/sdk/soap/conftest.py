"""A small contract of each style, and a department that answers with the bytes a test gives it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from gateway.sdk import Call, Connection, Options
from gateway.sdk.soap import SoapClient
from tests.gateway.sdk.soap.contracts import full
from tests.patience import PATIENCE

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"

XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">
  <xs:element name="ask"><xs:complexType><xs:sequence>
    <xs:element name="name" type="xs:string"/><xs:element name="number" type="xs:int" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType></xs:element>
  <xs:element name="askResponse"><xs:complexType><xs:sequence>
    <xs:element name="text" type="xs:string"/><xs:element name="count" type="xs:int" minOccurs="0"/>
    <xs:element name="item" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""


def wsdl(version: str = "soap", style: str = "document", schema_location: str = "t.xsd") -> str:
    """A WSDL with one operation; ``version`` is ``soap`` (1.1) or ``soap12``."""
    if style == "document":
        messages = (
            '<message name="in"><part name="p" element="t:ask"/></message>'
            '<message name="out"><part name="p" element="t:askResponse"/></message>'
        )
        body = '<b:body use="literal"/>'
    else:
        messages = (
            '<message name="in"><part name="name" type="xs:string"/></message>'
            '<message name="out"><part name="return" type="xs:string"/></message>'
        )
        body = '<b:body use="literal" namespace="urn:t"/>'
    return f"""<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:b="http://schemas.xmlsoap.org/wsdl/{version}/" xmlns:t="urn:t"
      xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t">
  <types><xs:schema><xs:import namespace="urn:t" schemaLocation="{schema_location}"/></xs:schema></types>
  {messages}
  <portType name="P"><operation name="ask"><input message="t:in"/><output message="t:out"/></operation></portType>
  <binding name="B" type="t:P"><b:binding style="{style}" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="ask"><b:operation soapAction="urn:t#ask"/><input>{body}</input><output>{body}</output></operation></binding>
  <service name="S"><port name="One" binding="t:B"><b:address location="http://department.invalid/ask"/></port></service>
</definitions>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plugin's contract folder: ``t.xsd``, and a WSDL of each style beside it."""
    (tmp_path / "t.xsd").write_text(XSD)
    (tmp_path / "document.wsdl").write_text(wsdl())
    (tmp_path / "document12.wsdl").write_text(wsdl("soap12"))
    (tmp_path / "rpc.wsdl").write_text(wsdl(style="rpc"))
    return tmp_path


@pytest.fixture(scope="session")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own contract, with what the others lack."""
    file = tmp_path_factory.mktemp("full") / "full.wsdl"
    file.write_text(full())
    return file


def enveloped(body: str, namespace: str = SOAP_11) -> bytes:
    """An envelope around ``body``."""
    return f'<e:Envelope xmlns:e="{namespace}" xmlns:t="urn:t"><e:Body>{body}</e:Body></e:Envelope>'.encode()


@dataclass
class Answering:
    """A department that answers every request the same way, and keeps what it was sent."""

    url: str = ""
    status: int = 200
    body: bytes = b""
    content_type: str | None = "text/xml; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        """Note the request, answer as set."""
        self.seen.append((request.path, dict(request.headers), await request.read()))
        headers = dict(self.headers)
        if self.content_type is not None:
            headers["Content-Type"] = self.content_type
        return web.Response(status=self.status, body=self.body, headers=headers)


@pytest.fixture
async def department() -> AsyncIterator[Answering]:
    """One that listens on a free port."""
    answering = Answering()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answering.handle)
    async with TestServer(app) as server:
        answering.url = str(server.make_url("")).rstrip("/")
        yield answering


class OpenClient(Protocol):
    """Opens a client on the answering department."""

    async def __call__(self, name: str = "document.wsdl", **more: Any) -> SoapClient: ...


@pytest.fixture
async def client(folder: Path, department: Answering) -> AsyncIterator[Callable[..., Any]]:
    """Clients of this test, closed after it; ``schema=None`` leaves the XSD out."""
    async with AsyncExitStack() as stack:

        async def make(name: str = "document.wsdl", **more: Any) -> SoapClient:
            connection = Connection(
                name="t",
                endpoint=department.url,
                secrets={},
                options=Options(),
                deadline=PATIENCE,
                max_reply_bytes=2 * 2**20,
                concurrency=9,
            )
            schema = None if name.startswith("rpc") else folder / "t.xsd"
            return await stack.enter_async_context(SoapClient(connection, wsdl=folder / name, **{"schema": schema, **more}))

        yield make


def a_call() -> Call:
    """A call as the router makes it."""
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    return Call(operation="ask", key="k-1", attempt=1, deadline=PATIENCE, traceparent=traceparent)

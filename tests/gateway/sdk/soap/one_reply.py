"""A contract with one reply, from the schema of what is in it, and what is read of a reply."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import etree

from gateway.sdk.soap.contract import SoapContract
from tests.gateway.sdk.soap.conftest import enveloped

_WSDL = """<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:b="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="urn:t"
    xmlns:x="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t">
  <types><x:schema targetNamespace="urn:t" elementFormDefault="qualified">{types}
    <x:element name="ask" type="x:string"/><x:element name="askResponse">{response}</x:element></x:schema></types>
  <message name="in"><part name="p" element="t:ask"/></message><message name="out"><part name="p" element="t:askResponse"/>{part}</message>
  <portType name="P"><operation name="ask"><input message="t:in"/><output message="t:out"/></operation></portType>
  <binding name="B" type="t:P"><b:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="ask"><b:operation soapAction=""/><input><b:body use="literal"/></input>
    <output><b:body use="literal" parts="p"/>{header}</output></operation></binding>
  <service name="S"><port name="One" binding="t:B"><b:address location="http://department.invalid/"/></port></service>
</definitions>"""
_HEADER = '<b:header message="t:out" part="h" use="literal"/>'


class OneReply:
    """``schema`` is whether replies are held to it; ``header`` declares one, so that zeep reads the whole and no plan does."""

    def __init__(self, folder: Path, response: str, *, types: str = "", schema: bool = True, header: bool = False) -> None:
        file = folder / "one.wsdl"
        part, declared = ('<part name="h" element="t:ask"/>', _HEADER) if header else ("", "")
        file.write_text(_WSDL.format(types=types, response=response, part=part, header=declared))
        self.contract = SoapContract(file, schema=file if schema else None, service=None, port=None, security=None)
        self._header = header

    def read(self, inside: str, attributes: str = "") -> Any:
        """The values of a reply with this within the element in its Body; raises ``InDoubt``."""
        body = f'<askResponse xmlns="urn:t" {attributes}>{inside}</askResponse>'
        values: Any = self.contract.read("ask", etree.fromstring(enveloped(body)))
        return values["body"] if self._header else values


def sequence(inside: str) -> str:
    """A complex type that is a sequence."""
    return f"<x:complexType><x:sequence>{inside}</x:sequence></x:complexType>"

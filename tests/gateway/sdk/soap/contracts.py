"""Every contract that plans are held equal to zeep on: the plugins', real ones of departments elsewhere, and one of ours with the rest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gateway.sdk.soap.contract import BoundOperation, SoapContract

ROOT = Path(__file__).parents[4]
REAL = ROOT.parent / "shared" / "real" / "wsdl"

#: What neither the plugins' contracts nor the real ones have: more namespaces, nillable things, attributes of each kind,
#: groups, types that hold themselves; and in ``odd`` what plans leave to zeep.
FULL = """<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:b="http://schemas.xmlsoap.org/wsdl/soap12/"
    xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" xmlns:o="urn:o?a=1&amp;b" xmlns:p="urn:p" targetNamespace="urn:t">
  <types>
    <x:schema targetNamespace="urn:p" elementFormDefault="qualified">
      <x:complexType name="Deep">
        <x:sequence><x:element name="depth" type="x:int" maxOccurs="2"/></x:sequence><x:anyAttribute/></x:complexType>
    </x:schema>
    <x:schema targetNamespace="urn:o?a=1&amp;b" elementFormDefault="qualified">
      <x:import namespace="urn:p"/>
      <x:complexType name="Tree"><x:sequence>
        <x:element name="name" type="x:token"/><x:element name="branch" type="o:Tree" minOccurs="0" maxOccurs="3"/>
        <x:element name="from" type="t:Amount" minOccurs="0"/><x:element name="deep" type="p:Deep" minOccurs="0"/>
      </x:sequence><x:attribute name="id" type="x:int" use="required"/><x:attribute name="state" type="x:string" default="new"/>
      </x:complexType>
      <x:element name="shared" type="x:string"/>
    </x:schema>
    <x:schema targetNamespace="urn:t" elementFormDefault="qualified">
      <x:import namespace="urn:o?a=1&amp;b"/>
      <x:simpleType name="Colour"><x:restriction base="x:string"><x:enumeration value="red"/></x:restriction></x:simpleType>
      <x:simpleType name="Codes"><x:list itemType="x:int"/></x:simpleType>
      <x:simpleType name="Mixed"><x:union memberTypes="x:date t:Colour"/></x:simpleType>
      <x:complexType name="Amount"><x:simpleContent><x:extension base="x:decimal">
        <x:attribute name="currency" type="x:string" default="CNY"/><x:attribute name="exact" type="x:boolean"/>
      </x:extension></x:simpleContent></x:complexType>
      <x:group name="Place"><x:sequence>
        <x:element name="town" type="x:string"/><x:element name="street" type="x:string" minOccurs="0"/>
      </x:sequence></x:group>
      <x:complexType name="Nothing"/>
      <x:complexType name="Person"><x:sequence>
        <x:element name="name" type="x:string"/><x:element name="late" type="x:string" nillable="true"/>
        <x:element name="colour" type="t:Colour" minOccurs="0" nillable="true"/>
        <x:sequence minOccurs="0"><x:element name="born" type="x:date"/><x:element name="at" type="x:dateTime" minOccurs="0"/></x:sequence>
        <x:group ref="t:Place"/>
        <x:element name="age" type="x:int" default="7"/><x:element name="tall" type="x:decimal" minOccurs="0"/>
        <x:element name="well" type="x:boolean"/><x:element name="share" type="x:double" minOccurs="0"/>
        <x:element name="mixed" type="t:Mixed" minOccurs="0"/>
        <x:element name="photo" type="x:base64Binary" minOccurs="0"/><x:element name="nothing" type="t:Nothing" minOccurs="0"/>
        <x:element name="pay" type="t:Amount" minOccurs="0" maxOccurs="unbounded"/>
        <x:element name="tree" type="o:Tree" minOccurs="0"/><x:element ref="o:shared" minOccurs="0" maxOccurs="2"/>
        <x:element name="tail" type="t:Person" minOccurs="0"/>
      </x:sequence><x:attribute name="kind" type="x:NMTOKEN"/></x:complexType>
      <x:complexType name="Extended"><x:complexContent><x:extension base="t:Person"><x:sequence>
        <x:element name="more" type="x:string" maxOccurs="2"/></x:sequence></x:extension></x:complexContent></x:complexType>
      <x:complexType name="Either"><x:choice><x:element name="one" type="x:string"/><x:element name="two" type="x:int"/></x:choice>
      </x:complexType>
      <x:element name="person" type="t:Extended"/><x:element name="personResponse" type="t:Person"/>
      <x:element name="wrapped"><x:complexType><x:sequence><x:element name="in" type="t:Box"/></x:sequence></x:complexType></x:element>
      <x:complexType name="Box"><x:sequence><x:element name="value" type="x:int" minOccurs="0" maxOccurs="9"/></x:sequence></x:complexType>
      <x:element name="wrappedResponse"><x:complexType><x:sequence><x:element name="in" type="t:Box" minOccurs="0"/></x:sequence>
        </x:complexType></x:element>
      <x:element name="all"><x:complexType><x:all><x:element name="a" type="x:string"/><x:element name="b" type="x:int" minOccurs="0"/>
        </x:all></x:complexType></x:element>
      <x:element name="allResponse" type="t:Amount"/>
      <x:element name="odd"><x:complexType><x:sequence>
        <x:element name="name" type="x:string"/><x:element name="either" type="t:Either" minOccurs="0"/>
        <x:element name="codes" type="t:Codes" minOccurs="0"/><x:element name="any" type="x:anyType" minOccurs="0"/>
      </x:sequence></x:complexType></x:element>
      <x:element name="oddResponse"><x:complexType><x:sequence>
        <x:element name="name" type="x:string"/><x:element name="either" type="t:Either" minOccurs="0" maxOccurs="2"/>
        <x:element name="codes" type="t:Codes" minOccurs="0"/>
      </x:sequence></x:complexType></x:element>
      <x:element name="either" type="t:Either"/><x:element name="eitherResponse"><x:complexType><x:sequence>
        <x:element name="only" type="t:Either"/></x:sequence></x:complexType></x:element>
      <x:complexType name="Twice"><x:sequence><x:element ref="o:shared" minOccurs="0"/>
        <x:element name="shared" type="x:int" form="unqualified" minOccurs="0"/></x:sequence></x:complexType>
      <x:element name="twice" type="t:Twice"/><x:element name="twiceResponse" type="t:Twice"/>
    </x:schema>
  </types>
  {messages}
  <portType name="P">{operations}</portType>
  <binding name="B" type="t:P"><b:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>{bindings}</binding>
  <service name="S"><port name="One" binding="t:B"><b:address location="http://department.invalid/"/></port></service>
</definitions>"""

COVERED = ("person", "wrapped", "all", "odd")
WITH_CHOICES = ("either", "twice")


def full() -> str:
    """The WSDL of ``FULL`` with an operation for each of its elements."""
    names = (*COVERED, *WITH_CHOICES)
    messages = "".join(
        f'<message name="{element}"><part name="p" element="t:{element}"/></message>'
        for name in names
        for element in (name, f"{name}Response")
    )
    operations = "".join(
        f'<operation name="{name}"><input message="t:{name}"/><output message="t:{name}Response"/></operation>' for name in names
    )
    body = '<b:body use="literal"/>'
    bindings = "".join(
        f'<operation name="{name}"><b:operation soapAction=""/><input>{body}</input><output>{body}</output></operation>' for name in names
    )
    return FULL.format(messages=messages, operations=operations, bindings=bindings)


def with_two_parts(wsdl: str, element: str) -> str:
    """The WSDL with a second part in the message of this element."""
    part = f'<part name="p" element="t:{element}"/>'
    assert part in wsdl
    return wsdl.replace(part, f'{part}<part name="q" element="t:all"/>')


@dataclass(frozen=True)
class Case:
    """One operation of one contract, and the same contract with all plans taken away."""

    file: Path
    operation: str

    @property
    def contract(self) -> SoapContract:
        return opened(self.file, by_plan=True)

    @property
    def zeeps(self) -> SoapContract:
        return opened(self.file, by_plan=False)

    @property
    def bound(self) -> BoundOperation:
        return self.contract._operations[self.operation]

    @property
    def by_zeep(self) -> Any:
        """The operation as zeep has it."""
        return self.bound._bound


@cache
def opened(file: Path, *, by_plan: bool) -> SoapContract:
    """A contract, read once for all tests."""
    contract = SoapContract(file, schema=None, service=None, port=None, security=None)
    if not by_plan:
        for bound in contract._operations.values():
            bound.request = bound.reply = None
    return contract


def operations_of(file: Path) -> list[Case]:
    return [Case(file, name) for name in opened(file, by_plan=True)._operations]


PLUGINS = sorted((ROOT / "plugins").glob("*/contract/*.wsdl"))
#: Those that a service is in; the others are parts of them.
REALS = [path for path in sorted(REAL.rglob("*.wsdl")) if b":service " in path.read_bytes()]


def cases() -> list[Any]:
    """Every operation of the plugins' and the real contracts, as parameters of a test."""
    found = [pytest.param(case, id=f"{file.stem}-{case.operation}") for file in (*PLUGINS, *REALS) for case in operations_of(file)]
    if not REALS:
        found.append(pytest.param(None, id="real", marks=pytest.mark.skip(reason=f"{REAL.relative_to(ROOT.parent)} is not here")))
    return found

"""The schemas of a WSDL are one, wherever they stand, and nothing is fetched."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from gateway.sdk.contracts.wsdl_schema import known_schema, schema_of

_HEAD = '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" xmlns:o="urn:o">'


def wsdl(folder: Path, types: str, *, before: str = "", name: str = "a.wsdl") -> Path:
    file = folder / name
    file.write_text(f"{_HEAD}{before}<types>{types}</types></definitions>")
    return file


def fits(file: Path, message: str) -> bool:
    schema, why = schema_of(file)
    assert schema is not None, why
    return schema.validate(etree.fromstring(message))


CODE = '<x:simpleType name="Code"><x:restriction base="x:string"><x:maxLength value="2"/></x:restriction></x:simpleType>'
OTHER = f'<x:schema targetNamespace="urn:o">{CODE}</x:schema>'
ASK = '<x:schema targetNamespace="urn:t">{}<x:element name="ask" type="o:Code"/></x:schema>'


def test_schemas_within_find_each_other(tmp_path: Path) -> None:
    file = wsdl(tmp_path, OTHER + ASK.format('<x:import namespace="urn:o"/>'))
    assert fits(file, '<ask xmlns="urn:t">ab</ask>')
    assert not fits(file, '<ask xmlns="urn:t">abc</ask>')


def test_several_of_one_namespace_are_one(tmp_path: Path) -> None:
    more = '<x:schema targetNamespace="urn:t"><x:element name="more" type="x:int"/></x:schema>'
    file = wsdl(tmp_path, OTHER + ASK.format('<x:import namespace="urn:o"/>') + more)
    assert fits(file, '<more xmlns="urn:t">1</more>')
    assert fits(file, '<ask xmlns="urn:t">ab</ask>')


def test_files_beside_and_above_belong_to_it(tmp_path: Path) -> None:
    (tmp_path / "xsd").mkdir()
    (tmp_path / "wsdl").mkdir()
    (tmp_path / "xsd/o.xsd").write_text(OTHER.replace("<x:schema", '<x:schema xmlns:x="http://www.w3.org/2001/XMLSchema"'))
    inner = wsdl(tmp_path / "wsdl", ASK.format('<x:import namespace="urn:o" schemaLocation="../xsd/o.xsd"/>'), name="inner.wsdl")
    outer = wsdl(tmp_path, "", before=f'<import namespace="urn:t" location="wsdl/{inner.name}"/>')
    assert not fits(outer, '<ask xmlns="urn:t">abc</ask>')


def test_what_everybody_refers_to_is_there(tmp_path: Path) -> None:
    imports = '<x:import namespace="http://schemas.xmlsoap.org/soap/encoding/"/>'
    imports += '<x:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="http://www.w3.org/2001/xml.xsd"/>'
    element = '<x:element name="ask"><x:complexType><x:attribute ref="xml:lang"/></x:complexType></x:element>'
    file = wsdl(tmp_path, f'<x:schema targetNamespace="urn:t">{imports}{element}</x:schema>')
    assert fits(file, '<ask xmlns="urn:t" xml:lang="zh"/>')


@pytest.mark.parametrize("address", ["http://schemas.xmlsoap.org/soap/encoding/", "http://www.w3.org/2001/xml.xsd"])
def test_each_copy_of_ours_compiles(address: str) -> None:
    file = known_schema(address)
    assert file is not None
    etree.XMLSchema(etree.parse(str(file)))


def test_schemas_that_do_not_compile_say_why(tmp_path: Path) -> None:
    schema, why = schema_of(wsdl(tmp_path, ASK.format("")))
    assert schema is None
    assert "urn:o" in why
    assert str(tmp_path) not in why
    assert schema_of(wsdl(tmp_path, "")) == (None, "it has none")


@pytest.mark.parametrize("within", ["wsdl", "file"])
def test_two_imports_of_one_namespace_are_both_there(tmp_path: Path, within: str) -> None:
    head = '<x:schema xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:o="urn:o" targetNamespace="urn:{}">'
    (tmp_path / "codes.xsd").write_text(head.format("o") + CODE + "</x:schema>")
    more = '<x:include schemaLocation="codes.xsd"/><x:simpleType name="Two"><x:restriction base="o:Code"/></x:simpleType></x:schema>'
    (tmp_path / "more.xsd").write_text(head.format("o") + more)
    imports = "".join(f'<x:import namespace="urn:o" schemaLocation="{name}.xsd"/>' for name in ("codes", "more"))
    ask = f'{head.format("t")}{imports}<x:element name="ask" type="o:Code"/><x:element name="two" type="o:Two"/></x:schema>'
    (tmp_path / "t.xsd").write_text(ask)
    refer = '<x:schema><x:import namespace="urn:t" schemaLocation="t.xsd"/></x:schema>'
    file = wsdl(tmp_path, ask if within == "wsdl" else refer)
    for one in (file, tmp_path / "t.xsd"):
        for name in ("ask", "two"):
            assert fits(one, f'<{name} xmlns="urn:t">ab</{name}>')
            assert not fits(one, f'<{name} xmlns="urn:t">abc</{name}>')


def test_a_file_that_does_not_compile_is_named(tmp_path: Path) -> None:
    (tmp_path / "wrong.xsd").write_text(
        '<x:schema xmlns:x="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:o">\n<x:element name="a" type="none"/></x:schema>'
    )
    file = wsdl(tmp_path, '<x:schema targetNamespace="urn:t"><x:import namespace="urn:o" schemaLocation="wrong.xsd"/></x:schema>')
    assert "wrong.xsd:2" in schema_of(file)[1]

"""The schemas of a WSDL as one that messages can be held to: those within it, those beside it, and the two that everybody refers to.

Read with lxml alone, so that an adapter and its sandbox may hold messages to the same contract by different code.
"""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from lxml import etree

XSD: Final = "http://www.w3.org/2001/XMLSchema"
WSDL: Final = "http://schemas.xmlsoap.org/wsdl/"
#: Why there is nothing to hold messages to in a WSDL whose messages are of simple types alone.
NO_SCHEMAS: Final = "it has none"
_KNOWN_FOLDER = Path(__file__).parent / "known_schemas"
#: Schemas that contracts refer to on the internet, and the copy that is taken instead: nothing is ever fetched.
KNOWN_SCHEMAS: Final = {
    "http://schemas.xmlsoap.org/soap/encoding/": _KNOWN_FOLDER / "soap-encoding.xsd",
    "http://www.w3.org/XML/1998/namespace": _KNOWN_FOLDER / "xml.xsd",
}
_KNOWN_ADDRESSES: Final = {
    "http://schemas.xmlsoap.org/soap/encoding": "http://schemas.xmlsoap.org/soap/encoding/",
    "http://www.w3.org/2001/xml.xsd": "http://www.w3.org/XML/1998/namespace",
    "http://www.w3.org/2001/03/xml.xsd": "http://www.w3.org/XML/1998/namespace",
    "https://www.w3.org/2001/xml.xsd": "http://www.w3.org/XML/1998/namespace",
}


def known_schema(address: str) -> Path | None:
    """Our copy of a schema that is referred to by its namespace or its usual address; None for any other."""
    return KNOWN_SCHEMAS.get(_KNOWN_ADDRESSES.get(address.rstrip("#"), address))


def beside(document: Path, location: str) -> Path:
    """The file that a document refers to by a relative address, which may be escaped as an address is (``my%20types.xsd``)."""
    plain = document.parent / location
    return plain if plain.is_file() else document.parent / unquote(location)


def safe_parser() -> etree.XMLParser:
    """A parser that fetches nothing and resolves no entity."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def schema_of(wsdl: Path) -> tuple[etree.XMLSchema | None, str]:
    """The schemas that a WSDL holds or imports, compiled as one; or None with the reason (rule and line, without values).

    Raises OSError or ``lxml.etree.XMLSyntaxError`` when a document cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="wsdl-") as name:
        folder = Path(name)
        whole = _whole(list(_embedded(wsdl, set())), folder)
        if whole is None:
            return None, NO_SCHEMAS
        try:
            return etree.XMLSchema(etree.parse(str(whole), safe_parser())), ""
        except etree.XMLSchemaParseError as error:
            return None, " ".join(str(error).replace(f"{folder.as_uri()}/", "").replace(f"{folder}/", "").split())[:300]


def _embedded(wsdl: Path, seen: set[Path]) -> Iterator[tuple[Path, etree._Element]]:
    """Each schema that stands in the WSDL, or in one that it imports, with the file it stands in."""
    path = wsdl.resolve()
    if path in seen:
        return
    seen.add(path)
    root = etree.parse(str(path), safe_parser()).getroot()
    for schema in root.iterfind(f"{{{WSDL}}}types/{{{XSD}}}schema"):
        yield path, schema
    for imported in root.iterfind(f"{{{WSDL}}}import"):
        location = imported.get("location", "")
        if location and not urlsplit(location).scheme:
            if location.endswith(".xsd"):
                yield path, _importing(imported.get("namespace", ""), location)
            else:
                yield from _embedded(beside(path, location), seen)


def _importing(namespace: str, location: str) -> etree._Element:
    """A schema that does nothing but import another."""
    schema = etree.Element(f"{{{XSD}}}schema")
    etree.SubElement(schema, f"{{{XSD}}}import", namespace=namespace, schemaLocation=location)
    return schema


def _whole(schemas: list[tuple[Path, etree._Element]], folder: Path) -> Path | None:
    """Write the schemas as files of a folder that find each other, and one that imports them all."""
    if not schemas:
        return None
    of_namespace: dict[str, list[Path]] = {}
    copies = [(base, _standing_alone(schema)) for base, schema in schemas]
    for number, (_, schema) in enumerate(copies):
        of_namespace.setdefault(schema.get("targetNamespace", ""), []).append(folder / f"schema-{number}.xsd")
    entries = {
        namespace: files[0] if len(files) == 1 else _including(namespace, files, folder / f"namespace-{number}.xsd")
        for number, (namespace, files) in enumerate(of_namespace.items())
    }
    for number, (base, schema) in enumerate(copies):
        _settle_references(schema, base, entries)
        etree.ElementTree(schema).write(str(folder / f"schema-{number}.xsd"), encoding="utf-8", xml_declaration=True)
    whole = etree.Element(f"{{{XSD}}}schema")
    # Ours first: libxml2 takes the first import of each namespace, and files beside the WSDL may refer to them on the internet.
    for namespace, file in {**KNOWN_SCHEMAS, **entries}.items():
        one = etree.SubElement(whole, f"{{{XSD}}}import" if namespace else f"{{{XSD}}}include", schemaLocation=file.as_uri())
        if namespace:
            one.set("namespace", namespace)
    path = folder / "whole.xsd"
    etree.ElementTree(whole).write(str(path), encoding="utf-8", xml_declaration=True)
    return path


def _standing_alone(schema: etree._Element) -> etree._Element:
    """A copy that keeps the prefixes which the document around it declares: types are named by them."""
    alone = etree.Element(schema.tag, nsmap=schema.nsmap)  # type: ignore[arg-type]  # a prefix may be None: lxml-stubs do not know
    for name, value in schema.attrib.items():
        alone.set(name, value)
    alone.extend(copy.deepcopy(child) for child in schema)
    return alone


def _including(namespace: str, files: list[Path], path: Path) -> Path:
    """One schema for several of the same namespace: libxml2 takes only the first import of each."""
    schema = etree.Element(f"{{{XSD}}}schema")
    if namespace:
        schema.set("targetNamespace", namespace)
    for file in files:
        etree.SubElement(schema, f"{{{XSD}}}include", schemaLocation=file.as_uri())
    etree.ElementTree(schema).write(str(path), encoding="utf-8", xml_declaration=True)
    return path


def _settle_references(schema: etree._Element, base: Path, entries: dict[str, Path]) -> None:
    """Point each import and include to where its schema lies now."""
    for one in schema.iterfind("*"):
        if one.tag not in (f"{{{XSD}}}import", f"{{{XSD}}}include", f"{{{XSD}}}redefine"):
            continue
        location, namespace = one.get("schemaLocation"), one.get("namespace", "")
        if (known := known_schema(namespace) or known_schema(location or "")) is not None:
            one.set("schemaLocation", known.as_uri())
        elif location and not urlsplit(location).scheme:
            one.set("schemaLocation", beside(base, location).resolve().as_uri())
        elif namespace in entries:
            one.set("schemaLocation", entries[namespace].as_uri())

"""The schemas of a WSDL as one that messages can be held to: those within it, those beside it, and the two that everybody refers to.

lxml alone reads them, so that an adapter and its sandbox may hold messages to the same contract by different code.
"""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import unquote, urlsplit

from lxml import etree

XSD: Final = "http://www.w3.org/2001/XMLSchema"
WSDL: Final = "http://schemas.xmlsoap.org/wsdl/"
#: The reason why a WSDL whose messages are all of simple types has no schema to hold them to.
NO_SCHEMAS: Final = "it has none"
_KNOWN_FOLDER = Path(__file__).parent / "known_schemas"
#: Schemas on the internet that contracts refer to, and our copies of them, because nothing is ever fetched.
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

#: The original name of each copied file, and the number of lines that its copy is shorter.
_Originals: TypeAlias = dict[str, tuple[str, int]]


def known_schema(address: str) -> Path | None:
    """Give our copy of a schema, by its namespace or its usual address, or None for any other."""
    return KNOWN_SCHEMAS.get(_KNOWN_ADDRESSES.get(address.rstrip("#"), address))


def beside(document: Path, location: str) -> Path:
    """Give the file that a document refers to by a relative address, which may be escaped as in a URI (``my%20types.xsd``)."""
    plain = document.parent / location
    return plain if plain.is_file() else document.parent / unquote(location)


def safe_parser(*, encoding: str | None = None, content_alone: bool = False) -> etree.XMLParser:
    """Make a parser that fetches nothing and resolves no entity. ``content_alone`` leaves out comments and processing instructions."""
    return etree.XMLParser(
        encoding=encoding, resolve_entities=False, no_network=True, load_dtd=False, remove_comments=content_alone, remove_pis=content_alone
    )


def schema_of(wsdl: Path) -> tuple[etree.XMLSchema | None, str]:
    """Compile the schemas of a WSDL and its imports, or an XSD with those it refers to, as one.

    Gives None and the reason (rule, file and line, without values) when they cannot be compiled. Raises OSError or
    ``lxml.etree.XMLSyntaxError`` when a document cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="wsdl-") as name:
        folder = Path(name)
        whole, originals = _whole(list(_embedded(wsdl, set())), folder)
        if whole is None:
            return None, NO_SCHEMAS
        try:
            return etree.XMLSchema(etree.parse(str(whole), safe_parser())), ""
        except etree.XMLSchemaParseError as error:
            return None, _why(error, folder, originals)


def _why(error: etree.XMLSchemaParseError, folder: Path, originals: _Originals) -> str:
    """Give libxml2's first complaint with its file and line, or for a schema within the WSDL with the element's name."""
    said = " ".join(str(error).replace(f"{folder.as_uri()}/", "").replace(f"{folder}/", "").split())
    first: Any = next(iter(error.error_log), None)
    found = originals.get(unquote(first.filename or "").rpartition("/")[2]) if first is not None else None
    return f"{found[0]}:{first.line + found[1]}: {' '.join(first.message.split())}"[:300] if found else said[:300]


def _embedded(wsdl: Path, seen: set[Path]) -> Iterator[tuple[Path, etree._Element]]:
    """Give each schema within the WSDL or its imports, with its file. An XSD is given itself."""
    path = wsdl.resolve()
    if path in seen:
        return
    seen.add(path)
    root = etree.parse(str(path), safe_parser()).getroot()
    if root.tag == f"{{{XSD}}}schema":
        yield path, root
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
    """Make a schema that only imports another."""
    schema = etree.Element(f"{{{XSD}}}schema")
    etree.SubElement(schema, f"{{{XSD}}}import", namespace=namespace, schemaLocation=location)
    return schema


class _Copies:
    """Copies of schemas in a folder, each once: those within a WSDL, and the files that they and each other refer to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._left: list[tuple[Path, etree._Element, Path]] = []
        self._of_file: dict[Path, Path] = {}
        self.documents: list[tuple[Path, etree._Element, Path]] = []
        self.of_namespace: dict[str, list[Path]] = {}
        #: Keyed by the names of copies.
        self.originals: _Originals = {}

    def embedded(self, base: Path, schema: etree._Element) -> None:
        """Add a schema of a file, with all that it refers to."""
        self._belongs(schema, self._copy(base, _standing_alone(schema)))
        while self._left:
            self._follow(*self._left.pop(0))

    def _copy(self, base: Path, schema: etree._Element) -> Path:
        path = self._folder / f"schema-{len(self.documents)}.xsd"
        self.documents.append((base, schema, path))
        self._left.append((base, schema, path))
        return path

    def _belongs(self, schema: etree._Element, path: Path) -> None:
        """Count an imported schema among those of its namespace. An included one is part of its includer."""
        found = self.of_namespace.setdefault(schema.get("targetNamespace", ""), [])
        if path not in found:
            found.append(path)

    def _follow(self, base: Path, schema: etree._Element, _: Path) -> None:
        for one in _references(schema):
            if (file := _file_of(one, base)) is None or not file.is_file():
                continue
            if file not in self._of_file:
                root = etree.parse(str(file), safe_parser()).getroot()
                copy_path = self._of_file[file] = self._copy(file, root)
                # A copy begins with a declaration, and with the root in the line after.
                line: Any = root.sourceline
                self.originals[copy_path.name] = (file.name, (line or 2) - 2)
            if one.tag == f"{{{XSD}}}import":
                self._belongs(next(root for _, root, path in self.documents if path == self._of_file[file]), self._of_file[file])

    def settle(self, entries: dict[str, Path]) -> None:
        """Point each reference to the new place of its schema, and write the copies."""
        for base, schema, path in self.documents:
            for one in _references(schema):
                namespace, file = one.get("namespace", ""), _file_of(one, base)
                if (known := known_schema(namespace) or known_schema(one.get("schemaLocation", ""))) is not None:
                    one.set("schemaLocation", known.as_uri())
                elif one.tag == f"{{{XSD}}}import" and namespace in entries:
                    one.set("schemaLocation", entries[namespace].as_uri())
                elif file is not None:
                    one.set("schemaLocation", self._of_file.get(file, file).as_uri())
            etree.ElementTree(schema).write(str(path), encoding="utf-8", xml_declaration=True)


def _whole(schemas: list[tuple[Path, etree._Element]], folder: Path) -> tuple[Path | None, _Originals]:
    """Write the schemas as files that find each other and one that imports them all, and give its path and the files' original names."""
    if not schemas:
        return None, {}
    copies = _Copies(folder)
    for base, schema in schemas:
        copies.embedded(base, schema)
    entries = {
        namespace: files[0] if len(files) == 1 else _including(namespace, files, folder / f"namespace-{number}.xsd")
        for number, (namespace, files) in enumerate(copies.of_namespace.items())
    }
    copies.settle(entries)
    whole = etree.Element(f"{{{XSD}}}schema")
    # Ours first: libxml2 takes the first import of each namespace, and files beside the WSDL may refer to them on the internet.
    for namespace, file in {**KNOWN_SCHEMAS, **entries}.items():
        one = etree.SubElement(whole, f"{{{XSD}}}import" if namespace else f"{{{XSD}}}include", schemaLocation=file.as_uri())
        if namespace:
            one.set("namespace", namespace)
    path = folder / "whole.xsd"
    etree.ElementTree(whole).write(str(path), encoding="utf-8", xml_declaration=True)
    return path, copies.originals


def _references(schema: etree._Element) -> Iterator[etree._Element]:
    return schema.iterchildren(f"{{{XSD}}}import", f"{{{XSD}}}include", f"{{{XSD}}}redefine")


def _file_of(reference: etree._Element, base: Path) -> Path | None:
    """Give the file that a reference names, or None for schemas that we have copies of and for addresses elsewhere."""
    location, namespace = reference.get("schemaLocation", ""), reference.get("namespace", "")
    if not location or urlsplit(location).scheme or known_schema(namespace) or known_schema(location):
        return None
    return beside(base, location).resolve()


def _standing_alone(schema: etree._Element) -> etree._Element:
    """Copy a schema with the prefixes that the document around it declares, because types are named by them."""
    alone = etree.Element(schema.tag, nsmap=schema.nsmap)  # type: ignore[arg-type]  # a prefix may be None: lxml-stubs do not know
    for name, value in schema.attrib.items():
        alone.set(name, value)
    alone.extend(copy.deepcopy(child) for child in schema)
    return alone


def _including(namespace: str, files: list[Path], path: Path) -> Path:
    """Write one schema for several of the same namespace, since libxml2 takes only the first import of each."""
    schema = etree.Element(f"{{{XSD}}}schema")
    if namespace:
        schema.set("targetNamespace", namespace)
    for file in files:
        etree.SubElement(schema, f"{{{XSD}}}include", schemaLocation=file.as_uri())
    etree.ElementTree(schema).write(str(path), encoding="utf-8", xml_declaration=True)
    return path

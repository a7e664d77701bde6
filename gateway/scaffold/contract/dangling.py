"""References of a WSDL or XSD to names that nobody defines. For these zeep leaves an operation out, or says neither where nor why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from gateway.sdk.contracts.wsdl_schema import KNOWN_SCHEMAS, WSDL, XSD, safe_parser

#: The kind of thing that each top-level element of a schema or a WSDL defines.
_DEFINES: Final = {
    f"{{{XSD}}}simpleType": "type",
    f"{{{XSD}}}complexType": "type",
    f"{{{XSD}}}element": "element",
    f"{{{XSD}}}attribute": "attribute",
    f"{{{XSD}}}group": "group",
    f"{{{XSD}}}attributeGroup": "attributeGroup",
    f"{{{WSDL}}}message": "message",
    f"{{{WSDL}}}portType": "portType",
    f"{{{WSDL}}}binding": "binding",
}
#: The attributes that refer to a name, and the kind of thing that it names.
_REFERS: Final = {
    (f"{{{XSD}}}element", "type"): "type",
    (f"{{{XSD}}}element", "ref"): "element",
    (f"{{{XSD}}}attribute", "type"): "type",
    (f"{{{XSD}}}attribute", "ref"): "attribute",
    (f"{{{XSD}}}group", "ref"): "group",
    (f"{{{XSD}}}attributeGroup", "ref"): "attributeGroup",
    (f"{{{XSD}}}extension", "base"): "type",
    (f"{{{XSD}}}restriction", "base"): "type",
    (f"{{{XSD}}}list", "itemType"): "type",
    (f"{{{XSD}}}union", "memberTypes"): "type",
    (f"{{{WSDL}}}part", "type"): "type",
    (f"{{{WSDL}}}part", "element"): "element",
    (f"{{{WSDL}}}input", "message"): "message",
    (f"{{{WSDL}}}output", "message"): "message",
    (f"{{{WSDL}}}fault", "message"): "message",
    (f"{{{WSDL}}}binding", "type"): "portType",
    (f"{{{WSDL}}}port", "binding"): "binding",
}
_OF_TAG: Final = {tag: [(name, kind) for (of, name), kind in _REFERS.items() if of == tag] for tag, _ in _REFERS}


@dataclass(frozen=True, slots=True)
class Dangling:
    """A name that nobody defines, and the place of its use."""

    file: str
    line: int
    kind: str
    name: str

    @property
    def what(self) -> str:
        """Give the finding as a sentence."""
        return f"it refers to the {self.kind} {self.name}, which is not defined"


@dataclass(slots=True)
class _Names:
    """The defined names. A schema without a namespace of its own may be part of any, so its names count everywhere."""

    names: set[tuple[str, str, str]] = field(default_factory=set)
    anywhere: set[tuple[str, str]] = field(default_factory=set)

    def add(self, root: etree._Element) -> None:
        for holder in (root, *root.iter(f"{{{XSD}}}schema")):
            namespace = holder.get("targetNamespace", "")
            for node in holder:
                kind, name = _DEFINES.get(str(node.tag)), node.get("name", "")
                if kind is None:
                    continue
                self.names.add((kind, namespace, name))
                if not namespace:
                    self.anywhere.add((kind, name))

    def has(self, kind: str, namespace: str, name: str) -> bool:
        if namespace == XSD or (kind, namespace, name) in self.names or (kind, name) in self.anywhere:
            return True
        return not namespace and any((kind, name) == (one, local) for one, _, local in self.names)


def dangling(roots: Mapping[str, etree._Element]) -> Iterator[Dangling]:
    """Give each name that the documents (by file name) use and none of them defines, in order."""
    defined = _Names()
    for root in (*roots.values(), *(etree.parse(str(path), safe_parser()).getroot() for path in KNOWN_SCHEMAS.values())):
        defined.add(root)
    for file, root in roots.items():
        for node in root.iter(*_OF_TAG):
            for attribute, kind in _OF_TAG[str(node.tag)]:
                for name in node.get(attribute, "").split():
                    if not defined.has(kind, *_qualified(node, name)):
                        yield Dangling(file, line_of(node), kind, name)


def line_of(node: etree._Element) -> int:
    """Give the line of an element, or 0 when lxml does not know it."""
    return int(node.sourceline or 0)  # type: ignore[call-overload, no-any-return, truthy-bool]  # lxml-stubs have no type for it


def _qualified(node: etree._Element, name: str) -> tuple[str, str]:
    prefix, _, local = name.rpartition(":")
    return node.nsmap.get(prefix or None, "") or "", local

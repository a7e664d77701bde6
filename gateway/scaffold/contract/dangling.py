"""References of a WSDL or XSD to names that nobody defines. For these zeep leaves an operation out, or says neither where nor why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from lxml import etree

from gateway.sdk.contracts.wsdl_schema import KNOWN_SCHEMAS, WSDL, XSD, safe_parser

#: The kind of thing that each top-level element of a schema or a WSDL defines.
_DEFINES: Final = {
    **{f"{{{XSD}}}{kind}": kind for kind in ("element", "attribute", "group", "attributeGroup")},
    **{f"{{{WSDL}}}{kind}": kind for kind in ("message", "portType", "binding")},
    f"{{{XSD}}}simpleType": "type",
    f"{{{XSD}}}complexType": "type",
}
#: The attributes by which an element refers to a name, each with the kind of thing that it names.
_REFERS: Final = {
    f"{{{XSD}}}element": {"type": "type", "ref": "element"},
    f"{{{XSD}}}attribute": {"type": "type", "ref": "attribute"},
    f"{{{XSD}}}group": {"ref": "group"},
    f"{{{XSD}}}attributeGroup": {"ref": "attributeGroup"},
    f"{{{XSD}}}extension": {"base": "type"},
    f"{{{XSD}}}restriction": {"base": "type"},
    f"{{{XSD}}}list": {"itemType": "type"},
    f"{{{XSD}}}union": {"memberTypes": "type"},
    f"{{{WSDL}}}part": {"type": "type", "element": "element"},
    **{f"{{{WSDL}}}{message}": {"message": "message"} for message in ("input", "output", "fault")},
    f"{{{WSDL}}}binding": {"type": "portType"},
    f"{{{WSDL}}}port": {"binding": "binding"},
}


class Dangling(NamedTuple):
    """A name that nobody defines: the place of its use, and the finding as a sentence."""

    file: str
    line: int
    what: str


def dangling(roots: Mapping[str, etree._Element]) -> Iterator[Dangling]:
    """Give each name that the documents (by file name) use and none of them defines, in order.

    A schema without a namespace of its own may be part of any, so its names count everywhere.
    """
    known = (etree.parse(str(path), safe_parser()).getroot() for path in KNOWN_SCHEMAS.values())
    defined = set(_defined((*roots.values(), *known)))
    anywhere = {(kind, name) for kind, _, name in defined}
    for file, root in roots.items():
        for node in root.iter(*_REFERS):
            for attribute, kind in _REFERS[str(node.tag)].items():
                for name in node.get(attribute, "").split():
                    namespace, local = qualified(node, name)
                    found = namespace == XSD or {(kind, namespace, local), (kind, "", local)} & defined
                    if not found and (namespace or (kind, local) not in anywhere):
                        yield Dangling(file, line_of(node), f"it refers to the {kind} {name}, which is not defined")


def _defined(roots: Iterable[etree._Element]) -> Iterator[tuple[str, str, str]]:
    """Give the kind, namespace and name of all that documents define."""
    for root in roots:
        for holder in (root, *root.iter(f"{{{XSD}}}schema")):
            for node in holder:
                if (kind := _DEFINES.get(str(node.tag))) is not None:
                    yield kind, holder.get("targetNamespace", ""), node.get("name", "")


def line_of(node: etree._Element) -> int:
    """Give the line of an element, or 0 when lxml does not know it."""
    return int(node.sourceline or 0)  # type: ignore[call-overload, no-any-return, truthy-bool]  # lxml-stubs have no type for it


def qualified(node: etree._Element, name: str) -> tuple[str, str]:
    """Give the namespace and the local name that a prefixed name means at an element."""
    prefix, _, local = name.rpartition(":")
    return node.nsmap.get(prefix or None, "") or "", local

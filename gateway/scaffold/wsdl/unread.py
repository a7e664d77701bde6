"""Parts of a contract's schemas that neither zeep nor we describe, to be filled in by hand, with file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from gateway.scaffold.contract.dangling import line_of, qualified
from gateway.scaffold.contract.description import Gap
from gateway.sdk.contracts.wsdl_schema import XSD

_Roots = Mapping[str, etree._Element]
_Name = tuple[str, str]  # namespace, local name


def unread(roots: _Roots) -> Iterator[Gap]:
    """Give a gap for each such place of the documents (by file name), in order."""
    derived, substitutes = _derived(roots), _substitutes(roots)
    used = {qualified(one, one.get("type", "")) for root in roots.values() for one in root.iter(f"{{{XSD}}}element")}
    referred = {qualified(one, one.get("ref", "")) for root in roots.values() for one in root.iter(f"{{{XSD}}}element") if one.get("ref")}
    for file, root in roots.items():
        for node in root.iter():
            name = (_namespace(node), node.get("name", ""))
            if node.tag == f"{{{XSD}}}complexType" and node.get("abstract") == "true" and name in used:
                yield _gap(file, node, f"the type {name[1]} is abstract: xsi:type says which of {_instead(derived.get(name, []))}")
            elif node.tag == f"{{{XSD}}}element" and node.get("name") and name in referred and substitutes.get(name):
                yield _gap(file, node, f"for the element {name[1]} may stand {_instead(substitutes[name])}")
            if node.get("mixed") == "true" and node.tag in (f"{{{XSD}}}complexType", f"{{{XSD}}}complexContent"):
                yield _gap(file, node, "it mixes text and elements: the text between elements is not read")
            elif node.tag == f"{{{XSD}}}union" and node.get("memberTypes") and node.find(f"{{{XSD}}}simpleType") is not None:
                yield _gap(file, node, "a union names types and has some of its own, which are left out: give those a name")


def _instead(others: list[str]) -> str:
    return f"{', '.join(others) or 'none (the contract has none)'}: fill in by hand what is sent and read there"


def _derived(roots: _Roots) -> dict[_Name, list[str]]:
    """Give the names of the types that derive from each, however far, without abstract ones."""
    direct: dict[_Name, list[tuple[_Name, bool]]] = {}
    for root in roots.values():
        for node in root.iter(f"{{{XSD}}}complexType"):
            for one in node.iterfind(f"{{{XSD}}}complexContent/*"):
                if node.get("name") and one.get("base"):
                    said = ((_namespace(node), node.get("name", "")), node.get("abstract") == "true")
                    direct.setdefault(qualified(one, one.get("base", "")), []).append(said)

    def below(name: _Name, seen: frozenset[_Name]) -> Iterator[_Name]:
        for one, abstract in direct.get(name, []):
            if not abstract:
                yield one
            if one not in seen:
                yield from below(one, seen | {one})

    def told(one: _Name, of: _Name) -> str:
        return f"{one[1]} of {one[0]}" if one[1] == of[1] else one[1]  # a type of another namespace may be called the same

    return {name: list(dict.fromkeys(told(one, name) for one in below(name, frozenset({name})))) for name in direct}


def _substitutes(roots: _Roots) -> dict[_Name, list[str]]:
    found: dict[_Name, list[str]] = {}
    for root in roots.values():
        for node in root.iter(f"{{{XSD}}}element"):
            if head := node.get("substitutionGroup"):
                found.setdefault(qualified(node, head), []).append(node.get("name", ""))
    return found


def _namespace(node: etree._Element) -> str:
    schema = next(node.iterancestors(f"{{{XSD}}}schema"), node)
    return schema.get("targetNamespace", "")


def _gap(file: str, node: etree._Element, what: str) -> Gap:
    return Gap(where=f"{file}:{line_of(node)}", what=what)

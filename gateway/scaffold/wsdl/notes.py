"""Notes from a schema that zeep leaves out (documentation, the rules of simple types), and the parts that neither zeep nor we describe."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from gateway.scaffold.contract.dangling import line_of, qualified
from gateway.scaffold.contract.description import CLIENT_CERTIFICATE, Gap
from gateway.sdk.contracts.wsdl_schema import XSD

#: Elements of a type that hold others of it, and those that name another part of it, by this attribute.
_HOLDERS = frozenset({"sequence", "choice", "all", "complexContent", "simpleContent", "extension", "restriction"})
_REFERS = {"group": "ref", "attributeGroup": "ref", "extension": "base", "restriction": "base"}
#: Facets, and pydantic's names of them.
_FACETS = {
    "length": ("min_length", "max_length"),
    "minLength": ("min_length",),
    "maxLength": ("max_length",),
    "minInclusive": ("ge",),
    "maxInclusive": ("le",),
    "minExclusive": ("gt",),
    "maxExclusive": ("lt",),
    "totalDigits": ("max_digits",),
    "fractionDigits": ("decimal_places",),
}
#: The longest chain of derivations, because a wrong contract may make a circle of it.
_DEEPEST = 20

Name = tuple[str, str]  # namespace, local name


@dataclass(slots=True)
class Rules:
    """The rules of a simple type, as far as pydantic knows them."""

    values: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    limits: dict[str, str] = field(default_factory=dict)


class SchemaNotes:
    """Notes of all schemas of a contract. Takes the root elements of its WSDL and XSD files."""

    def __init__(self, roots: Iterable[etree._Element]) -> None:
        self._simple: dict[Name, etree._Element] = {}
        self._docs: dict[tuple[str, Name], str] = {}
        self._children: dict[tuple[Name, str], list[etree._Element]] = {}
        self._parts: dict[Name, list[Name]] = {}  # the other parts of a type: the type it derives from, groups
        self._abstract: set[Name] = set()
        for root in roots:
            for schema in root.iter(f"{{{XSD}}}schema"):
                self._read(schema, schema.get("targetNamespace", ""))

    def of_type(self, name: Name) -> str:
        """Give a type's documentation, or ""."""
        return self._docs.get(("type", name), "")

    def of_element(self, name: Name) -> str:
        """Give a global element's documentation, or ""."""
        return self._docs.get(("element", name), "")

    def of_child(self, owner: Name, child: str) -> str:
        """Give the documentation of an element (or ``@attribute``) within a type, or ""."""
        return next((text for node in self._found(owner, child) if (text := _documentation(node))), "")

    def rules(self, simple: Name | None, owner: Name, child: str) -> Rules:
        """Give the rules of a simple type, by its name or, where it has none, by its place."""
        node = self._simple.get(simple) if simple else None
        if node is None and (elements := self._found(owner, child)) and _alike(elements):
            node = self._simple_of(elements[0])
        rules = Rules()
        for _ in range(_DEEPEST):
            if node is None:
                break
            restriction = node.find(f"{{{XSD}}}restriction")
            if restriction is None:
                break
            _add(rules, restriction)
            inline = restriction.find(f"{{{XSD}}}simpleType")
            node = inline if inline is not None else self._simple.get(qualified(restriction, restriction.get("base", "")))
        return rules

    def is_abstract(self, name: Name) -> bool:
        """Tell whether a type only stands for those that derive from it."""
        return name in self._abstract

    def fixed(self, owner: Name, child: str) -> str | None:
        """Give the only value that an element or attribute of a type may have, or None where there are others."""
        said = {node.get("fixed") for node in self._found(owner, child)}
        return said.pop() if len(said) == 1 else None

    def is_prohibited(self, owner: Name, child: str) -> bool:
        """Tell whether a type forbids an attribute of the type that it restricts."""
        return any(node.get("use") == "prohibited" for node in self._found(owner, child))

    def _found(self, owner: Name, child: str, depth: int = 0) -> list[etree._Element]:
        """Find this child in a type or its parts. It may be several, where types without a name are called the same."""
        found = self._children.get((owner, child), [])
        if found or depth > _DEEPEST:
            return found
        return next((more for part in self._parts.get(owner, ()) if (more := self._found(part, child, depth + 1))), [])

    def _simple_of(self, element: etree._Element) -> etree._Element | None:
        inline = element.find(f"{{{XSD}}}simpleType")
        return inline if inline is not None else self._simple.get(qualified(element, element.get("type", "")))

    def _read(self, schema: etree._Element, namespace: str) -> None:
        for node in schema.iter(*(f"{{{XSD}}}{kind}" for kind in ("simpleType", "complexType", "element", "group", "attributeGroup"))):
            local = etree.QName(node).localname
            name = (namespace, node.get("name", ""))
            if not name[1]:
                continue
            if node.get("abstract") in {"true", "1"}:
                self._abstract.add(name)
            if local == "simpleType":
                self._simple.setdefault(name, node)
            kind = "element" if local == "element" else "type"
            if text := _documentation(node):
                self._docs.setdefault((kind, name), text)
            holder = node.find(f"{{{XSD}}}complexType") if local == "element" else node
            for tag, found in () if holder is None else _inside(holder):
                if tag in {"element", "attribute"} and (child := found.get("name")):
                    self._children.setdefault((name, f"@{child}" if tag == "attribute" else child), []).append(found)
                elif tag in _REFERS:
                    self._parts.setdefault(name, []).append(qualified(found, found.get(_REFERS[tag], "")))


def _inside(holder: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Give the elements that stand in a type itself, not in the types of its elements, with the names of their kinds."""
    for node in holder.iterchildren(etree.Element):
        kind = etree.QName(node).localname
        yield kind, node
        if kind in _HOLDERS:
            yield from _inside(node)


def _alike(elements: list[etree._Element]) -> bool:
    """Tell whether several elements of one name have the same rules, since otherwise the rules of none can be told."""
    return len({(one.get("type"), *(etree.tostring(simple) for simple in one.iterfind(f"{{{XSD}}}simpleType"))) for one in elements}) == 1


def _documentation(node: etree._Element) -> str:
    texts = ("".join(str(text) for text in one.itertext()) for one in node.iterfind(f"{{{XSD}}}annotation/{{{XSD}}}documentation"))
    return re.sub(r"\s+", " ", " ".join(texts)).strip()


def _add(rules: Rules, restriction: etree._Element) -> None:
    """Add the rules of a restriction, over which those of a more derived type take precedence."""
    values: list[str] = []
    patterns: list[str] = []
    for facet in restriction.iterchildren(etree.Element):
        name, value = etree.QName(facet).localname, facet.get("value", "")
        if name == "enumeration":
            values.append(value)
        elif name == "pattern":
            patterns.append(value)
        for limit in _FACETS.get(name, ()):
            rules.limits.setdefault(limit, value)
    rules.values = rules.values or tuple(dict.fromkeys(values))
    rules.patterns = rules.patterns or tuple(patterns)


def unread(roots: Mapping[str, etree._Element]) -> Iterator[Gap]:
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


def client_certificate(roots: Mapping[str, etree._Element]) -> Gap | None:
    """Find the first demand of a client certificate, with its line (WS-SecurityPolicy 1.1 to 1.3, also as WCF writes it), or give None."""
    for file, root in roots.items():
        for element in root.iter(etree.Element):
            name = etree.QName(element)
            if "securitypolicy" in (name.namespace or "").lower() and _demands(name.localname, element):
                return Gap(where=f"{file}:{element.sourceline}", what=CLIENT_CERTIFICATE)
    return None


def _demands(name: str, element: etree._Element) -> bool:
    if name == "RequireClientCertificate":
        return not any(etree.QName(key).localname == "Optional" and value in ("true", "1") for key, value in element.items())
    return name == "HttpsToken" and element.get("RequireClientCertificate") in ("true", "1")


def _instead(others: list[str]) -> str:
    return f"{', '.join(others) or 'none (the contract has none)'}: fill in by hand what is sent and read there"


def _derived(roots: Mapping[str, etree._Element]) -> dict[Name, list[str]]:
    """Give the names of the types that derive from each, however far, without abstract ones."""
    direct: dict[Name, list[tuple[Name, bool]]] = {}
    for root in roots.values():
        for node in root.iter(f"{{{XSD}}}complexType"):
            for one in node.iterfind(f"{{{XSD}}}complexContent/*"):
                if node.get("name") and one.get("base"):
                    said = ((_namespace(node), node.get("name", "")), node.get("abstract") == "true")
                    direct.setdefault(qualified(one, one.get("base", "")), []).append(said)

    def below(name: Name, seen: frozenset[Name]) -> Iterator[Name]:
        for one, abstract in direct.get(name, []):
            if not abstract:
                yield one
            if one not in seen:
                yield from below(one, seen | {one})

    def told(one: Name, of: Name) -> str:
        return f"{one[1]} of {one[0]}" if one[1] == of[1] else one[1]  # a type of another namespace may be called the same

    return {name: list(dict.fromkeys(told(one, name) for one in below(name, frozenset({name})))) for name in direct}


def _substitutes(roots: Mapping[str, etree._Element]) -> dict[Name, list[str]]:
    found: dict[Name, list[str]] = {}
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

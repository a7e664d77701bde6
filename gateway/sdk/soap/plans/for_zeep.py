"""Schemas rewritten for zeep: the same contract, so that zeep loses nothing of it.

zeep forgets how often a content may be there when a type extends another, takes a base's choice for a branch of the extension's, and says
of every element in a choice that it may be missing. libxml2, which is given the contract unchanged, holds whole messages to its rules.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from gateway.sdk.contracts.wsdl_schema import WSDL, XSD, safe_parser

_ROOTS: Final = frozenset({f"{{{XSD}}}schema", f"{{{WSDL}}}definitions"})
_SEQUENCE: Final = f"{{{XSD}}}sequence"
_GROUPS: Final = (_SEQUENCE, f"{{{XSD}}}choice", f"{{{XSD}}}group")
#: The built-in types that do to a text what ``whiteSpace`` says.
_AS: Final = {"collapse": "token", "replace": "normalizedString"}


def for_zeep(document: bytes) -> bytes:
    """Give a WSDL or XSD as zeep is to read it. Any other document stays unchanged, for zeep to judge."""
    if b"<!DOCTYPE" in document:
        return document
    try:
        root = etree.fromstring(document, safe_parser())
    except etree.XMLSyntaxError:
        return document
    if root.tag not in _ROOTS:
        return document
    changed = [_may_be_empty(root), _in_a_sequence(root), _fixed_by_default(root), _white_space(root)]
    return etree.tostring(root, xml_declaration=True, encoding="utf-8") if any(changed) else document


def _may_be_empty(root: etree._Element) -> bool:
    """Let a choice with a branch that may be missing be missing itself."""
    found = [one for one in root.iter(f"{{{XSD}}}choice") if any(child.get("minOccurs") == "0" for child in one.iterchildren("*"))]
    for choice in found:
        choice.set("minOccurs", "0")
    return bool(found)


def _in_a_sequence(root: etree._Element) -> bool:
    """Put the content of a type that extends or may be extended into a plain sequence, which means the same."""
    holders = [*root.iter(f"{{{XSD}}}extension"), *(one for schema in root.iter(f"{{{XSD}}}schema") for one in schema)]
    found = [
        child
        for holder in holders
        if holder.tag in (f"{{{XSD}}}extension", f"{{{XSD}}}complexType")
        for child in holder.iterchildren(*_GROUPS)
        if child.tag != _SEQUENCE or child.get("minOccurs", "1") != "1" or child.get("maxOccurs", "1") != "1"
    ]
    for child in found:
        around = etree.Element(_SEQUENCE, nsmap=child.nsmap)  # type: ignore[arg-type]  # a prefix may be None: lxml-stubs do not know
        child.addprevious(around)
        around.append(child)
    return bool(found)


def _fixed_by_default(root: etree._Element) -> bool:
    """Give an empty element its fixed value, just as it has its default."""
    found = [one for one in root.iter(f"{{{XSD}}}element") if one.get("fixed") is not None and one.get("default") is None]
    for element in found:
        element.set("default", element.get("fixed", ""))
    return bool(found)


def _white_space(root: etree._Element) -> bool:
    """Make a string with a rule of its own for white space the built-in type with that rule."""
    changed = False
    for rule in root.iter(f"{{{XSD}}}whiteSpace"):
        restriction, named = rule.getparent(), _AS.get(rule.get("value", ""))
        if restriction is None or named is None:
            continue
        prefix, _, base = restriction.get("base", "").rpartition(":")
        if base in ("string", "normalizedString") and restriction.nsmap.get(prefix or None) == XSD:
            restriction.set("base", f"{prefix}:{named}" if prefix else named)
            changed = True
    return changed

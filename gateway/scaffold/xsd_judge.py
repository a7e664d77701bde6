"""What XML Schema itself thinks of a single value: libxml2 holds samples to the simple type that they are of."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from lxml import etree

from gateway.scaffold.xsd_notes import Rules
from gateway.sdk.wsdl_schema import XSD, safe_parser

_FACETS: Final = {
    "min_length": "minLength",
    "max_length": "maxLength",
    "ge": "minInclusive",
    "le": "maxInclusive",
    "gt": "minExclusive",
    "lt": "maxExclusive",
    "max_digits": "totalDigits",
    "decimal_places": "fractionDigits",
}


def judge(kind: Any, rules: Rules) -> Callable[[object], bool]:  # noqa: ANN401  # zeep's type, which has none
    """Whether a value of zeep's simple type ``kind`` keeps the rules of the type that the contract made of it."""
    facets = tuple((_FACETS[name], text) for name, text in rules.limits.items() if name in _FACETS)
    base, patterns = _built_in(kind), tuple(rules.patterns)

    def holds(value: object) -> bool:
        schema = _schema(base, facets, patterns) or _schema(base, (), ())
        element = etree.Element("v")
        try:
            element.text = str(value).lower() if isinstance(value, bool) else str(value)
        except ValueError:  # a character that XML does not have
            return False
        return schema is None or bool(schema.validate(element))

    return holds


def _built_in(kind: Any) -> str:  # noqa: ANN401  # as above
    """The name of the built-in type that a type derives from."""
    names = (getattr(one, "_default_qname", None) for one in type(kind).__mro__)
    return next((str(name.localname) for name in names if name is not None and name.namespace == XSD), "string")


@cache
def _schema(base: str, facets: tuple[tuple[str, str], ...], patterns: tuple[str, ...]) -> etree.XMLSchema | None:
    root = etree.Element(f"{{{XSD}}}schema", nsmap={"xs": XSD})
    element = etree.SubElement(root, f"{{{XSD}}}element", name="v")
    restriction = etree.SubElement(etree.SubElement(element, f"{{{XSD}}}simpleType"), f"{{{XSD}}}restriction", base=f"xs:{base}")
    for facet, value in (*facets, *(("pattern", pattern) for pattern in patterns)):
        etree.SubElement(restriction, f"{{{XSD}}}{facet}", value=value)
    try:
        return etree.XMLSchema(etree.fromstring(etree.tostring(root), safe_parser()))
    except etree.XMLSchemaParseError:
        return None

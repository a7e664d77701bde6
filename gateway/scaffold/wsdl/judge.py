"""XML Schema's own judgement of a single value: libxml2 holds samples to their simple type."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Final

from lxml import etree

from gateway.scaffold.samples.patterns import matching, of_xml_schema
from gateway.scaffold.wsdl.notes import Rules
from gateway.sdk.contracts.wsdl_schema import XSD, safe_parser
from gateway.sdk.fields import padded

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

Judge = Callable[[object], bool]
_DECIMAL: Final = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
#: A pattern that takes so many decimal places takes any number of them.
_MOST_PLACES: Final = 13


def judge(kind: object, rules: Rules) -> Judge:
    """Make the judgement of a value by the rules that the contract made of zeep's simple type ``kind``."""
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


def decimal_places(patterns: tuple[str, ...], holds: Judge) -> tuple[int, int | None, Judge]:
    """Give the least and most decimal places that the patterns of a decimal want (None: any number), and a judge of values written so.

    The number of places matters, since ``100`` cannot be sent where ``100.00`` is wanted, though both are one number.
    """
    texts = (matching(of_xml_schema(pattern), 0, lambda text: bool(_DECIMAL.fullmatch(text)) and holds(text)) for pattern in patterns)
    text = next((text for text in texts if text is not None), None)
    if text is None:
        return 0, None, holds
    whole, _, after = text.partition(".")
    taken = [places for places in range(_MOST_PLACES) if holds(f"{whole}.{after[:places]:0<{places}}" if places else whole)]
    least, most = min(taken, default=len(after)), max(taken, default=len(after))

    def holds_written(value: object) -> bool:
        return holds(str(padded(Decimal(str(value)), least)) if isinstance(value, int | float) else value)

    return least, most if most + 1 < _MOST_PLACES else None, holds_written


def _built_in(kind: object) -> str:
    """Give the name of the built-in type that a type derives from."""
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

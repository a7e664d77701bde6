"""The names of a content's values tell apart whatever may be there at once, and are zeep's where those do."""

# mypy: disable-error-code="no-untyped-call"
# zeep does not annotate what makes its types

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from zeep import xsd

from gateway.sdk.soap.plans.content import ContentPart, NotCoveredError, content_of
from tests.gateway.sdk.soap.contracts import PLUGINS, REALS, Case, operations_of


def one(name: str, **occurs: Any) -> xsd.Element:
    return xsd.Element(f"{{urn:t}}{name}", xsd.Int(), **occurs)


def names(held: Any) -> list[str]:
    return [part.name for part in content_of(xsd.ComplexType(held)).values]


@pytest.mark.parametrize(
    ("held", "named"),
    [
        (xsd.Sequence([one("a"), one("b"), one("a")]), ["a", "b", "a__1"]),
        (xsd.Choice([xsd.Sequence([one("a"), one("b")]), xsd.Sequence([one("a"), one("c")])]), ["a", "b", "a", "c"]),
        (xsd.Sequence([one("a"), xsd.Choice([one("a"), one("b")])]), ["a", "a__1", "b"]),
        (xsd.Sequence([xsd.Choice([one("a"), one("b")], max_occurs=2), xsd.Sequence([one("a")], max_occurs=2)]), ["_value_1", "_value_2"]),
        (xsd.Sequence([xsd.Any(), xsd.Sequence([xsd.Choice([one("a")], max_occurs="unbounded")])]), ["_value_1", "_value_2"]),
        (xsd.Choice([one("a")], max_occurs="unbounded"), ["_value_1"]),
        (xsd.Sequence([one("a", max_occurs=0), one("b")]), ["b"]),
        (None, []),
    ],
)
def test_values_are_named(held: Any, named: list[str]) -> None:
    assert names(held) == named


@pytest.mark.parametrize(
    ("held", "plain"),
    [
        (xsd.Sequence([one("a"), xsd.Sequence([one("b")])]), True),
        (xsd.Sequence([one("a"), xsd.Sequence([one("b")], min_occurs=0)]), False),
        (xsd.Sequence([one("a"), xsd.Element("a", xsd.Int())]), False),
        (xsd.All([one("a")]), False),
        (xsd.Choice([one("a")]), False),
        (xsd.Sequence([xsd.Any()]), False),
    ],
)
def test_a_plain_content_is_told_by_names_alone(held: Any, plain: bool) -> None:  # noqa: FBT001  # what is expected
    assert content_of(xsd.ComplexType(held)).is_plain is plain


def test_a_group_is_there_as_often_as_it_is_referred_to() -> None:
    group = xsd.Group(etree.QName("{urn:t}g"), xsd.Choice([one("a")], min_occurs=0), max_occurs=1, min_occurs=1)
    [part] = content_of(xsd.ComplexType(xsd.Sequence([group]))).parts
    assert (part.order, part.least, part.most) == ("choice", 0, 1)


def test_texts_and_arrays_have_no_content() -> None:
    array = xsd.Attribute("{http://schemas.xmlsoap.org/soap/encoding/}arrayType", xsd.String())
    for kind in (xsd.ComplexType(xsd.Sequence([one("a")]), [array]), xsd.ComplexType(xsd.Element("_value_1", xsd.Int())), xsd.Int()):
        with pytest.raises(NotCoveredError):
            content_of(kind)


def test_names_are_zeeps_in_every_contract_at_hand() -> None:
    for file in (*PLUGINS, *REALS):
        for case in operations_of(file):
            found = names_of(case)
            assert found == dict.fromkeys(name for name, _ in case.by_zeep.output.body.type.elements)


def names_of(case: Case) -> dict[str, None]:
    content: ContentPart = content_of(case.by_zeep.output.body.type)
    return dict.fromkeys(part.name for part in content.values)

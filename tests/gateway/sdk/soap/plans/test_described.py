"""What of zeep's description plans are made from, and what is left to zeep."""

# mypy: disable-error-code="no-untyped-call"
# zeep does not annotate what makes its types

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from zeep import xsd

from gateway.sdk.soap.plans.described import NotCoveredError, elements_of

ONE, TWO = xsd.Element("{urn:t}one", xsd.String()), xsd.Element("{urn:t}two", xsd.String())
ARRAY = "{http://schemas.xmlsoap.org/soap/encoding/}arrayType"


def group(**occurs: Any) -> xsd.Group:
    return xsd.Group(etree.QName("{urn:t}g"), xsd.Sequence([TWO]), **occurs)


@pytest.mark.parametrize(
    "held",
    [
        xsd.Sequence([ONE, TWO]),
        xsd.All([ONE, TWO]),
        xsd.Sequence([ONE, xsd.Sequence([TWO], min_occurs=0)]),
        xsd.Sequence([ONE, group()]),
    ],
)
def test_elements_are_told_through_the_groups_around_them(held: Any) -> None:
    assert elements_of(xsd.ComplexType(held)) == [("one", ONE), ("two", TWO)]


def test_a_type_may_hold_none() -> None:
    assert elements_of(xsd.ComplexType()) == []


@pytest.mark.parametrize(
    "kind",
    [
        xsd.String(),
        xsd.AnyType(),
        xsd.ComplexType(xsd.Sequence([ONE]), attributes=[xsd.Attribute(ARRAY, xsd.String())]),
        xsd.ComplexType(xsd.Choice([ONE, TWO])),
        xsd.ComplexType(xsd.Sequence([ONE, xsd.Choice([TWO])])),
        xsd.ComplexType(xsd.Sequence([ONE], max_occurs=2)),
        xsd.ComplexType(xsd.Sequence([ONE, xsd.Sequence([TWO], max_occurs="unbounded")])),
        xsd.ComplexType(xsd.Sequence([ONE, group(max_occurs=2)])),
        xsd.ComplexType(xsd.Sequence([ONE, xsd.Any()])),
        xsd.ComplexType(xsd.Sequence([ONE, xsd.Element("{urn:t}never", xsd.String(), min_occurs=0, max_occurs=0)])),
        xsd.ComplexType(xsd.Sequence([ONE, xsd.Element("one", xsd.String())])),
    ],
)
def test_what_an_elements_name_does_not_tell_is_left_to_zeep(kind: Any) -> None:
    with pytest.raises(NotCoveredError):
        elements_of(kind)

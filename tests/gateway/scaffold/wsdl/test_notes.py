"""Notes of schemas: rules are found where they stand, and none is taken from another element of the same name."""

from __future__ import annotations

import pytest
from lxml import etree

from gateway.scaffold.contract.description import Gap
from gateway.scaffold.wsdl.notes import SchemaNotes, unread
from tests.gateway.scaffold.wsdl.test_document import ZOO

_RULE = '<x:simpleType><x:restriction base="x:string"><x:enumeration value="{}"/></x:restriction></x:simpleType>'
_CODE = f'<x:element name="code">{_RULE}</x:element>'


def notes(content: str) -> SchemaNotes:
    return SchemaNotes(
        [
            etree.fromstring(
                f'<x:schema xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t">{content}</x:schema>'
            )
        ]
    )


def nested(outer: str, value: str) -> str:
    """A local type without a name, which zeep calls after its element."""
    inner = f'<x:element name="state"><x:complexType><x:sequence>{_CODE.format(value)}</x:sequence></x:complexType></x:element>'
    return f'<x:element name="{outer}"><x:complexType><x:sequence>{inner}</x:sequence></x:complexType></x:element>'


def test_rules_of_types_of_one_name_that_differ_are_left_out() -> None:
    assert notes(nested("a", "1") + nested("b", "2")).rules(None, ("urn:t", "state"), "code").values == ()


def test_rules_of_types_of_one_name_that_agree_are_kept() -> None:
    assert notes(nested("a", "1") + nested("b", "1")).rules(None, ("urn:t", "state"), "code").values == ("1",)


def test_a_circle_of_derivations_ends() -> None:
    circle = "".join(
        f'<x:complexType name="{one}"><x:complexContent><x:extension base="{other}"/></x:complexContent></x:complexType>'
        for one, other in (("A", "B"), ("B", "A"))
    )
    assert notes(circle).rules(None, ("urn:t", "A"), "code").values == ()
    assert notes(circle).of_child(("urn:t", "A"), "code") == ""


def test_what_is_said_of_an_attribute_by_the_type_it_stands_in() -> None:
    fixed, prohibited = '<x:attribute name="list" fixed="v"/>', '<x:attribute name="none" use="prohibited"/>'
    types = notes(f'<x:complexType name="A" abstract="true">{fixed}{prohibited}</x:complexType>')
    owner = ("urn:t", "A")
    assert (types.fixed(owner, "@list"), types.fixed(owner, "@none")) == ("v", None)
    assert [types.is_prohibited(owner, name) for name in ("@list", "@none")] == [False, True]
    assert [types.is_abstract(name) for name in (owner, ("urn:t", "B"))] == [True, False]


HEAD = '<x:schema xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t">'


def found(inside: str) -> list[Gap]:
    return list(unread({"t.xsd": etree.fromstring(f"{HEAD}\n{inside}</x:schema>")}))


PAYMENT = (
    '<x:complexType name="Payment" abstract="true"><x:sequence/></x:complexType>\n'
    '<x:complexType name="Card"><x:complexContent><x:extension base="Payment"/></x:complexContent></x:complexType>\n'
    '<x:complexType name="Gold"><x:complexContent><x:extension base="Card"/></x:complexContent></x:complexType>\n'
)


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (
            f'{PAYMENT}<x:element name="pay" type="Payment"/>',
            "the type Payment is abstract: xsi:type says which of Card, Gold: fill in by hand",
        ),
        (
            (
                '<x:element name="a" type="x:string" substitutionGroup="head"/>\n<x:element name="head" type="x:string"/>'
                '<x:complexType name="T"><x:sequence><x:element ref="head"/></x:sequence></x:complexType>'
            ),
            "for the element head may stand a: fill in by hand",
        ),
        ('\n<x:complexType name="T" mixed="true"/>', "it mixes text and elements"),
        (
            (
                '<x:simpleType name="U"><x:union memberTypes="x:int"><x:simpleType><x:restriction base="x:string"/></x:simpleType>'
                "</x:union></x:simpleType>"
            ),
            "a union names types and has some of its own",
        ),
    ],
)
def test_it_is_named_where_it_stands(inside: str, said: str) -> None:
    [gap] = found(inside)
    assert gap.where in {"t.xsd:2", "t.xsd:3"}
    assert gap.what.startswith(said)


@pytest.mark.parametrize(
    "inside",
    [
        PAYMENT,  # which nothing refers to
        f'{PAYMENT}<x:element name="pay" type="Card"/>',
        '<x:element name="a" type="x:string" substitutionGroup="head"/><x:element name="head" type="x:string"/>',
        '<x:simpleType name="U"><x:union memberTypes="x:int x:date"/></x:simpleType>',
    ],
)
def test_what_is_read_is_not_named(inside: str) -> None:
    assert found(inside) == []


def test_types_that_derive_from_themselves_end() -> None:
    round_and_round = "".join(
        f'<x:complexType name="{one}" abstract="true"><x:complexContent><x:extension base="{other}"/></x:complexContent></x:complexType>'
        for one, other in (("A", "B"), ("B", "A"))
    )
    assert len(found(f'{round_and_round}<x:element name="a" type="A"/>')) == 1


def test_ordinary_contracts_have_none() -> None:
    assert list(unread({"choices.wsdl": etree.parse(str(ZOO / "choices.wsdl")).getroot()})) == []


def test_a_type_of_the_same_name_is_told_by_its_namespace() -> None:
    base = f'{HEAD}<x:complexType name="Fields" abstract="true"/><x:element name="fields" type="Fields"/></x:schema>'
    derived = (
        '<x:schema xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:gst"><x:complexType name="Fields">'
        '<x:complexContent><x:extension base="t:Fields"/></x:complexContent></x:complexType></x:schema>'
    )
    (gap,) = unread({"t.xsd": etree.fromstring(base), "gst.xsd": etree.fromstring(derived)})
    assert "xsi:type says which of Fields of urn:gst: fill in" in gap.what

"""Notes of schemas: rules are found where they stand, and none is taken from another element of the same name."""

from __future__ import annotations

from lxml import etree

from gateway.scaffold.wsdl.notes import SchemaNotes

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

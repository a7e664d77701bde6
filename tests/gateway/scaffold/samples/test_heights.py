"""How deep a value must be is known of types that hold themselves too."""

from __future__ import annotations

from math import inf

from gateway.scaffold.contract.description import ListOf, MapOf, OneOf, Scalar, Structure, Type, TypedField
from gateway.scaffold.samples.heights import Heights, holds, structures_in

TEXT = Scalar(kind="text")


def structure(called: str, **fields: Type) -> Structure:
    return Structure(name=called, fields=[TypedField(wire=wire, name=wire, type=kind) for wire, kind in fields.items()])


def test_what_ends_is_told_from_what_does_not() -> None:
    endless, other = structure("Endless"), structure("Other")
    endless.fields = structure("", other=other).fields
    other.fields = structure("", back=endless).fields
    tree = structure("Tree", name=TEXT)
    tree.fields += structure("", trees=ListOf(item=tree)).fields
    either = OneOf(options=(endless, TEXT))
    of = Heights().of
    assert (of(endless), of(other), of(ListOf(item=endless, least=1))) == (inf, inf, inf)
    assert (of(tree), of(either), of(ListOf(item=endless)), of(MapOf(value=endless))) == (1, 0, 0, 0)
    assert of(structure("Deep", inner=structure("Inner", either=either))) == 2


def test_structures_are_found_once_each() -> None:
    inner = structure("Inner", a=TEXT)
    outer = structure("Outer", one=inner, more=ListOf(item=OneOf(options=(inner, TEXT))))
    assert [one.name for one in structures_in(outer)] == ["Outer", "Inner"]
    assert holds(outer, inner)
    assert not holds(inner, outer)

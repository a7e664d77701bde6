"""Sample values keep the rules of their types, and a second one is about other people."""

from __future__ import annotations

from math import inf

import pytest

from gateway.scaffold.contract.description import ListOf, MapOf, OneOf, Scalar, Structure, Type, TypedField
from gateway.scaffold.samples.sampling import Heights, Sampler, holds, structures_in


def field(wire: str, kind: Type, *, required: bool = True, choice: str = "") -> TypedField:
    return TypedField(wire=wire, name=wire.lower(), type=kind, required=required, choice=choice)


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        (Scalar(kind="text"), "测试甲", "测试戊"),
        (Scalar(kind="text", limits={"max_length": 1}), "甲", "戊"),
        (Scalar(kind="text", limits={"min_length": 5}), "测试甲测试", "测试戊测试"),
        (Scalar(kind="text", values=("a", "b")), "a", "b"),
        (Scalar(kind="text", example="A1"), "A1", "测试戊"),
        (Scalar(kind="text", example="too long", limits={"max_length": 3}), "测试甲", "测试戊"),
        (Scalar(kind="text", format="email"), "sample@example.org", "another@example.org"),
        (Scalar(kind="text", format="uri", example="not one"), "https://example.org/sample", "https://example.org/another"),
        (Scalar(kind="text", format="uri", limits={"pattern": "^urn:a$"}), "urn:a", "urn:a"),
        (Scalar(kind="text", format="what the department calls its own"), "测试甲", "测试戊"),
        (Scalar(kind="datetime", example="2026-03-02 09:30"), "2026-03-02T09:30:00+08:00", "2026-03-03T09:30:00+08:00"),
        (Scalar(kind="integer", limits={"ge": 7}), 7, 8),
        (Scalar(kind="integer", limits={"gt": 7, "le": 8}), 8, 8),
        (Scalar(kind="integer", limits={"ge": 7, "multiple_of": 5}), 10, 15),
        (Scalar(kind="number", limits={"lt": 3}), 1, 2),
        (Scalar(kind="boolean"), True, True),
        (Scalar(kind="date"), "2026-03-02", "2026-03-03"),
        (Scalar(kind="object"), {}, {}),
        (ListOf(item=Scalar(kind="date"), least=2), ["2026-03-02", "2026-03-02"], ["2026-03-03", "2026-03-03"]),
        (MapOf(value=Scalar(kind="boolean")), {"a": True}, {"a": True}),
    ],
)
def test_a_value_keeps_the_rules(kind: Type, first: object, second: object) -> None:
    assert Sampler("wire", 0).value(kind) == first
    assert Sampler("wire", 1).value(kind) == second


def test_where_no_value_is_found_that_is_said() -> None:
    sampler = Sampler("wire")
    sampler.value(Structure(name="X", fields=[field("code", Scalar(kind="text", limits={"pattern": "^(?=b)a$"}))]))
    assert sampler.unmet == ["code"]


def test_a_structure_is_named_as_asked_and_takes_one_of_a_choice() -> None:
    whole = Structure(
        name="X",
        fields=[
            field("Name", Scalar(kind="text")),
            field("A", Scalar(kind="integer"), required=False, choice="choice.0"),
            field("B", Scalar(kind="integer"), required=False, choice="choice.1"),
            field("Any", Scalar(kind="anything"), required=False),
        ],
    )
    assert Sampler("wire").value(whole) == {"Name": "测试甲", "A": 1}
    assert Sampler("ours").value(whole) == {"name": "测试甲", "a": 1}


def test_what_holds_itself_comes_to_an_end() -> None:
    tree = Structure(name="Tree", fields=[field("name", Scalar(kind="text"))])
    tree.fields.append(field("children", ListOf(item=tree), required=False))
    tree.fields.append(field("other", OneOf(options=(tree, Scalar(kind="nothing"))), required=False))
    assert Sampler("wire").value(tree) == {"name": "测试甲"}


def test_the_plainest_of_several_types_is_taken() -> None:
    large = Structure(name="L", fields=[field("a", Scalar(kind="date")), field("b", Scalar(kind="date"))])
    small = Structure(name="S", fields=[field("c", Scalar(kind="date"))])
    assert Sampler("wire").value(OneOf(options=(large, small))) == {"c": "2026-03-02"}


def test_no_name_stands_in_an_address() -> None:
    addressed = TypedField(wire="id", name="id", type=Scalar(kind="text"), place="path")
    assert Sampler("wire").value(Structure(name="X", fields=[addressed])) == {"id": "sample-1"}


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

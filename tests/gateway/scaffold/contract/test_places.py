"""A part of a document is found in its file, or the nearest thing around it."""

from __future__ import annotations

from gateway.scaffold.contract.places import Places

YAML = b"a:\n  b/c:\n  - x: 1\n  - y: 2\nd: 1\nd: 2\n"
JSON = b'{\n\t"a": {\n\t\t"b": [1, 2]\n\t},\n\t"a": 3\n}\n'


def test_a_pointer_has_its_line() -> None:
    places = Places("a.yaml", YAML)
    assert [places.at(pointer) for pointer in ("/a", "/a/b~1c", "/a/b~1c/1/y", "/a/nothing", "/d")] == [
        "a.yaml:1",
        "a.yaml:2",
        "a.yaml:4",
        "a.yaml:1",
        "a.yaml:6",
    ]


def test_json_may_be_indented_with_tabs() -> None:
    assert Places("a.json", JSON).line("/a") == 5


def test_what_stands_twice_is_found() -> None:
    assert list(Places("a.yaml", YAML).doubled()) == [(6, "d")]
    assert list(Places("a.json", JSON).doubled()) == [(5, "a")]


def test_parts_are_known_as_objects_and_by_what_was_made_of_them() -> None:
    places = Places("a.yaml", YAML)
    part = {"y": 2}
    places.add({"a": {"b/c": [{"x": 1}, part]}})
    made = dict(part)
    places.same(made, part)
    assert (places.of(part), places.of(made), places.gap(made, "odd").where) == ("a.yaml:4", "a.yaml:4", "a.yaml:4")

"""JSON bodies: accepted ones, and refused ones with the place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.errors import Located
from gateway.texts.bounds import BOUNDS, Bounds
from gateway.texts.strict_json import MAX_NUMBER, Malformed, canonical, read_object

SAFE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_NUMBER, MAX_NUMBER)
    | st.floats(-1e9, 1e9, allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=9), inner, max_size=4)
    ),
    max_leaves=20,
)


def problems(body: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Malformed) as caught:
        read_object(body)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None  # a parser's exception would carry the body
    return [(problem.pointer, problem.detail) for problem in caught.value.problems]


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=BOUNDS.name_length), SAFE, max_size=5), st.booleans())
def test_whatever_is_fine_is_read_as_it_was_written(value: dict[str, object], ascii_only: bool) -> None:  # noqa: FBT001  # drawn
    assert read_object(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary(max_size=80))
def test_any_bytes_give_an_object_or_located_problems(body: bytes) -> None:
    told: tuple[Located, ...] = ()
    value: object = None
    try:
        value = read_object(body)
    except Malformed as malformed:
        told = malformed.problems
    assert isinstance(value, dict) != bool(told)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a":1,}',
        b"\xef\xbb\xbf\xef\xbb\xbf{}",
        b"{}\xef\xbb\xbf",
        b"{'a':1}",
        b'{"a":1}x',
        b'{"a":01}',
        b'{"a":"\x01"}',
        b'{"a":NaNa}',
    ],
)
def test_not_json(body: bytes) -> None:
    assert [pointer for pointer, detail in problems(body) if "not valid JSON" in detail] == [""]


def test_a_syntax_error_tells_its_line_and_column() -> None:
    assert problems(b'{\n  "a": 1\n  "b": 2}') == [("", "is not valid JSON (line 3, column 3)")]


def test_not_utf8_tells_the_byte() -> None:
    assert problems(b'{"a":"\xff"}') == [("", "is not UTF-8 (byte 7)")]


@pytest.mark.parametrize("body", [b"[]", b"1", b"null", b'"x"', b"true"])
def test_not_an_object(body: bytes) -> None:
    assert problems(body) == [("", "must be a JSON object")]


def test_every_problem_is_told_at_once_with_its_pointer() -> None:
    body = (
        b'{"a":{"b":1,"b":2},"c":[1,9007199254740992,-9007199254740992],"d":NaN,"e":1e999,"f":"\\ud800","g/h":{"~":1,"~":2},"c":-Infinity}'
    )
    found = problems(body)
    assert [pointer for pointer, _ in found] == ["/a/b", "/c/1", "/c/2", "/d", "/e", "/f", "", "/c", "/c"]


def test_names_that_could_be_personal_are_not_repeated() -> None:
    found = problems(b'{"data":{"500152199001010018":1,"500152199001010018":2}}')
    assert found == [("/data", "appears more than once in the same object")]


@pytest.mark.parametrize(("levels", "fine"), [(BOUNDS.depth - 1, True), (BOUNDS.depth, False), (1100, False), (200_000, False)])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_depth(levels: int, fine: bool, opening: bytes, closing: bytes) -> None:  # noqa: FBT001  # a table
    body = b'{"a":' + opening * levels + b"1" + closing * levels + b"}"
    if fine:
        assert read_object(body)
    else:
        assert problems(body) == [("", f"is nested deeper than {BOUNDS.depth} levels")]


def test_unclosed_nesting_is_no_recursion_error() -> None:
    assert problems(b'{"a":' + b"[" * 300_000) == [("", f"is nested deeper than {BOUNDS.depth} levels")]


def test_brackets_in_text_are_no_nesting() -> None:
    assert read_object(b'{"a":"' + b"[{" * 100 + b'"}') == {"a": "[{" * 100}


def test_wide_documents_are_not_deep() -> None:
    assert len(read_object(json.dumps({"a": [{"b": [i]} for i in range(200)]}).encode())["a"]) == 200


@pytest.mark.parametrize("number", [b"9" * 5000, b"1" * 30, b"-9007199254740993", b"1e308", b"9007199254740993.0"])
def test_unsafe_numbers(number: bytes) -> None:
    assert [pointer for pointer, _ in problems(b'{"n":' + number + b"}")] == ["/n"]


def test_a_pair_of_surrogates_is_fine_and_half_of_one_is_not() -> None:
    assert read_object(b'{"a":"\\ud83d\\ude00"}') == {"a": "😀"}
    assert problems(b'{"a":["\\ude00"]}') == [("/a/0", "holds a lone surrogate")]
    assert problems(b'{"x":{"\\ud800":1}}') == [("/x", "holds a lone surrogate")]


def test_problems_are_told_in_chinese() -> None:
    with pytest.raises(Malformed) as caught:
        read_object(b"[]", "zh-CN")
    assert caught.value.problems[0].detail == "应为 JSON 对象"


def test_no_value_is_repeated() -> None:
    with pytest.raises(Malformed) as caught:
        read_object(b'{"id":"500152199001010018","id":"500152199001010018","n":50015219900101001800}')
    assert "5001521990" not in str(caught.value)


@given(st.dictionaries(st.text("ab", max_size=3), st.integers(0, 9), max_size=5))
def test_canonical_bytes_do_not_depend_on_order_or_space(value: dict[str, int]) -> None:
    backwards = dict(reversed(list(value.items())))
    assert canonical(value) == canonical(read_object(json.dumps(backwards, indent=1).encode()))
    assert b" " not in canonical({"a": [1, {"b": "张"}]})


def test_members_and_names_are_bounded_and_located() -> None:
    many = {f"a{number}": number for number in range(BOUNDS.members + 1)}
    assert problems(json.dumps({"data": many}).encode()) == [("/data", "has more than 500 members in one object")]
    long = {"data": {"x" * (BOUNDS.name_length + 1): 1}}
    assert problems(json.dumps(long).encode()) == [("/data", "has a member whose name is longer than 200 characters")]
    fine = {"x" * BOUNDS.name_length: {f"a{number}": number for number in range(BOUNDS.members)}}
    assert read_object(json.dumps(fine).encode()) == fine


def test_values_are_bounded_and_each_bound_can_be_another() -> None:
    assert problems(b'{"a":[' + b"1," * 20_000 + b"1]}") == [("", "holds too much: more than 20000 values in all")]
    body = json.dumps({"ab": [{"c": 1}, {"d": 2}]}).encode()
    assert read_object(body, bounds=Bounds(values=6, members=1, depth=3, name_length=2))
    for tight in (Bounds(values=5), Bounds(depth=2), Bounds(name_length=1)):
        with pytest.raises(Malformed):
            read_object(body, bounds=tight)


def test_so_many_problems_are_told_and_how_many_more() -> None:
    with pytest.raises(Malformed) as caught:
        read_object(b'{"a":[' + b",".join([b"1e999"] * 130) + b"]}")
    assert (len(caught.value.problems), caught.value.more) == (100, 30)

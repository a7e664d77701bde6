"""Texts and values stand in Python source as they are meant."""

from __future__ import annotations

import ast

from hypothesis import given
from hypothesis import strategies as st

from gateway.scaffold.contract import source

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
def test_a_value_reads_as_itself(value: object) -> None:
    assert ast.literal_eval(source.python(value)) == value


@given(st.text(max_size=600), st.sampled_from([0, 4, 8]))
def test_any_text_can_be_a_docstring(text: str, indent: int) -> None:
    body = ast.parse(f'def f():\n    """{source.doc(text, indent)}"""\n').body[0]
    assert isinstance(body, ast.FunctionDef)
    assert len(body.body) == 1


def test_headings_and_length_stay_in_the_contract() -> None:
    assert source.doc("#### Overview\nShort. ## More") == "Overview Short. More"
    assert source.doc("word " * 200, 4).rstrip().endswith("…")


@given(st.text(max_size=40))
def test_a_text_is_one_literal(text: str) -> None:
    assert isinstance(ast.literal_eval(source.text(text)), str)
    assert "\n" not in source.text(text)

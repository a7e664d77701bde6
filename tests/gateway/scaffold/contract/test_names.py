"""Names of a contract become names that Python and the gateway take, none twice."""

from __future__ import annotations

import ast
import keyword
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.scaffold.contract import names
from gateway.scaffold.contract.names import Names, pascal, snake
from gateway.sdk import Request

_SNAKE = re.compile(r"[a-z][a-z0-9_]*")


@pytest.mark.parametrize(
    ("given_name", "ours"),
    [
        ("getPersonInfo", "get_person_info"),
        ("AAC003", "aac003"),
        ("HTTPServerURL", "http_server_url"),
        ("permit-id", "permit_id"),
        ("_value_1", "value_1"),
        ("class", "class_"),
        ("match", "match_"),
        ("schema", "schema_"),
        ("model_dump", "field_model_dump"),
        ("model_config", "model_config_"),
        ("model_name", "model_name"),
        ("list", "list_"),
        ("dt", "dt_"),
        ("self", "self_"),
        ("personIDs", "person_ids"),
        ("Größe", "gro_e"),
        ("Página", "pagina"),
        ("面积", "field"),
        ("面积2", "field_2"),
        ("", "field"),
        ("3rdParty", "field_3rd_party"),
    ],
)
def test_a_field_is_named_in_lower_case_words(given_name: str, ours: str) -> None:
    assert snake(given_name) == ours


@pytest.mark.parametrize(
    ("given_name", "ours"),
    [("createCase", "CreateCase"), ("find-person", "FindPerson"), ("面积", "Type"), ("Field", "Field_"), ("WSSak", "WSSak")],
)
def test_a_class_is_named_in_capitalised_words(given_name: str, ours: str) -> None:
    assert pascal(given_name) == ours


@given(st.text(max_size=30))
def test_whatever_the_contract_says_it_can_be_a_field_and_a_path_of_a_service(text: str) -> None:
    name = snake(text)
    assert _SNAKE.fullmatch(name)
    assert not keyword.iskeyword(name)
    assert not hasattr(Request, name)


@given(st.lists(st.text(alphabet="aB_1", max_size=4), max_size=30))
def test_no_name_is_given_out_twice(texts: list[str]) -> None:
    fields, classes = Names(), Names()
    for pool, name in ((fields, snake), (classes, pascal)):
        given_out = [pool.new(name(text)) for text in texts]
        assert len({one.lower() for one in given_out}) == len(given_out)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
def test_a_value_reads_as_itself(value: object) -> None:
    assert ast.literal_eval(names.python(value)) == value


@given(st.text(max_size=600), st.sampled_from([0, 4, 8]))
def test_any_text_can_be_a_docstring(text: str, indent: int) -> None:
    body = ast.parse(f'def f():\n    """{names.doc(text, indent)}"""\n').body[0]
    assert isinstance(body, ast.FunctionDef)
    assert len(body.body) == 1


def test_headings_and_length_stay_in_the_contract() -> None:
    assert names.doc("#### Overview\nShort. ## More") == "Overview Short. More"
    assert names.doc("word " * 200, 4).rstrip().endswith("…")


@given(st.text(max_size=40))
def test_a_text_is_one_literal(text: str) -> None:
    assert isinstance(ast.literal_eval(names.text(text)), str)
    assert "\n" not in names.text(text)

"""An answer put into an application: nothing but what was asked for comes from it, whatever it is."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.cases.answering.merging import merged

_LEAF = st.sampled_from([None, True, 0, "", "a", "b"])
_JSON = st.recursive(
    _LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "0"]), inner, max_size=3), max_leaves=12
)
_OBJECT = st.dictionaries(st.sampled_from(["a", "b", "0"]), _JSON, max_size=3)
_PLACE = st.lists(st.sampled_from(["a", "b", "0", "1"]), max_size=3).map(lambda steps: "/data" + "".join(f"/{one}" for one in steps))


def leaves(value: Any, pointer: str) -> dict[str, Any]:
    """Give every leaf, and every empty object or list, by its pointer."""
    if isinstance(value, dict) and value:
        return {at: one for name, member in value.items() for at, one in leaves(member, f"{pointer}/{name}").items()}
    if isinstance(value, list) and value:
        return {at: one for number, item in enumerate(value) for at, one in leaves(item, f"{pointer}/{number}").items()}
    return {pointer: value}


def outside(value: Any, places: list[str]) -> dict[str, Any]:
    """Give the leaves that are in none of these places and above none."""
    return {
        at: one
        for at, one in leaves(value, "/data").items()
        if not any(at == place or at.startswith(f"{place}/") or place.startswith(f"{at}/") for place in places)
    }


@given(before=_OBJECT, answer=_OBJECT, places=st.lists(_PLACE, max_size=3))
def test_what_lies_outside_stays(before: dict[str, Any], answer: dict[str, Any], places: list[str]) -> None:
    whole = {"applicant": {"name": "x"}, "data": before}
    made = merged(whole, {"applicant": {"name": "y"}, "data": answer, "more": 1}, places)
    assert made["applicant"] == {"name": "x"}
    assert set(made) == {"applicant", "data"}
    assert outside(made["data"], places) == outside(before, places)


@given(before=_OBJECT, answer=_OBJECT)
def test_all_of_it_is_the_answer_where_all_was_asked_for(before: dict[str, Any], answer: dict[str, Any]) -> None:
    assert merged({"data": before}, {"data": answer}, ["/data"]) == {"data": answer}
    assert merged({"data": before}, {"data": answer}, []) == {"data": before}


def test_a_row_is_answered_while_it_is_there_and_a_missing_group_is_made() -> None:
    before = {"data": {"rows": [{"a": 1}, {"a": 2}]}}
    made = merged(before, {"data": {"rows": [{"a": 9}, {"a": 8}, {"a": 7}]}}, ["/data/rows/1/a"])
    assert made == {"data": {"rows": [{"a": 1}, {"a": 8}]}}
    assert merged(before, {"data": {"rows": []}}, ["/data/rows/1/a"]) == {"data": {"rows": [{"a": 1}, {}]}}
    assert merged(before, {"data": {}}, ["/data/rows/1"]) == before
    assert merged({"data": {}}, {"data": {"who": {"name": "x", "other": 1}}}, ["/data/who/name"]) == {"data": {"who": {"name": "x"}}}
    assert merged({"data": {}}, {"data": {}}, ["/data/who/name"]) == {"data": {}}

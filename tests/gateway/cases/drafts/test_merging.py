"""However two save one draft, what each changed last is there, or whoever came second was told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cases.drafts.merging import merged, require_fit
from gateway.cases.drafts.view import SavedField
from gateway.texts.refusals import Refused

pointers = st.sampled_from(["/data/a", "/data/b", "/applicant/name"])
changes = st.dictionaries(pointers, st.one_of(st.none(), st.sampled_from(["", "x", "y"])), min_size=1)
#: Who saves, and whether that one has looked at what is there before.
saves = st.lists(st.tuples(st.sampled_from(["li", "wang"]), st.booleans(), changes), max_size=12)


@given(saves)
def test_nothing_of_either_is_lost_unseen(history: list[tuple[str, bool, dict[str, str | None]]]) -> None:
    stored: dict[str, SavedField] = {}
    version = 0
    seen = {"li": 0, "wang": 0}
    for who, looks, wanted in history:
        if looks:
            seen[who] = version
        before = dict(stored)
        new, clashes = merged(stored, wanted, seen[who])
        overwritten = {pointer: before[pointer] for pointer in new if pointer in before}
        assert all(one.version <= seen[who] for one in overwritten.values()), "it was written over what nobody had seen"
        assert all(one.version > seen[who] and one.text != wanted[pointer] for pointer, one in clashes.items())
        assert {**new, **dict.fromkeys(clashes)}.keys() | {p for p, t in wanted.items() if text_of(before, p) == t} == wanted.keys()
        if not clashes and new:
            version += 1
            stored |= {p: SavedField(text=text, by=who, at=0, version=version) for p, text in new.items()}
            assert all(text_of(stored, pointer) == text for pointer, text in wanted.items())
            assert merged(stored, wanted, seen[who]) == ({}, {}), "a save may be repeated"


def text_of(stored: dict[str, SavedField], pointer: str) -> str | None:
    return stored[pointer].text if pointer in stored else None


@pytest.mark.parametrize(
    "pointer",
    ["/applicant/name", "/data/others/12/name", "/data/a~1b", "/channel", "/late_entry/reason", "/notes/materials/id card", "/agent/name"],
)
def test_fields_of_a_form_are_taken(pointer: str) -> None:
    require_fit({pointer: "张伟", "/data/rare": "\U0002070e", "/data/long": "字" * 20_000, "/data/gone": None}, 4)


@pytest.mark.parametrize("pointer", ["", "data", "/data", "/data/", "/service", "/data/a\0b", "/data/~2", "/data/" + "a" * 300, "/other/a"])
def test_other_pointers_are_not(pointer: str) -> None:
    with pytest.raises(Refused, match="validation"):
        require_fit({pointer: "x"}, 10)


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "字" * 30_000])
def test_what_no_store_keeps_is_not_taken(text: str) -> None:
    with pytest.raises(Refused, match="validation"):
        require_fit({"/data/a": text}, 10)
    with pytest.raises(Refused, match="validation"):
        require_fit({"/data/a": "a", "/data/b": "b"}, 1)

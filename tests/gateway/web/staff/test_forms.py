"""Forms: a proof is shown under another veil each time, and holds under each."""

from __future__ import annotations

from importlib.util import find_spec, module_from_spec

from gateway.people.sessions import csrf_of
from gateway.web.staff import forms
from gateway.web.staff.forms import PROOF, PROOF_PLACE, is_proven, veiled


def test_a_proof_is_never_shown_twice_the_same_and_holds_under_each_veil() -> None:
    mine, others = csrf_of("a"), csrf_of("b")
    shown = {veiled(mine) for _ in range(20)}
    assert len(shown) == 20
    assert all(is_proven({PROOF: one}, mine) and not is_proven({PROOF: one}, others) and mine not in one for one in shown)
    assert veiled(PROOF_PLACE) == PROOF_PLACE


def test_nobody_writes_the_place_of_a_proof_into_a_text() -> None:
    found = find_spec(forms.__name__)
    assert found is not None
    assert found.loader is not None
    found.loader.exec_module(again := module_from_spec(found))  # as another process would
    assert len(again.PROOF_PLACE) == len(PROOF_PLACE)
    assert again.PROOF_PLACE != PROOF_PLACE


def test_what_is_no_proof_is_none() -> None:
    mine = csrf_of("a")
    for wrong in ("", "zz", mine, mine[:-2] * 2, veiled(mine)[:-2], veiled(mine) + "00", "00" * 1000):
        assert not is_proven({PROOF: wrong}, mine), wrong
    assert not is_proven({}, mine)

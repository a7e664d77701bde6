"""Forms: a proof is shown under another veil each time, and holds under each."""

from __future__ import annotations

import subprocess
import sys

from gateway.people.sessions import csrf_of
from gateway.web.staff.forms import PROOF, PROOF_PLACE, is_proven, veiled


def test_a_proof_is_never_shown_twice_the_same_and_holds_under_each_veil() -> None:
    mine, others = csrf_of("a"), csrf_of("b")
    shown = {veiled(mine) for _ in range(20)}
    assert len(shown) == 20
    assert all(is_proven({PROOF: one}, mine) and not is_proven({PROOF: one}, others) and mine not in one for one in shown)
    assert veiled(PROOF_PLACE) == PROOF_PLACE


def test_nobody_writes_the_place_of_a_proof_into_a_text() -> None:
    said = [sys.executable, "-c", "from gateway.web.staff.forms import PROOF_PLACE; print(PROOF_PLACE)"]
    other = subprocess.run(said, capture_output=True, text=True, check=True).stdout.strip()
    assert len(other) == len(PROOF_PLACE)
    assert other != PROOF_PLACE


def test_what_is_no_proof_is_none() -> None:
    mine = csrf_of("a")
    for wrong in ("", "zz", mine, mine[:-2] * 2, veiled(mine)[:-2], veiled(mine) + "00", "00" * 1000):
        assert not is_proven({PROOF: wrong}, mine), wrong
    assert not is_proven({}, mine)

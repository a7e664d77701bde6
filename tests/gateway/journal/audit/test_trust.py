"""Trust begins with the first public key, follows what its keys sign, and nothing else."""

from __future__ import annotations

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from gateway.journal.audit.trust import HANDOVERS, ChainSigner, Trust, chain_message, handover, handovers, signature

FIRST, SECOND, THIRD, OTHER = (Ed25519PrivateKey.from_private_bytes(letter * 32) for letter in (b"1", b"2", b"3", b"4"))


def test_it_follows_the_chain_of_keys_from_the_first() -> None:
    said = [handover(FIRST, SECOND.public_key()), handover(SECOND, THIRD.public_key())]
    trust = Trust(FIRST.public_key(), said)
    for key in (FIRST, SECOND, THIRD):
        assert trust.knows(key.public_key())
        assert trust.genuine(signature(key, b"x"), b"x")
    assert trust.latest is not trust.first
    assert not trust.genuine(signature(OTHER, b"x"), b"x")
    assert not Trust(FIRST.public_key(), said[1:]).knows(THIRD.public_key()), "a link is missing"


@pytest.mark.parametrize(
    "said",
    [
        handover(OTHER, SECOND.public_key()),
        {**handover(FIRST, SECOND.public_key()), "new": handover(FIRST, OTHER.public_key())["new"]},
        {**handover(FIRST, SECOND.public_key()), "signature": "AAAA"},
        {"old": 1},
        None,
        {**handover(FIRST, SECOND.public_key()), "new": "no key"},
    ],
)
def test_nobody_else_hands_a_key_over(said: object) -> None:
    trust = Trust(FIRST.public_key(), [said])
    assert trust.latest is trust.first
    assert not trust.knows(SECOND.public_key())


@given(st.sampled_from(["journal", "chain", "batch", "seq", "hash", "closed_at"]), st.text(max_size=5), st.integers(0, 9))
def test_a_signature_is_of_all_that_a_row_says(changed: str, text: str, number: int) -> None:
    row = {"journal": "j", "chain": "c", "batch": 10, "seq": 20, "hash": "h", "closed_at": None}
    signed = ChainSigner("j", FIRST).of("c", 10, 20, "h")
    other = {**row, changed: number if changed in {"batch", "seq", "closed_at"} else f"{row[changed]}{text}!"}

    def message(of: dict[str, object]) -> bytes:
        values: dict[str, object] = {"batch": of["batch"], "seq": of["seq"], "digest": of["hash"], "closed_at": of["closed_at"]}
        return chain_message(str(of["journal"]), str(of["chain"]), **values)  # type: ignore[arg-type]  # of each its own

    trust = Trust(FIRST.public_key())
    assert trust.genuine(signed, message(row))
    assert not trust.genuine(signed, message(other))


def test_what_meta_holds_is_read_whatever_it_is() -> None:
    said = [handover(FIRST, SECOND.public_key())]
    assert handovers({HANDOVERS: orjson.dumps(said).decode()}) == said
    for text in ("", "{", "{}", "7"):
        assert handovers({HANDOVERS: text}) == []
    assert handovers({}) == []

"""Every line proves itself, an acceptance counts from then on, and the cut of a restore is known from the journal too."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from gateway.journal.audit.entries import Restored
from gateway.journal.audit.hash_chain import ChainHead
from gateway.journal.audit.head_lines import digest
from gateway.journal.audit.heads import HeadSigner
from gateway.journal.audit.trust import Trust
from gateway.journal.verification.heads_read import Points, read_heads

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
TRUST = Trust(KEY.public_key())


def _head(seq: int, chain: str = "a") -> ChainHead:
    return ChainHead(chain=chain, seq=seq, hash=f"{seq:064x}")


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    path = tmp_path / "heads.jsonl"
    signer = HeadSigner(KEY, path)
    for seq in range(1, 6):
        signer.write("j", [_head(seq)], seq)
    return path


def _forge(path: Path, first: int, last: int) -> None:
    """Give lines random signatures, and right links and random signatures of their own to all after them up to ``last``."""
    lines = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    written: list[bytes] = []
    for number, line in enumerate(lines, 1):
        if first <= number <= last:
            line |= {"previous": digest(written[-1]) if written else line["previous"]}
            line["signature"] = base64.b64encode(os.urandom(64)).decode()
        written.append(orjson.dumps(line, option=orjson.OPT_SORT_KEYS))
    path.write_bytes(b"".join(line + b"\n" for line in written))


@pytest.mark.parametrize("first", [1, 3, 5])
def test_a_later_genuine_line_vouches_for_no_forged_one(signed: Path, first: int) -> None:
    _forge(signed, first, 5)
    for seq in (6, 7):  # a new line links to the one that is there
        HeadSigner(KEY, signed).write("j", [_head(seq)], seq)
        heads = read_heads(signed, TRUST, "j")
        assert (heads.problem, heads.line, heads.lines) == ("forged", first, seq)
        assert [one for one, _ in heads.by_chain.get("a", ())] == list(range(1, first))


def test_each_signature_is_checked_once(signed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[object] = []
    genuine = Trust.genuine

    def counted(self: Trust, signature: object, message: bytes) -> bool:
        checked.append(signature)
        return genuine(self, signature, message)

    monkeypatch.setattr(Trust, "genuine", counted)
    assert read_heads(signed, TRUST, "j").problem is None
    assert len(checked) == len(set(checked)) == 5


def test_what_is_accepted_counts_from_then_on(signed: Path) -> None:
    _forge(signed, 2, 3)
    said = {"problems": 2, "chains": [{"chain": "b", "seq": 9, "digest": "d" * 64}]}
    HeadSigner(KEY, signed).write("j", [_head(6)], 7, accepted=said)
    heads = read_heads(signed, TRUST, "j")
    assert (heads.problem, dict(heads.by_chain["a"])) == (None, {6: f"{6:064x}"})
    (note,) = heads.accepted
    assert (note.at, note.problems, note.chains, heads.stood) == (7, 2, (("b", 9),), {"b": (9, "d" * 64)})
    _forge(signed, 2, 6)
    assert read_heads(signed, TRUST, "j").problem == "forged", "only who has the key accepts"


def test_the_first_problem_is_the_one_that_is_named(signed: Path) -> None:
    lines = signed.read_bytes().splitlines(keepends=True)
    signed.write_bytes(b"".join([lines[0], lines[2], b"garbage\n", lines[4]]))
    heads = read_heads(signed, TRUST, "j")
    assert (heads.problem, heads.line, heads.lines) == ("removed", 2, 4)


def test_a_restore_elsewhere_is_known_from_the_journal(signed: Path) -> None:
    restored = Restored(at=10, taken_at=1, kept={"a": 3})
    heads = read_heads(signed, TRUST, "j", [restored])
    assert [seq for seq, _ in heads.by_chain["a"]] == [1, 2, 3]
    (cut,) = heads.cuts
    assert (cut.chain, cut.kept, cut.lost, cut.restored_at) == ("a", 3, 5, 10)
    HeadSigner(KEY, signed).write("j", [_head(9)], 11)
    assert [seq for seq, _ in read_heads(signed, TRUST, "j", [restored]).by_chain["a"]] == [1, 2, 3, 9]
    said = {"taken_at": 1, "heads": [{"chain": "a", "seq": 3, "hash": "h"}]}
    HeadSigner(KEY, signed).write("j", [_head(4)], 12, restored=said)
    (cut,) = read_heads(signed, TRUST, "j", [restored]).cuts
    assert (cut.lost, cut.restored_at) == (9, 12), "said twice it is told once"


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), max_size=30), st.integers(0, 30))
def test_points_are_given_in_order_and_cut_beyond(said: list[tuple[int, int]], upto: int) -> None:
    points = Points()
    for seq, other in said:
        points.add(seq, f"{other:064x}")
    found = [(seq, int(hash_, 16)) for seq, hash_ in points]
    assert set(found) == set(said)
    assert [seq for seq, _ in found] == sorted(seq for seq, _ in found)
    highest = max((seq for seq, _ in said), default=None)
    assert points.highest == highest
    assert points.cut(upto) == (highest if highest is not None and highest > upto else None)
    assert {seq for seq, _ in points} == {seq for seq, _ in said if seq <= upto}

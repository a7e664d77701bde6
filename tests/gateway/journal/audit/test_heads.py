"""Signed heads can be proven, a changed line is named by its number, and a torn end is forgiven."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from gateway.journal.audit.hash_chain import ChainHead
from gateway.journal.audit.heads import HeadSigner
from gateway.journal.audit.trust import Trust
from gateway.journal.verification.heads_read import Heads, read_heads

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = Trust(KEY.public_key())


def _head(seq: int, chain: str = "a") -> ChainHead:
    return ChainHead(chain=chain, seq=seq, hash=f"{seq:064x}")


def _points(heads: Heads) -> dict[str, dict[int, str]]:
    return {chain: dict(points) for chain, points in heads.by_chain.items()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "heads.jsonl"


@pytest.fixture
def signed(path: Path) -> Path:
    """Sign five lines of one chain."""
    signer = HeadSigner(KEY, path)
    for seq in range(5):
        signer.write("j", [_head(seq)], seq)
    return path


def test_what_is_written_is_read(path: Path) -> None:
    signer = HeadSigner(KEY, path)
    assert signer.checkpoint() is None
    signer.write("j", [], 1)
    written = signer.write("j", [_head(7), _head(3, "b")], 2)
    assert signer.checkpoint() == written
    assert orjson.loads(path.read_bytes().splitlines()[-1]) == written
    heads = read_heads(path, PUBLIC, "j")
    assert (heads.problem, heads.lines, heads.torn) == (None, 2, False)
    assert _points(heads) == {"a": {7: f"{7:064x}"}, "b": {3: f"{3:064x}"}}


def test_a_new_process_goes_on(signed: Path) -> None:
    signer = HeadSigner(KEY, signed)
    latest = signer.checkpoint()
    assert latest is not None
    assert latest["heads"][0]["seq"] == 4
    signer.write("j", [_head(5)], 5)
    assert read_heads(signed, PUBLIC, "j").problem is None


def test_threads_take_their_turns(path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    signer = HeadSigner(key, path)

    def sign(number: int) -> None:
        signer.write("j", [ChainHead(chain="c", seq=number, hash="0" * 64)], number)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(sign, range(1, 101)))
    heads = read_heads(path, Trust(key.public_key()), "j")
    assert (heads.problem, heads.lines, len(_points(heads)["c"])) == (None, 100, 100)


@pytest.mark.parametrize("left", [1, 40, 150])
def test_a_torn_last_line_is_forgiven_and_mended(signed: Path, left: int) -> None:
    whole = signed.read_bytes()
    torn = whole.splitlines(keepends=True)[-1][:left]
    signed.write_bytes(whole + torn)
    heads = read_heads(signed, PUBLIC, "j")
    assert (heads.problem, heads.lines, heads.torn) == (None, 5, True)
    HeadSigner(KEY, signed).write("j", [_head(5)], 5)
    heads = read_heads(signed, PUBLIC, "j")
    assert (heads.problem, heads.lines, heads.torn) == (None, 6, False)


def test_a_file_of_one_torn_line_begins_anew(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b'{"journal":"j"')
    assert read_heads(path, PUBLIC, "j").torn
    HeadSigner(KEY, path).write("j", [_head(1)], 1)
    assert _points(read_heads(path, PUBLIC, "j")) == {"a": {1: f"{1:064x}"}}


def test_a_file_put_away_may_be_gone_on_from(signed: Path) -> None:
    signer = HeadSigner(KEY, signed)
    signed.rename(signed.with_suffix(".1"))
    signer.write("j", [_head(5)], 5)
    heads = read_heads(signed, PUBLIC, "j")
    assert (heads.problem, heads.lines) == (None, 1)


@pytest.mark.parametrize("line", range(1, 6))
@pytest.mark.parametrize("name", ["journal", "at", "heads", "previous", "signature"])
def test_a_forged_line_is_named(signed: Path, line: int, name: str) -> None:
    lines = signed.read_bytes().splitlines()
    statement = orjson.loads(lines[line - 1])
    other = {"journal": "k", "at": 99, "heads": [{"chain": "a", "seq": 1, "hash": "f" * 64}], "previous": "f" * 64, "signature": "AAAA"}
    lines[line - 1] = orjson.dumps({**statement, name: other[name]}, option=orjson.OPT_SORT_KEYS)
    signed.write_bytes(b"\n".join(lines) + b"\n")
    heads = read_heads(signed, PUBLIC, None)
    assert (heads.problem, heads.line) == ("forged", line)
    assert all(hash_ == f"{seq:064x}" for seq, hash_ in _points(heads).get("a", {}).items())


@pytest.mark.parametrize("removed", range(1, 4))
def test_a_removed_line_is_noticed(signed: Path, removed: int) -> None:
    lines = signed.read_bytes().splitlines(keepends=True)
    del lines[removed]
    signed.write_bytes(b"".join(lines))
    heads = read_heads(signed, PUBLIC, "j")
    assert (heads.problem, heads.line) == ("removed", removed + 1)


def test_swapped_lines_are_noticed(signed: Path) -> None:
    lines = signed.read_bytes().splitlines(keepends=True)
    lines[2], lines[3] = lines[3], lines[2]
    signed.write_bytes(b"".join(lines))
    heads = read_heads(signed, PUBLIC, "j")
    assert (heads.problem, heads.line) == ("removed", 3)


def test_lines_signed_with_another_key_are_forged(path: Path) -> None:
    signer = HeadSigner(Ed25519PrivateKey.generate(), path)
    signer.write("j", [_head(1)], 1)
    signer.write("j", [_head(2)], 2)
    heads = read_heads(path, PUBLIC, "j")
    assert (heads.problem, heads.line, heads.by_chain) == ("forged", 1, {})


def test_heads_of_another_journal_are_named(signed: Path) -> None:
    heads = read_heads(signed, PUBLIC, "another")
    assert (heads.problem, heads.line) == ("other_journal", 1)


def test_missing_and_unreadable(path: Path) -> None:
    assert read_heads(path, PUBLIC, "j").problem == "missing"
    path.mkdir(parents=True)
    assert read_heads(path, PUBLIC, "j").problem == "unreadable"


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_garbage_is_never_more_than_forged(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("garbage") / "heads"
    path.write_bytes(b"\n".join(lines))
    heads = read_heads(path, PUBLIC, "j")
    assert _points(heads) == {}
    content = path.read_bytes()
    assert heads.problem == ("forged" if b"\n" in content else None if content else "missing")


def test_a_line_that_could_not_be_synced_is_taken_back(signed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = HeadSigner(KEY, signed)
    before, latest = signed.read_bytes(), signer.checkpoint()

    def fail(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        signer.write("j", [_head(9)], 9)
    assert signed.read_bytes() == before
    assert signer.checkpoint() == latest
    monkeypatch.undo()
    signer.write("j", [_head(9)], 9)
    assert read_heads(signed, PUBLIC, "j").problem is None


# -- restored
def test_a_restore_lets_go_of_what_was_signed_beyond_it(signed: Path) -> None:
    said = {"taken_at": 7, "heads": [{"chain": "a", "seq": 2, "hash": f"{2:064x}"}]}
    written = HeadSigner(KEY, signed).write("j", [ChainHead(chain="a", seq=3, hash="e" * 64)], 9, restored=said)
    assert written["restored"] == said
    heads = read_heads(signed, PUBLIC, "j")
    assert heads.problem is None
    assert _points(heads) == {"a": {**{seq: f"{seq:064x}" for seq in range(3)}, 3: "e" * 64}}
    assert [(cut.chain, cut.kept, cut.lost, cut.taken_at, cut.restored_at) for cut in heads.cuts] == [("a", 2, 4, 7, 9)]
    HeadSigner(KEY, signed).write("j", [ChainHead(chain="a", seq=9, hash="d" * 64)], 10)
    assert set(_points(read_heads(signed, PUBLIC, "j"))["a"]) == {0, 1, 2, 3, 9}


@pytest.mark.parametrize(
    "restored", [None, [], {}, {"taken_at": 1}, {"taken_at": "1", "heads": []}, {"taken_at": 1, "heads": [{}]}, {"taken_at": 1, "heads": 1}]
)
def test_a_restore_of_another_shape_is_no_statement(signed: Path, restored: object) -> None:
    line = orjson.loads(signed.read_bytes().splitlines()[-1])
    with signed.open("ab") as file:
        file.write(orjson.dumps({**line, "restored": restored}) + b"\n")
    heads = read_heads(signed, PUBLIC, "j")
    assert (heads.problem, heads.line, heads.cuts) == ("forged", 6, [])

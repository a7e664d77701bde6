"""The files of signed heads: put away by month, read as one, whole however long a line is, and one writer at a time."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from gateway.journal.audit.hash_chain import ChainHead
from gateway.journal.audit.head_lines import digest, files, last_line, lines, parsed
from gateway.journal.audit.heads import HeadSigner
from gateway.journal.audit.trust import Trust, handover
from gateway.journal.verification.heads_read import read_heads
from tests.patience import end_of

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
TRUST = Trust(KEY.public_key())


def _at(year: int, month: int, day: int = 1) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp() * 1e6)


def _head(seq: int) -> ChainHead:
    return ChainHead(chain="a", seq=seq, hash=f"{seq:064x}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit-heads.jsonl"


def test_a_month_that_is_over_is_put_away_and_read_with_the_rest(path: Path) -> None:
    for seq, month in enumerate([9, 9, 10, 12, 12], 1):
        HeadSigner(KEY, path).write("j", [_head(seq)], _at(2026, month))
    assert [file.name for file in files(path)] == ["audit-heads-2026-09.jsonl", "audit-heads-2026-10.jsonl", "audit-heads.jsonl"]
    heads = read_heads(path, TRUST, "j")
    assert (heads.problem, heads.lines, list(heads.by_chain["a"])) == (None, 5, [(seq, f"{seq:064x}") for seq in range(1, 6)])
    files(path)[1].unlink()
    heads = read_heads(path, TRUST, "j")
    assert (heads.problem, heads.line) == ("removed", 3), "a month that is gone between two is missed"


@given(st.lists(st.tuples(st.integers(2025, 2027), st.integers(1, 12)), min_size=1, max_size=12))
def test_whatever_a_clock_does_no_line_is_lost_or_out_of_order(
    tmp_path_factory: pytest.TempPathFactory, months: list[tuple[int, int]]
) -> None:
    path = tmp_path_factory.mktemp("months") / "h.jsonl"
    signer = HeadSigner(KEY, path)
    for seq, (year, month) in enumerate(months, 1):
        signer.write("j", [_head(seq)], _at(year, month))
    heads = read_heads(path, TRUST, "j")
    assert (heads.problem, heads.lines) == (None, len(months))
    assert [seq for seq, _ in heads.by_chain["a"]] == list(range(1, len(months) + 1))


def test_each_file_can_be_followed_from_the_first_key(path: Path) -> None:
    new = Ed25519PrivateKey.from_private_bytes(b"n" * 32)
    keys = [handover(KEY, new.public_key())]
    HeadSigner(KEY, path).write("j", [_head(1)], _at(2026, 9), keys=keys)
    HeadSigner(new, path, keys=keys).write("j", [_head(2)], _at(2026, 9))
    HeadSigner(new, path, keys=keys).write("j", [_head(3)], _at(2026, 10))
    assert read_heads(path, Trust(KEY.public_key()), "j").problem is None
    files(path)[0].unlink()
    assert read_heads(path, Trust(KEY.public_key()), "j").problem is None


@pytest.mark.parametrize("before", [b"", b'{"torn'])
def test_a_line_is_whole_however_long_it_is(path: Path, before: bytes) -> None:
    heads = [ChainHead(chain=f"{number:036}", seq=number, hash=f"{number:064x}") for number in range(20_000)]
    signer = HeadSigner(KEY, path)
    written = signer.write("j", heads, 1)
    assert path.stat().st_size > 2 * 1024 * 1024
    with path.open("ab") as file:
        file.write(before)
    last = last_line(path)
    assert last is not None
    assert parsed(last) == written
    assert HeadSigner(KEY, path).write("j", [_head(1)], 2)["previous"] == digest(last)
    assert read_heads(path, TRUST, "j").problem is None


def test_processes_take_their_turns(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path;"
        "from gateway.journal.audit.hash_chain import ChainHead; from gateway.journal.audit.heads import HeadSigner;"
        "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey as K;"
        "s = HeadSigner(K.from_private_bytes(b'k' * 32), Path(sys.argv[1]));"
        "[s.write('j', [ChainHead(chain=sys.argv[2], seq=n, hash='0' * 64)], 1) for n in range(50)]"
    )
    several = [subprocess.Popen([sys.executable, "-c", program, str(path), name]) for name in ("a", "b", "c")]
    assert [end_of(one) for one in several] == [0, 0, 0]
    heads = read_heads(path, TRUST, "j")
    assert (heads.problem, heads.lines, sorted(heads.by_chain)) == (None, 150, ["a", "b", "c"])


def test_who_may_not_make_the_lock_reads_all_the_same(path: Path) -> None:
    HeadSigner(KEY, path).write("j", [_head(1)], 1)
    path.with_name(f"{path.name}.lock").unlink()
    with lines(path) as found:
        assert len(list(found)) == 1
    assert not path.with_name(f"{path.name}.lock").exists()


@pytest.mark.parametrize(
    "more",
    [
        {"signed": 1},
        {"keys": {}},
        {"accepted": {"problems": 1}},
        {"accepted": {"problems": 1, "chains": [{"chain": "a", "seq": 1, "digest": "x"}]}},
        {"restored": {}},
        {"another": True},
        {"heads": [{"chain": "a", "seq": -1, "hash": "0" * 64}]},
        {"heads": [{"chain": "a", "seq": 2**63, "hash": "0" * 64}]},
        {"heads": [{"chain": "a", "seq": True, "hash": "0" * 64}]},
        {"heads": [{"chain": "a", "seq": 1, "hash": "G" * 64}]},
    ],
)
def test_a_line_of_another_shape_is_none(more: dict[str, object]) -> None:
    line = {"journal": "j", "at": 1, "heads": [], "previous": "p", "signature": "s"}
    assert parsed(orjson.dumps(line)) == line
    assert parsed(orjson.dumps(line | more)) is None

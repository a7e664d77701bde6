"""A backup's file is proven whole before anything is made of it, and whatever was done to it is said, never stumbled over."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.journal.backup.backup import BackupRefused, back_up
from gateway.journal.backup.proof import Backup, prove
from tests.gateway.journal.filled import JOURNAL, fill


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("journal")
    filled = fill(folder, 4)
    back_up(filled.url, folder / "good.backup", heads=filled.heads)
    return folder / "good.backup"


@pytest.fixture
def file(tmp_path: Path, original: Path) -> Path:
    copy = tmp_path / "copy.backup"
    copy.write_bytes(original.read_bytes())
    return copy


def refusal(file: Path) -> BackupRefused:
    with pytest.raises(BackupRefused) as refused:
        prove(file)
    assert refused.value.place == file
    assert str(file) in refused.value.zh
    assert str(file) in refused.value.en
    assert refused.value.zh != refused.value.en
    return refused.value


def rewritten(file: Path, change: Callable[[list[dict[str, Any]]], object], *, digest: bool = True) -> None:
    """Change the lines. With ``digest`` the last one is made to fit, as somebody who knows the format would."""
    lines = [orjson.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    change(lines)
    content = [orjson.dumps(line) + b"\n" for line in lines]
    if digest and isinstance(lines[-1], dict) and isinstance(lines[-1].get("end"), dict):
        lines[-1]["end"]["sha256"] = hashlib.sha256(b"".join(content[:-1])).hexdigest()
        content[-1] = orjson.dumps(lines[-1]) + b"\n"
    file.write_bytes(gzip.compress(b"".join(content)))


def test_a_whole_file_is_proven(file: Path) -> None:
    backup = prove(file)
    assert isinstance(backup, Backup)
    assert (backup.journal, backup.facts["journal"]) == (JOURNAL, JOURNAL)
    assert (backup.tables["application"], backup.tables["audit"], backup.heads) == (4, 24, 5)
    assert [(head["chain"], head["seq"]) for head in backup.chains] == [("node-a", 24)]


def test_what_was_read_is_told(file: Path) -> None:
    told: dict[str, int] = {}
    prove(file, lambda table, rows: told.update({table: rows}))
    assert told["audit"] == 24


def test_every_truncation_is_refused(file: Path, original: Path) -> None:
    content = original.read_bytes()
    for length in range(0, len(content), 37):
        file.write_bytes(content[:length])
        assert refusal(file).code in {"truncated", "not_a_backup"}, length
    for length in (len(content) - 1, len(content) - 8, len(content) - 9, len(content) // 2):
        file.write_bytes(content[:length])
        assert refusal(file).code == "truncated"


def test_every_changed_byte_is_refused_unless_the_same_lines_are_unpacked(file: Path, original: Path) -> None:
    content = original.read_bytes()
    plain = gzip.decompress(content)
    refused = 0
    for at in range(0, len(content), 23):
        file.write_bytes(content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :])
        if _unpacked(file) == plain:  # the time of packing, and a copy of a text that is taken from another place: they prove nothing
            assert prove(file).sha256 == prove(original).sha256
            continue
        refused += 1
        assert refusal(file).code in {"damaged", "not_a_backup", "truncated", "newer", "other_format"}, at
    assert refused > len(content) / 23 * 0.9


def _unpacked(file: Path) -> bytes | None:
    try:
        return gzip.decompress(file.read_bytes())
    except (OSError, EOFError, zlib.error):
        return None


def test_whole_lines_that_are_missing_are_missed(file: Path) -> None:
    rewritten(file, lambda lines: lines.pop(), digest=False)
    assert refusal(file).code == "truncated"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda lines: lines.insert(0, {"format": "another"}), "not_a_backup"),
        (lambda lines: lines[0].update(version=2), "other_format"),
        (lambda lines: lines[0].update(revision="9999"), "newer"),
        (lambda lines: lines[0].update(taken_at="yesterday"), "damaged"),
        (lambda lines: lines[0].update(chains=[{"chain": "node-a"}]), "damaged"),
        (lambda lines: lines[0].update(columns={"meta": "key"}), "damaged"),
        (lambda lines: lines[0].update(columns={}), "damaged"),
        (lambda lines: lines.pop(2), "damaged"),
        (lambda lines: lines.insert(2, {"table": "another", "rows": []}), "damaged"),
        (lambda lines: lines.insert(2, {"table": ["meta"], "rows": []}), "damaged"),
        (lambda lines: lines.insert(2, {"heads": [1]}), "damaged"),
        (lambda lines: lines.insert(2, []), "damaged"),
        (lambda lines: lines.insert(2, {"table": "meta", "rows": [["too", "many", "values"]]}), "damaged"),
        (lambda lines: lines.insert(2, {"table": "meta", "rows": [["a", {"base64": "?"}]]}), "damaged"),
        (lambda lines: lines.insert(2, {"table": "meta", "rows": [["a", [1]]]}), "damaged"),
        (lambda lines: lines[-1]["end"]["tables"].update(audit=1), "damaged"),
        (lambda lines: lines[-1]["end"].update(heads=1), "damaged"),
        (lambda lines: lines.append({"table": "meta", "rows": []}), "damaged"),
    ],
)
def test_a_file_of_another_kind_is_refused_whatever_its_digest_says(file: Path, change: Any, code: str) -> None:
    rewritten(file, change)
    assert refusal(file).code == code


def test_a_digest_that_does_not_fit_is_refused(file: Path) -> None:
    rewritten(file, lambda lines: lines[1]["heads"].reverse(), digest=False)
    assert refusal(file).code == "damaged"


@pytest.mark.parametrize("content", [b"", b"plain text\n", *(gzip.compress(text, mtime=0) for text in (b"", b"text\n", b"[]\n"))])
def test_what_is_no_backup_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert refusal(file).code == "not_a_backup"


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none").code == "unreadable"
    assert refusal(tmp_path).code == "unreadable"

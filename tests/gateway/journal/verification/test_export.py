"""An export proves itself with the public key alone, and whatever is done to it is found."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert

from gateway.journal.audit.chains import left_by
from gateway.journal.audit.trust import ChainSigner
from gateway.journal.store import schema
from gateway.journal.store.database import open_reader, open_writer
from gateway.journal.verification.export import ExportRefused, export, verify_export
from gateway.journal.verification.verify import standing
from tests.gateway.journal.filled import JOURNAL, Filled, fill

CASES = 400  # of six entries: more than one line of them
Document = dict[str, Any]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    made = fill(tmp_path_factory.mktemp("export"), CASES, chains=("node-a", "node-b"), signed_every=50)
    writer, chain_signer = open_writer(made.url), ChainSigner(JOURNAL, made.key)
    with writer.begin() as connection:
        for chain in ("node-a", "node-b"):
            end = standing(connection, chain)
            last = schema.audit.select().where(schema.audit.c.chain == chain, schema.audit.c.seq == end["seq"])
            hash_ = connection.execute(last).one().hash
            row = {"id": chain, "node": "n", "batch": 7, "seq": end["seq"], "hash": hash_, "seen_at": 1}
            connection.execute(insert(schema.chain), row | {"signature": chain_signer.of(chain, 7, end["seq"], hash_)})
        assert len(left_by(connection)) == 2
    writer.dispose()
    return made


@pytest.fixture(scope="module")
def documents(filled: Filled, tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    file = tmp_path_factory.mktemp("file") / "audit.gz"
    reader = open_reader(filled.url)
    assert export(reader, filled.heads, file) == CASES * 6
    with pytest.raises(ExportRefused, match="exists"):
        export(reader, filled.heads, file)
    reader.dispose()
    report = verify_export(file, filled.key.public_key())
    assert report.ok, report.problems
    assert (report.entries, report.journal, len(report.chains)) == (CASES * 6, JOURNAL, 2)
    with gzip.open(file) as content:
        return [orjson.loads(line) for line in content]


@pytest.fixture
def written(tmp_path: Path) -> Callable[[list[Document]], Path]:
    def write(documents: list[Document]) -> Path:
        file = tmp_path / "changed.gz"
        with gzip.open(file, "wb") as out:
            out.writelines(orjson.dumps(document) + b"\n" for document in documents)
        return file

    return write


def _copy(documents: list[Document]) -> list[Document]:
    return list(orjson.loads(orjson.dumps(documents)))


def _of(documents: list[Document], name: str) -> list[Any]:
    return next(document[name] for document in documents if name in document)


def _an_actor(documents: list[Document]) -> None:
    _of(documents, "entries")[3][4] = "somebody"


def _an_entry(documents: list[Document]) -> None:
    del _of(documents, "entries")[3]
    documents[-1]["end"]["entries"] -= 1


def _a_chain_row(documents: list[Document]) -> None:
    del _of(documents, "chains")[0]
    documents[-1]["end"]["chains"] -= 1


def _a_signature(documents: list[Document]) -> None:
    _of(documents, "chains")[0][4] = None


def _a_line(documents: list[Document]) -> None:
    lines = _of(documents, "heads")
    lines[2] = lines[2].replace('"seq":', '"seq":1', 1)


def _a_journal(documents: list[Document]) -> None:
    documents[0]["journal"] = "another"


def _a_whole_chain(documents: list[Document]) -> None:
    for document in documents:
        for name, place in (("entries", 0), ("chains", 0)):
            if name in document:
                kept = [row for row in document[name] if row[place] != "node-b"]
                documents[-1]["end"][name] -= len(document[name]) - len(kept)
                document[name] = kept


@pytest.mark.parametrize("change", [_an_actor, _an_entry, _a_chain_row, _a_signature, _a_line, _a_journal, _a_whole_chain])
def test_whatever_is_done_to_it_is_found(
    filled: Filled, documents: list[Document], written: Callable[[list[Document]], Path], change: Callable[[list[Document]], None]
) -> None:
    changed = _copy(documents)
    change(changed)
    assert not verify_export(written(changed), filled.key.public_key()).ok


def test_another_key_proves_nothing(documents: list[Document], written: Callable[[list[Document]], Path]) -> None:
    report = verify_export(written(documents), Ed25519PrivateKey.generate().public_key())
    assert {problem.kind for problem in report.problems} == {"row_forged", "heads_forged"}


@pytest.mark.parametrize("left", [0, 1, -1])
def test_what_is_cut_short_is_refused(
    filled: Filled, documents: list[Document], written: Callable[[list[Document]], Path], left: int
) -> None:
    with pytest.raises(ExportRefused):
        verify_export(written(documents[:left]), filled.key.public_key())


@pytest.mark.parametrize("content", [b"", b"no gzip", *(gzip.compress(text, mtime=0) for text in (b"[]\n", b'{"format":"x"}\n', b"{"))])
def test_what_is_no_export_is_refused(tmp_path: Path, filled: Filled, content: bytes) -> None:
    file = tmp_path / "x"
    file.write_bytes(content)
    with pytest.raises(ExportRefused):
        verify_export(file, filled.key.public_key())
    with pytest.raises(ExportRefused):
        verify_export(tmp_path / "none", filled.key.public_key())

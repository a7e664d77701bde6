# ruff: noqa: S608  # an intruder's statements, on a journal made for them
"""Whatever is done to the audit is found, at its place, and a sound one is never accused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from gateway.journal.audit.hash_chain import GENESIS, ChainHead, Entry, append, entry_hash
from gateway.journal.audit.heads import HeadSigner
from gateway.journal.store import schema
from gateway.journal.store.database import DatabaseRefused, database_file, open_reader, open_writer
from gateway.journal.verification.findings import VerifyReport
from gateway.journal.verification.guard import ChainProblem
from gateway.journal.verification.verify import verify
from tests.gateway.journal.conftest import SERVER_LATER
from tests.gateway.journal.filled import HMAC_KEY, JOURNAL, STARTED, Filled, fill
from tests.gateway.journal.put_back import Journal
from tests.postgres import Server

CASES = 3
ENTRIES = CASES * 6

#: Another value for each column, by the entry's seq.
CHANGES: dict[str, Callable[[int], object]] = {
    "chain": lambda _: "another",
    "seq": lambda seq: seq + 1000,
    "at": lambda seq: STARTED - seq,
    "event": lambda _: "key_created",
    "actor": lambda _: "somebody",
    "application_id": lambda _: None,
    "event_no": lambda _: 77,
    "delivery_id": lambda _: None,
    "details": lambda _: '{"moves":{}}',
    "hash": lambda _: "f" * 64,
}


@pytest.fixture(scope="module")
def file_journal(tmp_path_factory: pytest.TempPathFactory) -> Journal:
    """Make a journal in a SQLite file, which keeps whatever is written to it."""
    return Journal(fill(tmp_path_factory.mktemp("journal"), CASES))


@pytest.fixture(scope="module", params=SERVER_LATER)
def journal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    if request.param == "sqlite":
        yield request.getfixturevalue("file_journal")
        return
    postgres: Server = request.getfixturevalue("postgres")
    url = postgres.url(postgres.create(template=request.getfixturevalue("migrated")))
    made = Journal(fill(tmp_path_factory.mktemp("journal"), CASES, url=url))
    yield made
    made.close()


def _first(report: VerifyReport) -> ChainProblem:
    assert not report.ok
    assert report.first is not None
    assert str(report.first.seq) in report.first.en
    assert str(report.first.seq) in report.first.zh
    return report.first


def _literal(value: object) -> str:
    return "NULL" if value is None else repr(value)


def test_a_sound_journal_is_sound(journal: Journal) -> None:
    report = journal.filled.verify()
    assert report.ok
    assert report.first is None
    assert (report.entries, report.journal, report.heads_lines, report.commitments_checked) == (ENTRIES, JOURNAL, CASES + 1, True)
    assert [(chain.chain, chain.signed) for chain in report.chains] == [("node-a", ENTRIES)]


def test_without_the_key_commitments_are_not_checked(journal: Journal) -> None:
    report = journal.filled.verify(hmac_key=None)
    assert report.ok
    assert not report.commitments_checked


@pytest.mark.parametrize("column", CHANGES)
def test_every_column_of_every_entry(journal: Journal, column: str) -> None:
    for seq in range(1, ENTRIES + 1):
        value = _literal(CHANGES[column](seq))
        first = _first(journal.after(f"UPDATE audit SET {column} = {value} WHERE seq = {seq}"))
        assert first.seq == seq or (column == "chain" and first.seq == 1), (seq, first)
        assert first.kind in {"changed", "missing", "cut"}


def test_every_entry_removed(journal: Journal) -> None:
    for seq in range(1, ENTRIES + 1):
        first = _first(journal.after(f"DELETE FROM audit WHERE seq = {seq}"))
        assert (first.kind, first.seq) == ("cut" if seq == ENTRIES else "missing", seq)


def test_every_entry_removed_and_the_rest_moved_up(journal: Journal) -> None:
    for seq in range(1, ENTRIES):
        first = _first(
            journal.after(
                f"DELETE FROM audit WHERE seq = {seq}",
                f"UPDATE audit SET seq = -seq WHERE seq > {seq}",
                "UPDATE audit SET seq = -seq - 1 WHERE seq < 0",
            )
        )
        assert (first.kind, first.seq) == ("changed", seq)


def test_every_entry_swapped_with_the_next(journal: Journal) -> None:
    for seq in range(1, ENTRIES):
        first = _first(
            journal.after(
                f"UPDATE audit SET seq = -1 WHERE seq = {seq}",
                f"UPDATE audit SET seq = {seq} WHERE seq = {seq + 1}",
                f"UPDATE audit SET seq = {seq + 1} WHERE seq = -1",
            )
        )
        assert (first.kind, first.seq) == ("changed", seq)


def test_an_entry_inserted_anywhere(journal: Journal) -> None:
    columns = "chain, seq, at, event, actor, application_id, event_no, delivery_id, details, hash"
    for seq in range(1, ENTRIES + 2):
        first = _first(
            journal.after(
                f"UPDATE audit SET seq = -seq WHERE seq >= {seq}",
                "UPDATE audit SET seq = -seq + 1 WHERE seq < 0",
                f"INSERT INTO audit ({columns}) VALUES ('node-a', {seq}, 1, 'key_created', 'x', NULL, NULL, NULL, '{{}}', '{'a' * 64}')",
            )
        )
        assert (first.kind, first.seq) == ("changed", seq)
    for number in (0, -1):
        insert = f"INSERT INTO audit ({columns}) VALUES ('node-a', {number}, 1, 'key_created', 'x', NULL, NULL, NULL, '{{}}', '{GENESIS}')"
        assert _first(journal.after(insert)).seq == 1


def test_every_tail_cut(journal: Journal) -> None:
    for left in range(ENTRIES):
        first = _first(journal.after(f"DELETE FROM audit WHERE seq > {left}"))
        assert (first.kind, first.seq, first.signed) == ("cut", left + 1, ENTRIES)


def test_the_writers_own_row_says_where_the_end_is(journal: Journal) -> None:
    row = "INSERT INTO chain (id, node, batch, seq, hash, seen_at) VALUES ('node-a', 'n', 1, {}, '{}', 1)"
    assert journal.after("DELETE FROM chain", row.format(ENTRIES, _entries(journal.filled)[-1]["hash"])).ok
    for ahead, kind, after in ((2, "short", 1), (0, "not_written", 0), (-1, "not_written", 0)):
        first = _first(journal.after("DELETE FROM chain", row.format(ENTRIES + ahead, "f" * 64)))
        assert (first.kind, first.seq, first.signed) == (kind, ENTRIES + after, ENTRIES + ahead)


def test_recomputed_without_the_key_from_every_entry(journal: Journal) -> None:
    """Somebody who can write the table can chain it anew, but the heads kept elsewhere still say what it was."""
    rows = _entries(journal.filled)
    for changed in range(1, ENTRIES + 1):
        previous, statements = GENESIS, []
        for row in rows:
            entry = {**row, "actor": "somebody"} if row["seq"] == changed else row
            previous = entry_hash(previous, entry)
            statements.append(f"UPDATE audit SET actor = '{entry['actor']}', hash = '{previous}' WHERE seq = {row['seq']}")
        report = journal.after(*statements)
        first = _first(report)
        assert first.kind == "rewritten"
        assert first.sound is not None
        assert first.seq is not None
        assert first.sound < changed <= first.seq <= first.sound + 6


#: What the journal was before its third case: sound in itself, tables and all.
OLDER = (
    "DELETE FROM audit WHERE seq > 12",
    "DELETE FROM payload WHERE application_id NOT IN (SELECT application_id FROM audit)",
    "DELETE FROM delivery WHERE application_id NOT IN (SELECT application_id FROM audit)",
    "DELETE FROM application WHERE id NOT IN (SELECT application_id FROM audit)",
)


def test_an_older_copy_put_back(journal: Journal) -> None:
    report = journal.after(*OLDER)
    first = _first(report)
    assert (first.kind, first.seq, first.signed) == ("cut", 13, ENTRIES)
    assert report.mismatch_count == 0


def test_an_older_copy_that_was_gone_on_with(journal: Journal) -> None:
    head = ChainHead(chain="node-a", seq=12, hash=_entries(journal.filled)[11]["hash"])
    rows = [append(head, Entry(event="key_created", actor="operator"), STARTED) for _ in range(8)]
    more = [f"INSERT INTO audit VALUES ({', '.join(_literal(value) for value in row.values())})" for row in rows]
    report = journal.after(*OLDER, *more)
    first = _first(report)
    assert (first.kind, first.seq, first.sound) == ("rewritten", ENTRIES, 12)
    assert report.mismatch_count == 0


def _entries(filled: Filled) -> list[dict[str, Any]]:
    """Read the rows of the audit as they are, in their order."""
    reader = open_reader(filled.url)
    with reader.connect() as connection:
        rows = [dict(row) for row in connection.execute(select(schema.audit).order_by(schema.audit.c.seq)).mappings()]
    reader.dispose()
    return rows


@pytest.mark.parametrize(
    ("do", "kind"),
    [
        (lambda heads: heads.unlink(), "heads_missing"),
        (lambda heads: heads.write_bytes(heads.read_bytes().replace(b"node-a", b"node-b")), "heads_forged"),
        (lambda heads: heads.write_bytes(b"".join(heads.read_bytes().splitlines(keepends=True)[::2])), "heads_removed"),
    ],
)
def test_heads_that_were_tampered_with(journal: Journal, do: Callable[[Path], object], kind: str) -> None:
    do(journal.filled.heads)
    report = journal.filled.verify()
    journal.restore()
    assert not report.ok
    assert [problem.kind for problem in report.problems] == [kind]
    assert report.problems[0].en != report.problems[0].zh


def test_a_journal_under_another_id_is_not_the_one_that_was_signed(journal: Journal) -> None:
    report = journal.after("UPDATE meta SET value = 'another' WHERE key = 'journal'")
    assert [problem.kind for problem in report.problems] == ["heads_other_journal"]


def test_a_torn_line_of_heads_is_no_fault(journal: Journal) -> None:
    with journal.filled.heads.open("ab") as file:
        file.write(b'{"at":1')
    report = journal.filled.verify()
    journal.restore()
    assert report.ok
    assert report.heads_torn


def test_a_fresh_journal_needs_no_heads(tmp_path: Path, store_url: str) -> None:
    filled = fill(tmp_path, 0, url=store_url)
    assert filled.verify().ok
    filled.heads.unlink()
    assert filled.verify().ok


def test_several_chains_each_have_their_first_bad_entry(tmp_path: Path, store_url: str) -> None:
    journal = Journal(fill(tmp_path, 4, url=store_url, chains=("node-a", "node-b", "node-c")))
    assert journal.filled.verify().ok
    report = journal.after(
        "UPDATE audit SET actor = 'x' WHERE chain = 'node-b' AND seq IN (3, 5)",
        "DELETE FROM audit WHERE chain = 'node-c'",
    )
    assert [(p.chain, p.kind, p.seq) for p in report.problems] == [("node-b", "changed", 3), ("node-c", "cut", 1)]
    journal.close()


@pytest.mark.parametrize("value", ["x'ff'", "CAST(x'c328' AS TEXT)", "CAST(x'00' AS TEXT)", "1.5", "9223372036854775807", "''"])
@pytest.mark.parametrize("column", [column for column in CHANGES if column != "chain"])
def test_values_no_gateway_writes_are_found_not_stumbled_over(file_journal: Journal, column: str, value: str) -> None:
    """Only a SQLite file takes such a value."""
    first = _first(file_journal.after(f"UPDATE audit SET {column} = {value} WHERE seq = 5"))
    assert first.seq == (2 if (column, value) == ("seq", "1.5") else 5)


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    filled = fill(tmp_path, 40)
    file = database_file(filled.url)
    content = bytearray(file.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    file.write_bytes(content)
    with pytest.raises(DatabaseRefused) as refused:
        filled.verify()
    assert refused.value.code in {"unreadable", "not_a_database"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seqs=st.sets(st.integers(1, ENTRIES), min_size=1), column=st.sampled_from([c for c in CHANGES if c not in {"chain", "seq"}]))
def test_of_many_changed_entries_the_first_is_named(journal: Journal, seqs: set[int], column: str) -> None:
    statements = [f"UPDATE audit SET {column} = {_literal(CHANGES[column](seq))} WHERE seq = {seq}" for seq in seqs]
    assert _first(journal.after(*statements)).seq == min(seqs)


def test_a_server_that_goes_away_meanwhile_is_no_broken_journal(tmp_path: Path, postgres: Server, migrated: str) -> None:
    database = postgres.create(template=migrated)
    filled = fill(tmp_path, 2, url=postgres.url(database))
    reader = open_reader(filled.url)

    def hang_up(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM delivery" in statement:
            postgres.cut(database)

    event.listen(reader, "before_cursor_execute", hang_up)
    with pytest.raises(DatabaseRefused) as refused:
        verify(reader, filled.heads, filled.key.public_key())
    assert refused.value.code == "unreachable"
    assert database in refused.value.place
    event.remove(reader, "before_cursor_execute", hang_up)
    assert verify(reader, filled.heads, filled.key.public_key()).ok  # the reader connects anew by itself
    reader.dispose()


def test_verifying_goes_on_beside_a_writer_and_sees_one_moment(tmp_path: Path, store_url: str) -> None:
    """An open statement of the writer is not yet true, and all that was signed before it is."""
    filled = fill(tmp_path, 2, url=store_url)
    writer = open_writer(filled.url)
    with writer.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit")
        assert filled.verify().ok
    assert not filled.verify(hmac_key=HMAC_KEY).ok
    writer.dispose()


# -- a copy that was restored, and said to be
BACKUP = {"taken_at": STARTED, "heads": [{"chain": "node-a", "seq": 12, "hash": "h"}]}


def _hash_of(filled: Filled, seq: int) -> str:
    engine = open_reader(filled.url)
    with engine.connect() as connection:
        audit = schema.audit.c
        value = connection.execute(select(audit.hash).where(audit.seq == seq, audit.chain == "node-a")).scalar_one()
    engine.dispose()
    return str(value)


def _gone_on(filled: Filled, *, entries: int = 8, kept: int = 12) -> tuple[ChainHead, list[str]]:
    """Give the statements that go on from entry ``kept``, and the head that they lead to."""
    head = ChainHead(chain="node-a", seq=kept, hash=_hash_of(filled, kept))
    rows = [append(head, Entry(event="journal_restored", actor="local"), STARTED) for _ in range(entries)]
    return head, [f"INSERT INTO audit VALUES ({', '.join(_literal(value) for value in row.values())})" for row in rows]


@pytest.mark.parametrize("entries", [1, 6, 8])
def test_a_restore_that_was_signed_for_is_a_note(journal: Journal, entries: int) -> None:
    head, more = _gone_on(journal.filled, entries=entries)
    HeadSigner(journal.filled.key, journal.filled.heads).write(JOURNAL, [head], STARTED + 9, restored=BACKUP)
    report = journal.after(*OLDER, *more)
    assert report.ok
    (note,) = report.restored
    assert (note.chain, note.kept, note.lost, note.taken_at, note.restored_at) == ("node-a", 12, ENTRIES, STARTED, STARTED + 9)
    assert "entries 13 to 18" in note.en
    assert "第 13 至 18 条" in note.zh


def test_where_nothing_more_was_signed_the_note_says_that_nothing_is_known(journal: Journal) -> None:
    head, more = _gone_on(journal.filled, kept=ENTRIES)
    said = {**BACKUP, "heads": [{"chain": "node-a", "seq": ENTRIES, "hash": "h"}]}
    HeadSigner(journal.filled.key, journal.filled.heads).write(JOURNAL, [head], STARTED + 9, restored=said)
    report = journal.after(*more)
    assert report.ok
    assert (report.restored[0].kept, report.restored[0].lost) == (ENTRIES, None)
    assert "not known" in report.restored[0].en


def test_a_seam_in_the_copy_alone_is_believed_by_nobody(journal: Journal) -> None:
    """Somebody who can write the table can write a seam into it, and the next start signs its head: that proves no restore."""
    head, more = _gone_on(journal.filled)
    HeadSigner(journal.filled.key, journal.filled.heads).write(JOURNAL, [head], STARTED + 9)
    first = _first(journal.after(*OLDER, *more))
    assert (first.kind, first.seq, first.sound) == ("rewritten", ENTRIES, 12)


def test_a_restore_signed_with_another_key_is_forged(journal: Journal) -> None:
    head, more = _gone_on(journal.filled)
    HeadSigner(Ed25519PrivateKey.generate(), journal.filled.heads).write(JOURNAL, [head], STARTED + 9, restored=BACKUP)
    report = journal.after(*OLDER, *more)
    assert {problem.kind for problem in report.problems} == {"rewritten", "heads_forged"}
    assert report.restored == ()


def test_after_a_restore_what_is_kept_must_still_be_what_was_signed(journal: Journal) -> None:
    head, more = _gone_on(journal.filled)
    HeadSigner(journal.filled.key, journal.filled.heads).write(JOURNAL, [head], STARTED + 9, restored=BACKUP)
    first = _first(journal.after(*OLDER, *more, "UPDATE audit SET actor = 'somebody' WHERE seq = 5"))
    assert (first.kind, first.seq) == ("changed", 5)


def test_an_older_copy_put_back_after_a_restore_is_found(journal: Journal) -> None:
    """The note covers what was lost before it, never what comes after."""
    head, more = _gone_on(journal.filled)
    HeadSigner(journal.filled.key, journal.filled.heads).write(JOURNAL, [head], STARTED + 9, restored=BACKUP)
    first = _first(journal.after(*OLDER))
    assert (first.kind, first.seq, first.signed) == ("cut", 13, 20)
    HeadSigner(journal.filled.key, journal.filled.heads).write(JOURNAL, [head], STARTED + 9, restored=BACKUP)
    first = _first(journal.after(*OLDER, *more[:4]))
    assert (first.kind, first.seq, first.signed) == ("cut", 17, 20)


def test_a_chain_that_the_backup_did_not_know_is_gone_whole(tmp_path: Path) -> None:
    filled = fill(tmp_path, 4, chains=("node-a", "node-b"))
    kept = Journal(filled)
    head = ChainHead(chain="node-a", seq=12, hash=_hash_of(filled, 12))
    HeadSigner(filled.key, filled.heads).write(JOURNAL, [head], STARTED + 9, restored=BACKUP)
    report = kept.after("DELETE FROM audit WHERE chain = 'node-b'")
    assert report.problems == ()
    assert [(note.chain, note.kept, note.lost) for note in report.restored] == [("node-a", 12, None), ("node-b", 0, 12)]

# ruff: noqa: S608  # an intruder's statements, on a journal made for them
"""The tables hold what the audit says, row for row; whatever differs is named with both values."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from sqlalchemy import text

from gateway.journal.database import open_reader
from gateway.journal.findings import Mismatch
from tests.gateway.journal.filled import Filled, fill


@pytest.fixture
def filled(tmp_path: Path, store_url: str) -> Filled:
    return fill(tmp_path, 3, url=store_url)


def _ids(filled: Filled) -> tuple[str, str]:
    """The second application and its delivery to exit-entry."""
    reader = open_reader(filled.url)
    with reader.connect() as connection:
        application = connection.execute(text("SELECT id FROM application ORDER BY id LIMIT 1 OFFSET 1")).scalar_one()
        of_exit = text("SELECT id FROM delivery WHERE application_id = :id AND step = 'exit'")
        delivery = connection.execute(of_exit, {"id": application}).scalar_one()
    reader.dispose()
    return str(application), str(delivery)


def _found(filled: Filled) -> tuple[Mismatch, ...]:
    report = filled.verify()
    assert report.problems == ()  # the chain itself is sound
    assert report.ok == (report.mismatch_count == 0)
    for mismatch in report.mismatches:
        assert mismatch.id in mismatch.en
        assert mismatch.id in mismatch.zh
    return report.mismatches


@pytest.mark.parametrize(("column", "value", "audited"), [("state", "rejected", "approved"), ("round", 1, 2), ("step", "tax2", "exit")])
def test_a_changed_delivery(filled: Filled, column: str, value: object, audited: object) -> None:
    application, delivery = _ids(filled)
    filled.run(f"UPDATE delivery SET {column} = ? WHERE id = ?", value, delivery)
    (found,) = _found(filled)
    assert (found.what, found.id, found.application_id, found.field) == ("delivery", delivery, application, column)
    assert (found.table, found.audit) == (value, audited)


@pytest.mark.parametrize(
    ("column", "value", "audited"), [("state", "rejected", "approved"), ("needs_attention", True, False), ("version", 7, 6)]
)
def test_a_changed_application(filled: Filled, column: str, value: object, audited: object) -> None:
    application, _ = _ids(filled)
    filled.run(f"UPDATE application SET {column} = ? WHERE id = ?", value, application)
    (found,) = _found(filled)
    assert (found.what, found.id, found.field, found.table, found.audit) == ("application", application, column, value, audited)


def test_a_deleted_delivery(filled: Filled) -> None:
    application, delivery = _ids(filled)
    filled.run("DELETE FROM delivery WHERE id = ?", delivery)
    (found,) = _found(filled)
    assert (found.what, found.id, found.application_id, found.field, found.table) == ("delivery", delivery, application, None, None)
    assert "deleted" in found.en


def test_a_delivery_without_entry(filled: Filled) -> None:
    _, delivery = _ids(filled)
    columns = (
        "application_id, position, department, operation, required, after, state, action, round, attempts, failures, checks, withdrawing, "
        "epoch, version, updated_at"
    )
    filled.run(f"INSERT INTO delivery (id, step, {columns}) SELECT 'more', 'more', {columns} FROM delivery WHERE id = ?", delivery)
    (found,) = _found(filled)
    assert (found.what, found.id, found.field, found.audit) == ("delivery", "more", None, None)
    assert "put in" in found.en


def test_a_deleted_application(filled: Filled) -> None:
    application, _ = _ids(filled)
    filled.run("DELETE FROM delivery WHERE application_id = ?", application)
    filled.run("DELETE FROM application WHERE id = ?", application)
    found = _found(filled)
    assert [(f.what, f.table) for f in found] == [("application", None), ("delivery", None), ("delivery", None)]


def test_an_application_without_entry(filled: Filled) -> None:
    application, _ = _ids(filled)
    columns = (
        "caller, service, service_digest, channel, revision, state, needs_attention, trace_id, applicant_index, received_at, "
        "withdrawal_asked, version"
    )
    filled.run(
        f"INSERT INTO application (id, number, {columns}) SELECT 'more', 'more', {columns} FROM application WHERE id = ?", application
    )
    (found,) = _found(filled)
    assert (found.what, found.id, found.field, found.audit) == ("application", "more", None, None)


def test_changed_contents(filled: Filled) -> None:
    application, _ = _ids(filled)
    filled.run("UPDATE payload SET blob = ? WHERE application_id = ? AND part = 'form'", b"\x00", application)
    (found,) = _found(filled)
    assert (found.what, found.id, found.application_id, found.field) == ("payload", "form@1", application, "blob")


def test_contents_without_commitment(filled: Filled) -> None:
    application, _ = _ids(filled)
    filled.run("INSERT INTO payload VALUES (?, 'form', 2, ?, NULL)", application, b"\x00")
    filled.run("INSERT INTO payload VALUES ('-', 'inbox:tax:1', 1, ?, NULL)", b"\x00")
    found = _found(filled)
    assert [(f.what, f.id, f.application_id, f.audit) for f in found] == [
        ("payload", "form@2", application, None),
        ("payload", "inbox:tax:1@1", "-", None),
    ]


def test_contents_that_are_gone_without_an_entry(filled: Filled) -> None:
    application, _ = _ids(filled)
    filled.run("DELETE FROM payload WHERE application_id = ? AND part = 'outcome:tax'", application)
    (found,) = _found(filled)
    assert (found.what, found.id, found.field, found.table) == ("payload", "outcome:tax@1", None, None)
    assert "deleted" in found.en


def test_without_the_key_keyed_commitments_are_counted_and_never_called_changed(filled: Filled) -> None:
    report = filled.verify(hmac_key=None)
    assert (report.ok, report.commitments_checked) == (True, False)


def test_an_event_that_is_gone_is_missed_even_in_a_chain_made_anew(filled: Filled) -> None:
    """Entries chained anew without one of them, and no head signed since: the case's own count still tells."""
    application, _ = _ids(filled)
    filled.run("UPDATE audit SET event_no = 9 WHERE application_id = ? AND event_no = 6", application)
    report = filled.verify()
    assert {(m.what, m.field, m.table) for m in report.mismatches} == {("entry", "event_no", "9"), ("application", "version", 6)}


@pytest.mark.parametrize(
    "details", ["no JSON", "[]", '{"moves": []}', '{"moves": {"x": [1]}}', '{"commitments": 5}', '{"moves": {"x": null}}']
)
def test_details_that_cannot_be_read(filled: Filled, details: str) -> None:
    application, _ = _ids(filled)
    filled.run("UPDATE audit SET details = ? WHERE application_id = ? AND event_no = 2", details, application)
    report = filled.verify()
    assert report.first is not None
    assert report.first.kind == "changed"
    assert ("entry", "2", "details") in {(m.what, m.id, m.field) for m in report.mismatches}


def test_only_the_first_hundred_are_kept(tmp_path: Path, store_url: str) -> None:
    filled = fill(tmp_path, 70, url=store_url, signed_every=70)
    filled.run("UPDATE delivery SET state = 'held'")
    report = filled.verify()
    assert (len(report.mismatches), report.mismatch_count) == (100, 140)
    assert orjson.dumps(report)

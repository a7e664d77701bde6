# ruff: noqa: S608  # an intruder's statements, on a journal made for them
"""The tables hold what the audit says, row for row, and whatever differs is named with both values."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, select, text, update

from gateway.journal.keys.hmac_keys import key_mac
from gateway.journal.store import schema
from gateway.journal.store.database import open_reader
from gateway.journal.verification import baseline
from gateway.journal.verification.findings import Mismatch
from gateway.journal.verification.replay import replay
from gateway.journal.writer.draft import Draft, Needs
from gateway.journal.writer.journal import Journal
from gateway.model.delivery import DeliveryState
from tests.gateway.journal.filled import Filled, fill
from tests.gateway.journal.small import Does, adds, application, engine, opened


@pytest.fixture
def filled(tmp_path: Path, store_url: str) -> Filled:
    return fill(tmp_path, 3, url=store_url)


def _ids(filled: Filled) -> tuple[str, str]:
    """Give the second application and its delivery to exit-entry."""
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
    """Entries were chained anew without one of them, and no head was signed since: the case's own count still tells."""
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


# -- a node of an older version runs beside: its writes raise no alarm, and all that needs no word of it is held all the same
@dataclass
class Mixed:
    """A new node's journal, and what a node of an older version does to it."""

    writer: Engine
    journal: Journal
    case: str

    async def changed(self, **changes: Any) -> None:
        def doing(draft: Draft) -> None:
            before = draft.case(self.case)
            draft.put(before.deliveries["do"], **changes)
            draft.settle(self.case, "told", "test", {}, before=before)

        await self.journal.write(Does(doing, Needs(cases=(self.case,))))

    async def changed_by_old(self, **changes: object) -> None:
        """Make the same change as the older version does: its entry holds nothing, its calls are rows that no entry names."""
        await self.changed(**changes)
        audit = schema.audit.c
        with self.writer.begin() as connection:
            last = select(audit.seq, audit.details).order_by(audit.seq.desc()).limit(1)
            seq, details = connection.execute(last).one()
            kept = {name: value for name, value in orjson.loads(details).items() if name in ("moves", "application", "attention")}
            connection.execute(update(schema.audit).where(audit.seq == seq).values(details=orjson.dumps(kept).decode()))
            delivery = connection.execute(select(schema.delivery.c.id)).scalar_one()
            attempt = {"delivery_id": delivery, "epoch": seq, "round": 1, "number": 1, "action": "submit", "node": "n"}
            connection.execute(schema.attempt.insert(), {**attempt, "started_at": 1, "ended_at": 2, "result": "timeout"})

    def found(self, *statements: str) -> list[str]:
        with self.writer.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
            found = [f"{one.what} {one.field}" for one in replay(connection, []).kept]
            connection.rollback()
        return [one for one in found if not one.startswith(("service_definition", "number_block"))]

    async def vouch(self) -> None:
        await baseline.take(self.journal.write, self.writer, key_mac(b"k" * 32), since=self.journal.head.seq)


@pytest.fixture
async def mixed(store_url: str) -> AsyncIterator[Mixed]:
    writer = engine(store_url)
    journal = opened(writer, remember=0)
    await journal.open()
    yield Mixed(writer, journal, await journal.write(adds(application("1"))))
    await journal.close()
    writer.dispose()


async def test_a_case_that_an_old_node_touched_raises_no_alarm_and_its_states_are_held(mixed: Mixed) -> None:
    await mixed.changed_by_old(reference="R")
    assert mixed.found() == []
    assert mixed.found("UPDATE delivery SET state = 'held'") == ["delivery state"]
    await mixed.changed(reference="S")
    assert mixed.found() == []
    await mixed.changed_by_old(state=DeliveryState.READY)
    await mixed.changed_by_old(reference="T")
    assert mixed.found() == []


async def test_a_case_that_none_touched_is_held_whole(mixed: Mixed) -> None:
    assert mixed.found("UPDATE delivery SET reference = 'X'") == ["application image"]


async def test_once_vouched_for_all_is_held_and_an_old_node_that_goes_on_is_told_of(mixed: Mixed) -> None:
    await mixed.changed_by_old(reference="R")
    await mixed.vouch()
    assert mixed.found() == []
    assert mixed.found("UPDATE delivery SET reference = 'X'") == ["application image"]
    assert mixed.found("UPDATE attempt SET result = 'approved'") == ["rows contents"]
    assert mixed.found("DELETE FROM attempt") == ["rows contents"]
    await mixed.changed(reference="S")
    assert mixed.found() == []
    assert mixed.found("DELETE FROM attempt") == ["rows contents"]
    await mixed.changed_by_old(reference="T")
    assert set(mixed.found()) == {"application image", "rows contents"}


async def test_what_was_changed_after_it_was_vouched_for_is_told_when_a_change_follows(mixed: Mixed) -> None:
    await mixed.changed_by_old(reference="R")
    await mixed.vouch()
    with mixed.writer.begin() as connection:
        connection.execute(text("UPDATE application SET caller = 'another'"))
    await mixed.changed(reference="S")
    assert mixed.found() == ["application image before entry 3"]

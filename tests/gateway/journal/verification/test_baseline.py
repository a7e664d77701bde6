# ruff: noqa: S608  # an intruder's statements, on a journal made for them
"""Rows of an older version are vouched for once, as they stand, by name, and are held from then on."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.keys.hmac_keys import key_mac
from gateway.journal.store import schema
from gateway.journal.store.database import open_reader, open_writer
from gateway.journal.verification import baseline
from gateway.journal.verification.replay import replay
from gateway.journal.writer.draft import Draft
from gateway.journal.writer.journal import Journal
from gateway.model.identifiers import new_id
from tests.gateway.journal.filled import HMAC_KEY, STARTED, Filled, fill
from tests.gateway.journal.small import Does

MAC = key_mac(HMAC_KEY)
CASES = 3
MADE, PUT_IN, PROMOTED, ENDED = (new_id() for _ in range(4))


@pytest.fixture
def old(tmp_path: Path, store_url: str) -> Filled:
    """Make a journal of an older version, with a row of each kind that its entries told nothing of."""
    filled = fill(tmp_path, CASES, url=store_url)
    writer = open_writer(filled.url)
    with writer.begin() as connection:
        for delivery, application in connection.execute(select(schema.delivery.c.id, schema.delivery.c.application_id)).all():
            attempt = {"delivery_id": delivery, "epoch": 1, "round": 1, "number": 1, "action": "submit", "node": "n"}
            connection.execute(insert(schema.attempt), {**attempt, "started_at": STARTED, "ended_at": STARTED, "result": "approved"})
            filing = {"caller": "c", "key": delivery, "body_hmac": "h", "application_id": application, "revision": 1}
            connection.execute(insert(schema.idempotency), {**filing, "created_at": STARTED})
            message = {"department": "tax", "message_id": delivery, "received_at": STARTED, "outcome": "approved", "delivery_id": delivery}
            connection.execute(insert(schema.inbox), {**message, "standing": "applied"})
        keys = [_key(MADE), _key(PUT_IN), {**_key(PROMOTED), "role": "operator"}, {**_key(ENDED), "revoked_at": STARTED}]
        connection.execute(insert(schema.api_key), keys)
        control = {"name": "tax", "paused": True, "concurrency": None, "rate_per_second": 2.0, "changed_at": STARTED, "version": 1}
        connection.execute(insert(schema.department_control), control)
        connection.execute(insert(schema.quota_use), {"department": "tax", "day": "20260901", "used": 3})
    writer.dispose()
    return filled


def _key(key_id: str) -> dict[str, Any]:
    return {"id": key_id, "name": "hall", "role": "front-end", "hash": key_id.ljust(64, "0"), "created_at": STARTED, "revoked_at": None}


def _tell(entry: Entry, draft: Draft) -> None:
    draft.audit(entry)


async def _vouch(filled: Filled, *, times: int = 1, until: int | None = None) -> None:
    """Take the baseline as the gateway does. With ``until`` die before the commit of that number."""
    writer, reader = open_writer(filled.url), open_reader(filled.url)
    journal = Journal(writer, node=new_id(), chain="node-b", clock=lambda: STARTED + 1000)
    await journal.open()
    for key in (MADE, PROMOTED, ENDED):
        details = {"key": key, "name": "hall", "role": "front-end"}
        await journal.write(Does(partial(_tell, Entry(event="key_created", actor="local", details=details))))
    left = until

    async def write(change: Any) -> Any:
        nonlocal left
        if left == 0:
            raise KeyboardInterrupt
        left = None if left is None else left - 1
        return await journal.write(change)

    try:
        for _ in range(times):
            await baseline.take(write, reader, MAC, since=journal.head.seq)
    except KeyboardInterrupt:
        pass
    finally:
        await journal.close()
        for engine in (writer, reader):
            engine.dispose()


def _wanted(filled: Filled, ask: Any) -> bool:
    reader: Engine = open_reader(filled.url)
    with reader.connect() as connection:
        answer: bool = ask(connection)
    reader.dispose()
    return answer


def _found(filled: Filled) -> set[tuple[str, str | None]]:
    report = filled.verify()
    assert [problem for problem in report.problems if problem.chain != "node-b"] == []
    return {(mismatch.what, mismatch.field) for mismatch in report.mismatches}


CHANGES = {
    "application": ("UPDATE application SET caller = 'x'", ("application", "image")),
    "delivery": ("UPDATE delivery SET attempts = 7", ("application", "image")),
    "attempt": ("UPDATE attempt SET result = 'rejected'", ("rows", "contents")),
    "attempts": ("DELETE FROM attempt", ("rows", "contents")),
    "idempotency": ("UPDATE idempotency SET body_hmac = 'x'", ("rows", "contents")),
    "inbox": ("DELETE FROM inbox", ("rows", "contents")),
    "key": (f"UPDATE api_key SET role = 'operator' WHERE id = '{MADE}'", ("api_key", "contents")),
    "ended key": (f"UPDATE api_key SET revoked_at = NULL WHERE id = '{ENDED}'", ("api_key", "contents")),
    "control": ("UPDATE department_control SET concurrency = 9", ("department_control", "contents")),
    "quota": ("UPDATE quota_use SET used = 1", ("quota_use", "used")),
    "numbers": ("UPDATE number_block SET next = next + 1", ("number_block", "contents")),
    "definition": ("UPDATE service_definition SET code = 'x'", ("service_definition", "contents")),
}


async def test_what_was_vouched_for_is_held(old: Filled) -> None:
    await _vouch(old)
    assert _found(old) == {("api_key", None)}, "the two that nobody vouched for"
    writer = open_writer(old.url)
    with writer.connect() as connection:
        for statement, expected in CHANGES.values():
            with connection.begin_nested() as nested:
                connection.exec_driver_sql(statement)
                found = {(mismatch.what, mismatch.field) for mismatch in replay(connection, [HMAC_KEY]).kept}
                nested.rollback()
            assert expected in found, statement
        connection.rollback()
    writer.dispose()


async def test_before_it_nothing_of_the_version_before_is_accused(old: Filled) -> None:
    assert _found(old) == set()
    assert not _wanted(old, baseline.vouched)


async def test_only_keys_that_an_entry_made_as_they_stand_get_their_proof(old: Filled) -> None:
    await _vouch(old)
    reader = open_reader(old.url)
    with reader.connect() as connection:
        keys = {row["id"]: dict(row) for row in connection.execute(select(schema.api_key)).mappings()}
        audit = schema.audit.c
        details = connection.execute(select(audit.details).where(audit.event == "audit_baseline")).scalar_one()
    reader.dispose()
    assert {key: row["mac"] for key, row in keys.items()} == {MADE: MAC(keys[MADE]), PUT_IN: None, PROMOTED: None, ENDED: None}
    assert PUT_IN in details
    assert PROMOTED in details
    assert MADE not in details
    assert {m.id for m in old.verify().mismatches} == {PUT_IN, PROMOTED}


async def test_contents_that_were_missing_are_said_and_no_fault_later(old: Filled) -> None:
    old.run("DELETE FROM payload WHERE part = 'outcome:tax'")
    assert _found(old) == {("payload", None)}
    await _vouch(old)
    assert _found(old) == {("api_key", None)}
    old.run("DELETE FROM payload WHERE part = 'form'")
    assert ("payload", None) in _found(old)


@pytest.mark.parametrize("commits", [0, 1, 2])
async def test_one_that_dies_under_way_vouches_for_nothing_and_is_taken_anew(old: Filled, commits: int) -> None:
    await _vouch(old, until=commits)
    assert not _wanted(old, baseline.vouched)
    assert _found(old) == set()
    old.run("UPDATE attempt SET result = 'rejected'")
    await _vouch(old)
    assert _found(old) == {("api_key", None)}


async def test_a_second_one_is_not_written_and_one_that_was_put_in_is_named(old: Filled) -> None:
    await _vouch(old, times=2)
    assert _found(old) == {("api_key", None)}
    old.run(
        "INSERT INTO audit (chain, seq, at, event, actor, details, hash) "
        "SELECT chain, seq + 1000, at, event, actor, details, hash FROM audit WHERE event = 'audit_baseline'"
    )
    assert ("baseline", None) in _found(old)


async def test_it_is_taken_by_itself_where_no_older_node_can_be(tmp_path: Path, store_url: str) -> None:
    new = Filled(url=store_url, heads=tmp_path, key=None)  # type: ignore[arg-type]  # nothing is verified
    assert _wanted(new, baseline.wanted)
    filled = fill(tmp_path, 1, url=store_url)
    assert _wanted(filled, baseline.wanted) is store_url.startswith("sqlite")
    await _vouch(filled)
    assert _wanted(filled, baseline.vouched)
    assert not _wanted(filled, baseline.wanted)

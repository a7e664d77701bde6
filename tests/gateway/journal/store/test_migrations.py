"""The migrations make what the schema says, all of it or nothing."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, func, insert, inspect, select
from sqlalchemy.exc import DBAPIError, OperationalError

from gateway.journal.audit import row_digests
from gateway.journal.store import schema
from gateway.journal.store.database import HEAD, is_sqlite, migrate, open_writer, revision
from gateway.journal.store.migrations import ONE_AT_A_TIME, known, upgrade
from gateway.journal.store.records import application_of, application_row, delivery_row
from gateway.journal.store.schema import attempt, metadata
from gateway.model.application import ApplicationState
from gateway.model.identifiers import new_id
from tests.gateway.journal.small import application, delivery
from tests.patience import output
from tests.postgres import Server


def test_head_is_the_newest_revision() -> None:
    assert HEAD in known()
    assert max(known()) == HEAD


def test_upgraded_from_nothing_equals_the_schema(empty_url: str) -> None:
    migrate(empty_url)
    engine = open_writer(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_upgraded_from_nothing_has_the_same_statements_as_the_schema(empty_url: str, tmp_path: Path, request: Any) -> None:
    """``compare_metadata`` does not see conditions of indexes, collations, primary keys or checks, so the stored schemas are compared."""
    if is_sqlite(empty_url):
        stored, other = _stored_by_sqlite, f"sqlite:///{tmp_path}/made.db"
    else:
        postgres: Server = request.getfixturevalue("postgres")
        stored, other = _stored_by_postgresql, postgres.url(postgres.create())
    migrate(empty_url)
    made = open_writer(other)
    metadata.create_all(made)
    upgraded = open_writer(empty_url)
    statements = [stored(engine) for engine in (upgraded, made)]
    upgraded.dispose()
    made.dispose()
    assert statements[0] == statements[1]
    assert any("WHERE" in words for words in statements[0]["ix_delivery_due"])


def _stored_by_sqlite(engine: Engine) -> dict[str, list[str]]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic_version%'")
        return {name: sorted(_words(sql)) for name, sql in rows}


def _words(sql: str | None) -> list[str]:
    return (sql or "").replace(",", " ").replace("(", " ( ").replace(")", " ) ").split()


def _stored_by_postgresql(engine: Engine) -> dict[str, list[str]]:
    columns = (
        "SELECT table_name, concat_ws(' ', column_name, data_type, character_maximum_length, is_nullable, collation_name, column_default) "
        "FROM information_schema.columns WHERE table_schema = 'public'"
    )
    constraints = "SELECT conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0"
    indexes = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    stored: dict[str, list[str]] = {}
    with engine.connect() as connection:
        for statement in (columns, constraints, indexes):
            for name, text in connection.exec_driver_sql(statement):
                if "pg_" not in name and "alembic_version" not in name:
                    stored.setdefault(name, []).append(text)
    return {name: sorted(texts) for name, texts in stored.items()}


def test_every_text_is_ordered_by_its_bytes_in_any_database(postgres_url: str) -> None:
    migrate(postgres_url)
    engine = open_writer(postgres_url)
    with engine.connect() as connection:
        other = (
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND table_name <> 'alembic_version' AND data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'"
        )
        assert connection.exec_driver_sql(other).all() == []
    engine.dispose()


def test_an_upgrade_that_fails_leaves_nothing(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_writer(empty_url)
    create_index = op.create_index

    def fail_late(name: str, *args: object, **named: object) -> None:
        if name == "ix_delivery_lease":
            raise OSError("the disk is full")
        create_index(name, *args, **named)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(op, "create_index", fail_late)
    with pytest.raises(OSError, match="the disk is full"):
        upgrade(engine)
    assert inspect(engine).get_table_names() == []
    monkeypatch.undo()
    upgrade(engine)
    assert set(metadata.tables) < set(inspect(engine).get_table_names())
    engine.dispose()


def test_attempts_of_before_are_kept_in_their_order_and_what_was_under_way_is_not(empty_url: str) -> None:
    engine = open_writer(empty_url)
    upgrade(engine, "0002")
    old = MetaData()
    old.reflect(engine)
    one = application("1")
    theirs = delivery(one)
    rows = [
        {"id": new_id(), "delivery_id": theirs.id, "round": 1, "number": number, "action": "submit", "node": "n", "started_at": number}
        | {"ended_at": ended, "result": "timeout" if ended else None, "detail": "d"}
        for number, ended in ((1, 10), (2, 20), (3, None))
    ]
    with engine.begin() as connection:
        connection.execute(
            insert(old.tables["service_definition"]), {"digest": one.service_digest, "code": "x", "definition": "", "stored_at": 1}
        )
        connection.execute(insert(old.tables["application"]), application_row(one))
        connection.execute(insert(old.tables["delivery"]), delivery_row(theirs))
        connection.execute(insert(old.tables["attempt"]), rows)
    upgrade(engine)
    with engine.connect() as connection:
        kept = connection.execute(select(attempt.c.epoch, attempt.c.number, attempt.c.ended_at).order_by(attempt.c.epoch)).all()
    assert kept == [(-2, 1, 10), (-1, 2, 20)]
    engine.dispose()


def test_cases_and_keys_of_before_have_no_group_and_keep_their_digest(empty_url: str) -> None:
    engine = open_writer(empty_url)
    upgrade(engine, "0013")
    old = MetaData()
    old.reflect(engine)
    one = application("1")
    row = {name: value for name, value in application_row(one).items() if name in old.tables["application"].columns}
    key = {"id": "k", "name": "n", "role": "front-end", "hash": "e" * 64, "created_at": 1, "mac": "m", "last_used_at": 5}
    with engine.begin() as connection:
        connection.execute(
            insert(old.tables["service_definition"]), {"digest": one.service_digest, "code": "x", "definition": "", "stored_at": 1}
        )
        connection.execute(insert(old.tables["application"]), row)
        connection.execute(insert(old.tables["api_key"]), key)
        before = row_digests.image(connection.execute(select(*row_digests.plain("application")[: len(row)])).one(), [])
    upgrade(engine)
    with engine.connect() as connection:
        assert row_digests.image(connection.execute(select(*row_digests.plain("application"))).one(), []) == before
        columns = [column for column in schema.api_key.columns if column.name not in row_digests.OUTSIDE["api_key"]]
        assert columns[-1].name == "owner_group"
        [kept] = connection.execute(select(schema.api_key)).mappings()
        assert kept["owner_group"] is None
        assert row_digests.ROWS["api_key"].named(dict(kept)) == row_digests.ROWS["api_key"].named({**key, "owner_group": None})
    engine.dispose()


def test_parties_of_before_have_no_receipt_and_keep_their_digest(empty_url: str) -> None:
    engine = open_writer(empty_url)
    upgrade(engine, "0016")
    old = MetaData()
    old.reflect(engine)
    one = application("1")
    before = {
        "id": new_id(),
        "application_id": one.id,
        "roles": "buyer",
        "kind": "person",
        "acts_for": None,
        "person_index": None,
        "version": 2,
    }
    with engine.begin() as connection:
        connection.execute(
            insert(old.tables["service_definition"]), {"digest": one.service_digest, "code": "x", "definition": "", "stored_at": 1}
        )
        row = {name: value for name, value in application_row(one).items() if name in old.tables["application"].c}
        connection.execute(insert(old.tables["application"]), row)
        connection.execute(insert(old.tables["party"]), before)
        [kept] = connection.execute(select(old.tables["party"])).all()
    upgrade(engine)
    with engine.connect() as connection:
        [now] = connection.execute(select(schema.party)).mappings()
    assert (now["code_mac"], now["receipt_at"]) == (None, None)
    assert row_digests.ROWS["party"].named(dict(now))[1] == row_digests.digest(orjson.dumps(["party", *kept]))
    engine.dispose()


def test_cases_of_before_say_neither_why_they_ended_nor_when_they_were_handed_in_and_keep_their_digest(empty_url: str) -> None:
    engine = open_writer(empty_url)
    upgrade(engine, "0016")
    old = MetaData()
    old.reflect(engine)
    one = replace(application("1"), state=ApplicationState.APPROVED, ended_at=5, owner_group="hall")
    row = {name: value for name, value in application_row(one).items() if name in old.tables["application"].columns}
    with engine.begin() as connection:
        connection.execute(
            insert(old.tables["service_definition"]), {"digest": one.service_digest, "code": "x", "definition": "", "stored_at": 1}
        )
        connection.execute(insert(old.tables["application"]), row)
        before = row_digests.image(connection.execute(select(*row_digests.plain("application")[: len(row)])).one(), [])
    upgrade(engine)
    with engine.connect() as connection:
        assert row_digests.image(connection.execute(select(*row_digests.plain("application"))).one(), []) == before
        [kept] = connection.execute(select(schema.application)).mappings()
    assert application_of(dict(kept)) == one
    assert (one.end_reason, one.handed_in_at) == (None, None)
    engine.dispose()


#: A node that says it is there, waits to be let go, and migrates.
NODE = """
import sys
from gateway.journal.store.database import migrate
from gateway.journal.store import migrations
print("ready", flush=True)
sys.stdin.readline()
migrate(sys.argv[1])
"""


def test_nodes_that_start_at_once_migrate_once(postgres_url: str) -> None:
    nodes = [
        subprocess.Popen([sys.executable, "-W", "error", "-c", NODE, postgres_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    for node in nodes:
        assert node.stdout is not None
        assert node.stdout.readline() == b"ready\n"
    for node in nodes:
        assert node.stdin is not None
        node.stdin.write(b"go\n")
        node.stdin.flush()
    for node in nodes:
        output(node)
        assert node.returncode == 0
    engine = open_writer(postgres_url)
    assert revision(engine) == HEAD
    engine.dispose()


def test_without_waiting_for_each_other_nodes_fail(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test before: two that migrate side by side run into one another."""
    first, second = open_writer(postgres_url), open_writer(postgres_url)
    with first.begin() as connection:
        metadata.create_all(connection)
        locked = connection.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
        assert locked.one() is not None
        monkeypatch.setattr("gateway.journal.store.migrations._PATIENCE", "50ms")
        with pytest.raises(OperationalError, match="lock timeout"):  # it waits, and would go on waiting
            upgrade(second)
        monkeypatch.setattr("gateway.journal.store.migrations.ONE_AT_A_TIME", 1)
        monkeypatch.setattr("gateway.journal.store.migrations._TABLE_PATIENCE", "50ms")
        with pytest.raises(DBAPIError):
            upgrade(second)
    first.dispose()
    second.dispose()

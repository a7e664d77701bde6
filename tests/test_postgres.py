"""The servers of the tests are real: they keep acknowledged commits, fail over, and end with the tests."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests import janitor
from tests.patience import PATIENCE, stretched, until
from tests.postgres import Ground, Pair, Server

#: Starts a server, names its folder, and waits to be killed.
VICTIM = """
import sys
from tests.postgres import Ground, Server
ground = Ground()
Server.made(ground)
print(ground.folder, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def ground() -> Iterator[Ground]:
    with Ground(memory=True) as made:
        yield made


@pytest.mark.parametrize("version", [16, 18])
def test_a_committed_row_survives_kill_and_an_open_one_does_not(ground: Ground, version: int) -> None:
    server = Server.made(ground, version=version)
    assert server.execute("SHOW fsync") == [("on",)]
    url = server.url(server.create())
    connection = psycopg.connect(url)
    connection.execute("CREATE TABLE kept (id int)")
    connection.execute("INSERT INTO kept VALUES (1)")
    connection.commit()
    connection.execute("INSERT INTO kept VALUES (2)")
    server.kill()
    with pytest.raises(psycopg.OperationalError):
        connection.commit()
    connection.close()
    server.start()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT id FROM kept").fetchall() == [(1,)]
        assert connection.info.server_version // 10_000 == version
    server.stop()
    assert janitor.running_in(ground.folder) == []


def test_each_database_is_its_own_and_a_template_is_copied(postgres: Server) -> None:
    template = postgres.create()
    with psycopg.connect(postgres.url(template)) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS n")
    empty, copy = postgres.create(), postgres.create(template=template)
    with psycopg.connect(postgres.url(copy)) as connection:
        assert connection.execute("SELECT n FROM t").fetchall() == [(1,)]
    with psycopg.connect(postgres.url(empty)) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT n FROM t")
    for name in (copy, template, empty):
        postgres.drop(name)
    assert {copy, template, empty}.isdisjoint(name for (name,) in postgres.execute("SELECT datname FROM pg_database"))


def test_a_pair_fails_over_and_keeps_what_it_acknowledged(ground: Ground) -> None:
    pair = Pair(ground)
    first, second = pair.servers
    url = pair.url(pair.primary.create())
    for turn in range(2):
        with psycopg.connect(url, target_session_attrs="read-write") as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
            connection.execute("INSERT INTO kept VALUES (%s)", [turn])
            connection.commit()
        pair.fail_over()
        with psycopg.connect(url, target_session_attrs="read-write") as connection:
            assert connection.info.port == pair.primary.port
            assert connection.execute("SELECT id FROM kept ORDER BY id").fetchall() == [(n,) for n in range(turn + 1)]
        pair.rejoin_old()
    assert (pair.primary, pair.standby) == (first, second)


def test_a_commit_waits_for_the_standby_and_an_old_primary_acknowledges_nothing(ground: Ground) -> None:
    pair = Pair(ground, synchronous_commit="remote_apply")
    database = pair.primary.create()
    old = pair.primary
    pair.fail_over()
    pair.restart_old()
    warned: list[str] = []
    with psycopg.connect(old.url(database)) as connection, ThreadPoolExecutor(1) as thread:
        connection.add_notice_handler(lambda notice: warned.append(str(notice.message_detail)))
        connection.execute("CREATE TABLE lost (id int)")
        commit = thread.submit(connection.commit)
        until(lambda: ("SyncRep",) in old.execute("SELECT wait_event FROM pg_stat_activity"))
        old.execute(f"SELECT pg_cancel_backend({connection.info.backend_pid})")
        commit.result(stretched(PATIENCE))  # here and nowhere else, since only the warning tells
    assert any("might not have been replicated" in text for text in warned)


def test_nothing_is_left_when_the_tests_are_killed() -> None:
    victim = subprocess.Popen([sys.executable, "-c", VICTIM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert victim.stdout is not None
    folder = Path(victim.stdout.readline().strip())
    running = janitor.running_in(folder)
    assert len(running) > 3
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    for process in running:
        janitor.wait(process, stretched(PATIENCE))
    assert janitor.running_in(folder) == []

"""The right PostgreSQL server is used, and every other is refused with what to do, never with a password."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy import Engine, text

from gateway.journal.store import servers
from gateway.journal.store.database import DatabaseRefused, migrate, open_reader, open_writer
from gateway.journal.store.servers import NoServer, Servers
from tests.ports import free_port
from tests.postgres import Ground, Pair, Server


def _refused(url: str, open_it: Callable[[str], object]) -> DatabaseRefused:
    with pytest.raises(DatabaseRefused) as refused:
        open_it(url)
    said = refused.value
    assert "secret" not in f"{said} {said.place} {said.__cause__} {said.__context__}"
    return said


@pytest.fixture
def silent() -> Iterator[int]:
    """Open a port that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield door.getsockname()[1]


def test_nothing_that_listens(postgres: Server) -> None:
    port = free_port()
    for open_it in (migrate, open_writer, open_reader):
        said = _refused(f"postgresql://gateway:secret@127.0.0.1:{port}/journal", open_it)
        assert (said.code, said.place) == ("unreachable", f"postgresql://gateway@127.0.0.1:{port}/journal")
        assert "nothing listens there" in said.detail
        assert "GATEWAY_DATABASE" in said.detail


def test_a_name_without_address() -> None:
    said = _refused("postgresql://gateway:secret@nowhere.invalid/journal", open_writer)
    assert said.code == "unreachable"
    assert "no address is known" in said.detail


def test_a_server_that_does_not_answer(silent: int) -> None:
    said = _refused(f"postgresql://gateway:secret@127.0.0.1:{silent}/journal?connect_timeout=2", open_writer)
    assert said.code == "unreachable"
    assert "does not answer in time" in said.detail


@pytest.mark.parametrize(("user", "password"), [("gateway", "secret"), ("nobody", "secret"), ("gateway", "")])
def test_wrong_credentials(postgres: Server, postgres_url: str, user: str, password: str) -> None:
    before, after = postgres_url.split(f"gateway:{postgres.ground.password}")
    said = _refused(f"{before}{user}:{password}{after}", open_writer)
    assert said.code == "credentials"
    assert "password" in said.detail


def test_a_database_that_does_not_exist(postgres: Server) -> None:
    said = _refused(postgres.url("nowhere"), open_reader)
    assert said.code == "missing"
    assert "createdb" in said.detail
    assert said.place.endswith("/nowhere")
    assert postgres.ground.password not in str(said)


def test_a_database_that_takes_no_writes(postgres: Server, postgres_url: str) -> None:
    database = postgres_url.rpartition("/")[2]
    postgres.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    assert _refused(postgres_url, open_writer).code == "read_only"


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_another_encoding(postgres: Server, encoding: str) -> None:
    database = postgres.create(options=f"ENCODING '{encoding}' LOCALE 'C'")
    said = _refused(postgres.url(database), migrate)
    assert (said.code, encoding in said.detail) == ("encoding", True)
    assert "--encoding=UTF8" in said.detail
    postgres.drop(database)


def test_a_server_that_is_too_old(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "OLDEST", 99)
    said = _refused(postgres_url, open_writer)
    assert said.code == "server_too_old"
    assert "is version 18" in said.detail


@pytest.mark.parametrize(
    "url",
    ["postgresql://u:sec ret@h/d", "postgresql://u:secret%zz@h/d", "postgresql://u:secret@h:port/d", "postgresql://u:secret@h/d?no=1"],
)
def test_what_libpq_cannot_read(url: str) -> None:
    for open_it in (open_writer, open_reader):
        said = _refused(url, open_it)
        assert (said.code, said.place) == ("unsupported", "GATEWAY_DATABASE")
        assert "postgresql://" in said.detail


def test_several_servers_are_each_named(postgres: Server, postgres_url: str) -> None:
    dead = free_port()
    said = _refused(f"postgresql://gateway:secret@127.0.0.1:{dead},127.0.0.1:{postgres.port}/journal", open_writer)
    assert said.code == "credentials"  # the fault that has to be mended first
    assert f"127.0.0.1:{dead}: nothing listens there; 127.0.0.1:{postgres.port}: refuses" in said.detail


def test_a_dead_server_is_passed_over(postgres: Server, postgres_url: str) -> None:
    url = postgres_url.replace("@", f"@127.0.0.1:{free_port()},")
    migrate(url)
    writer, reader = open_writer(url), open_reader(url)
    assert (_port(writer), _port(reader)) == (postgres.port, postgres.port)
    writer.dispose()
    reader.dispose()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_the_ways_to_write_a_url(postgres_url: str, scheme: str) -> None:
    open_writer(postgres_url.replace("postgresql", scheme)).dispose()


def test_what_a_url_says_wins() -> None:
    named = Servers.named("postgresql://u@a,b:7/d?connect_timeout=9&application_name=mine", application="ours")
    assert (named._params["connect_timeout"], named._params["application_name"], named._params["tcp_user_timeout"]) == ("9", "mine", "5000")
    assert named._hosts == ({"host": "a"}, {"host": "b", "port": "7"})
    assert named.place == "postgresql://u@a,b:7/d"


def test_a_pair_and_its_failover(postgres_ground: Ground) -> None:
    """The writer goes on at the promoted standby, and a primary of the past that comes back is never used again."""
    pair = Pair(postgres_ground, synchronous_commit="remote_apply")  # the standby is read right after a commit
    database = pair.primary.create()
    url = pair.url(database)
    migrate(url)
    said = _refused(pair.standby.url(database), open_writer)
    assert said.code == "read_only"
    assert "promote the standby" in said.detail
    near = open_reader(f"{pair.standby.url(database)}?target_session_attrs=standby")
    assert _port(near) == pair.standby.port
    near.dispose()

    writer, reader = open_writer(url), open_reader(url)
    old = pair.primary.port
    _put(writer, "before")
    assert (_port(writer), _port(reader)) == (old, old)
    pair.fail_over()
    _put(writer, "after")  # without an error in between: the end of the old one was seen before anything was sent
    assert _keys(reader) == ["after", "before"]
    pair.restart_old()
    for engine in (writer, reader, open_writer(url), open_reader(url)):
        engine.dispose()  # connect anew: the old one stands first in the URL, and takes writes
        assert _port(engine) == pair.primary.port != old
        engine.dispose()

    pair.kill_primary()
    with pytest.raises(NoServer, match="is a primary of the past") as past:
        _connect(writer)
    assert past.value.refused.code == "read_only"
    pair.primary.start()
    _put(writer, "again")
    writer.dispose()
    reader.dispose()
    for server in pair.servers:
        server.kill()


def test_a_server_that_hangs_up_as_it_is_asked_is_no_primary_of_the_past(
    postgres: Server, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = Servers.named(postgres_url, application="test")
    named.connect("read-write", psycopg.Cursor).close()
    ask = servers._timeline

    def cut_and_ask(connection: psycopg.Connection[tuple[object, ...]]) -> int | None:
        postgres.cut(postgres_url.rpartition("/")[2])
        return ask(connection)

    monkeypatch.setattr(servers, "_timeline", cut_and_ask)
    with pytest.raises(NoServer, match="has hung up again") as away:
        named.connect("read-write", psycopg.Cursor)
    assert away.value.refused.code == "unreachable"


def _connect(engine: Engine) -> psycopg.Connection[tuple[object, ...]]:
    connection: psycopg.Connection[tuple[object, ...]] = engine.pool._creator()  # type: ignore[call-arg,assignment]  # ours
    return connection


def _port(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT inet_server_port()")).scalar_one())


def _put(engine: Engine, key: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO meta VALUES (:key, 'v')"), {"key": key})


def _keys(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT key FROM meta ORDER BY key")).scalars())

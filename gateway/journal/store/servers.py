"""PostgreSQL servers that a URL names: the one that is used, or in words why none is.

URLs are libpq's own: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from gateway.journal.store.refused import DatabaseRefused, not_a_url

#: The oldest major version a journal is kept on: the first that tells a standby from a primary as it connects.
OLDEST = 14
#: Seconds until a server that does not answer counts as dead, for each of several.
_PATIENCE = 3
#: Options of libpq unless the URL says otherwise: a peer that is gone is noticed in about 5 s, idle or not.
_NETWORK = {
    "connect_timeout": str(_PATIENCE),
    "keepalives": "1",
    "keepalives_idle": "2",
    "keepalives_interval": "1",
    "keepalives_count": "3",
    "tcp_user_timeout": "5000",
    "gssencmode": "disable",
}
#: The timeline, which grows with every promotion. Only a server that takes writes knows it by this function.
_TIMELINE = "SELECT CASE WHEN pg_is_in_recovery() THEN '0' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END"

_ADVICE = {
    "credentials": "correct user and password in GATEWAY_DATABASE (or PGPASSWORD, or the password file), or the server's pg_hba.conf",
    "missing": "create the database (createdb --encoding=UTF8), or name another in GATEWAY_DATABASE",
    "encoding": "create one with createdb --encoding=UTF8 --template=template0, and name it in GATEWAY_DATABASE",
    "server_too_old": f"a journal needs PostgreSQL {OLDEST} or newer: upgrade the server, or name another in GATEWAY_DATABASE",
    "read_only": "the journal needs a server that takes writes: name the primary in GATEWAY_DATABASE, or promote the standby",
    "unreachable": "start the server, or correct host and port in GATEWAY_DATABASE",
}

#: Messages of libpq and the server, in the languages a server is likely to speak, from the particular to the general.
_SAID = (
    (("session is read-only", "server is in hot standby mode"), "read_only", "is a standby, or read-only"),
    (("session is not read-only", "server is not in hot standby mode"), "read_only", "is no standby, as target_session_attrs asks"),
    (("password authentication failed", "认证失败"), "credentials", "refuses this user or password"),
    (("no password supplied", "empty password"), "credentials", "asks for a password, and none is given"),
    (("pg_hba.conf",), "credentials", "lets nobody in with this user, database and address (pg_hba.conf)"),
    (("role ", "角色"), "credentials", "does not know this user"),
    (("database ", "数据库 "), "missing", "has no such database"),
    (("failed to resolve host", "could not translate host name"), "unreachable", "no address is known for this name"),
    (("connection refused",), "unreachable", "nothing listens there"),
    (("timeout expired",), "unreachable", "does not answer in time"),
    (("starting up", "shutting down", "not yet accepting", "recovery mode"), "unreachable", "is starting or stopping"),
    (("too many clients", "remaining connection slots", "too many connections"), "unreachable", "has no connection left for us"),
)
_NOT_THE_DATABASE = ("the database system",)  # every message about its state begins with these words


class NoServer(psycopg.OperationalError):
    """An error when no server can be used. ``refused`` says why, for each of them."""

    def __init__(self, refused: DatabaseRefused) -> None:
        super().__init__(str(refused))
        self.refused = refused


@dataclass(frozen=True, slots=True)
class _Finding:
    """The reason why one server is not used."""

    server: str
    code: str
    words: str


@dataclass(slots=True)
class Servers:
    """The servers of one URL. ``asked`` is the URL's ``target_session_attrs``. ``place`` names them without a password."""

    place: str
    asked: str | None
    _hosts: tuple[dict[str, str], ...]
    _params: dict[str, Any]
    _newest: int = field(default=0, init=False)  # the highest timeline seen

    @classmethod
    def named(cls, url: str, *, application: str) -> Servers:
        """Read a URL. ``application`` is the name under which the server lists the connections. Raises DatabaseRefused."""
        given = _given(url)
        if given is None:
            raise not_a_url()
        hosts = _hosts(given)
        if any(not port.isdecimal() or not 0 < int(port) < 65536 for host in hosts for port in [host.get("port", "5432")]):
            raise not_a_url()
        asked = given.pop("target_session_attrs", None)
        place = f"{','.join(_name(host) for host in hosts)}/{given.get('dbname') or os.environ.get('PGDATABASE') or ''}"
        user = given.get("user") or os.environ.get("PGUSER")
        params = {**_NETWORK, "application_name": application, **given, "client_encoding": "UTF8"}
        return cls(f"postgresql://{user}@{place}" if user else f"postgresql://{place}", str(asked) if asked else None, hosts, params)

    def connect(self, attributes: str, factory: type[psycopg.Cursor[Any]]) -> psycopg.Connection[Any]:
        """Connect, in autocommit, to a server with these ``target_session_attrs``. Raises NoServer.

        Of several that take writes only one is the primary. The others are primaries of the past, and their timeline is older.
        """
        if attributes != "read-write":
            return self._any(attributes, factory)
        found: list[tuple[int, psycopg.Connection[Any]]] = []
        wrong: list[_Finding] = []
        for host in self._hosts:
            connection = self._try(host, wrong, factory)
            if connection is None:
                continue
            timeline = _timeline(connection)
            if timeline is None:
                connection.close()
                wrong.append(_Finding(_name(host), "unreachable", "has hung up again"))
            else:
                found.append((timeline, connection))
        found.sort(key=lambda one: one[0])
        for _, connection in found[:-1]:
            connection.close()
        if not found:
            raise NoServer(_refused(self.place, wrong))
        timeline, connection = found[-1]
        if timeline < self._newest:
            words = f"is at timeline {timeline}, and another was promoted to {self._newest}: it is a primary of the past"
            past = _Finding(f"{connection.info.host}:{connection.info.port}", "read_only", words)
            connection.close()
            raise NoServer(_refused(self.place, [*wrong, past]))
        self._newest = timeline
        return connection

    def _any(self, attributes: str, factory: type[psycopg.Cursor[Any]]) -> psycopg.Connection[Any]:
        together = {key: ",".join(host.get(key, "") for host in self._hosts) for key in ("host", "hostaddr", "port")}
        wrong: list[_Finding] = []
        connection = self._try({key: value for key, value in together.items() if value.strip(",")}, wrong, factory, attributes)
        if connection is None:
            raise NoServer(_refused(self.place, wrong))
        return connection

    def _try(
        self, host: dict[str, str], wrong: list[_Finding], factory: type[psycopg.Cursor[Any]], attributes: str = "read-write"
    ) -> psycopg.Connection[Any] | None:
        params = {**self._params, **host, "target_session_attrs": attributes}
        try:
            connection = psycopg.connect(**params, autocommit=True, cursor_factory=factory)
        except psycopg.Error as error:
            wrong.append(_Finding(_name(host), *_understood(str(error))))
            return None
        finding = _unfit(connection)
        if finding is None:
            return connection
        connection.close()
        wrong.append(_Finding(_name(host), *finding))
        return None


def _given(url: str) -> dict[str, Any] | None:
    """Give what libpq reads in a URL, or None when it can read nothing: its error repeats parts of it, which may be the password."""
    try:
        return dict(conninfo_to_dict("postgresql://" + url.partition("://")[2]))
    except psycopg.ProgrammingError:
        return None


def _hosts(given: dict[str, Any]) -> tuple[dict[str, str], ...]:
    """Take the servers out of what a URL gives: one port for all, or one each, as libpq has it."""
    lists = {key: str(given.pop(key)).split(",") for key in ("host", "hostaddr", "port") if given.get(key)}
    if len(lists.get("port", ())) == 1:
        lists["port"] *= max(len(values) for values in lists.values())
    rows = zip_longest(*lists.values(), fillvalue="")
    return tuple({key: value for key, value in zip(lists, row, strict=True) if value} for row in rows) or ({},)


def _name(host: dict[str, str]) -> str:
    name = host.get("host") or host.get("hostaddr") or os.environ.get("PGHOST") or "localhost"
    port = host.get("port") or os.environ.get("PGPORT")
    return f"{name}:{port}" if port else name


def _timeline(connection: psycopg.Connection[Any]) -> int | None:
    """Give the timeline on which a server writes, or None when it does not even say that."""
    try:
        row = connection.execute(_TIMELINE).fetchone()
    except psycopg.Error:
        return None
    return int(row[0], 16) if row else None


def _unfit(connection: psycopg.Connection[Any]) -> tuple[str, str] | None:
    """Say why a server that lets us in cannot keep a journal. It tells all that is needed while connecting, so this costs nothing."""
    if connection.info.server_version < OLDEST * 10_000:
        return "server_too_old", f"is version {connection.info.server_version // 10_000}"
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        return "encoding", f"this database is encoded in {encoding}, not UTF8"
    return None


def _understood(message: str) -> tuple[str, str]:
    """Give the code and the words for a message of libpq or of the server: before a session they carry no SQLSTATE."""
    text = message.lower()
    about_state = any(words in text for words in _NOT_THE_DATABASE)
    for patterns, code, words in _SAID:
        if any(pattern in text for pattern in patterns) and not (code == "missing" and about_state):
            return code, words
    return "unreachable", message.strip().splitlines()[-1].strip()[:200]


def _refused(place: str, wrong: list[_Finding]) -> DatabaseRefused:
    """Say what is wrong with every server. The code is of what somebody has to mend first."""
    code = min((finding.code for finding in wrong), key=list(_ADVICE).index)
    what = "; ".join(f"{finding.server}: {finding.words}" for finding in wrong)
    return DatabaseRefused(code, place, f"{what}. What to do: {_ADVICE[code]}")

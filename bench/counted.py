"""Work that is counted instead of timed: the statements, commits, bytes, rows, tasks and objects of an application of five deliveries."""

from __future__ import annotations

import asyncio
import gc
import json
import sqlite3
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web
from sqlalchemy import Connection, Engine, event

from bench.contest import SAMPLE
from bench.node import installation
from gateway.assembly.app import Gateway, running
from tests.ports import free_ports

#: Applications whose writes are measured, then others one after the other, side by side, and held under way.
WRITTEN, ALONE, TOGETHER, HELD = 5, 20, 40, 40
DELIVERIES = 5
OF_A_CASE = ("application", "delivery", "attempt", "payload", "idempotency", "party", "audit")
_FRAME = 4096 + 24  # of SQLite's write-ahead log: a page and its header


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The counts an application, unless the name says a delivery."""

    commits_alone: float
    statements_alone: float
    statements_together: float
    written_bytes: float  # to SQLite's log, one after the other
    rows: dict[str, float]
    kept_bytes: float  # of the database file, once everything is in it
    tasks_a_delivery: float  # while it is at its department
    objects_a_delivery: float  # known to the garbage collector, while it is at its department
    objects_left: float  # a delivery, after its application has ended


class _Departments(threading.Thread):
    """All five departments on a loop of their own, which answer only when allowed to."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._let = asyncio.Event()
        self._ready = threading.Event()
        self._calls = 0
        self.all_here = threading.Event()
        self._let.set()

    def run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        app = web.Application()
        app.router.add_post("/act", self._act)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        for number in range(DELIVERIES):
            await web.TCPSite(runner, "127.0.0.1", self._port + number, backlog=1024).start()
        self._end = asyncio.Event()
        self._ready.set()
        await self._end.wait()
        await runner.cleanup()

    async def _act(self, request: web.Request) -> web.Response:
        await request.read()
        self._calls += 1
        if self._calls == HELD * DELIVERIES:
            self.all_here.set()
        await self._let.wait()
        return web.Response(body=b'{"receipt":"R1"}', content_type="application/json")

    def hold(self) -> None:
        """Answer nothing from now on. ``all_here`` is set once :data:`HELD` applications have come."""

        def hold() -> None:
            self._calls = 0
            self.all_here.clear()
            self._let.clear()
            held.set()

        held = threading.Event()
        self._loop.call_soon_threadsafe(hold)
        held.wait()

    def answer(self) -> None:
        """Answer all that wait, and all that come."""
        self._loop.call_soon_threadsafe(self._let.set)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve until the block ends."""
        self.start()
        self._ready.wait()
        yield
        self._loop.call_soon_threadsafe(self._let.set)
        self._loop.call_soon_threadsafe(self._end.set)
        self.join()


#: Files one application under a key and waits so many seconds for its end. Gives its id.
File = Callable[[str, int], Awaitable[str]]


async def count(folder: Path) -> Counted:
    """Count on SQLite in an empty folder, over real sockets."""
    departments = _Departments(port := free_ports(DELIVERIES))
    with departments.serving():
        async with running(installation(folder / "var", port)) as gateway, _client(gateway) as file:
            await file("warm-up", 60)
            frames = _log_frames(folder)
            for number in range(WRITTEN):
                await file(f"written-{number}", 60)
            frames = _log_frames(folder) - frames
            with _watched() as alone:
                for number in range(ALONE):
                    await file(f"alone-{number}", 60)
            async with _client(gateway) as many:  # its connections are gone before objects are counted, not in the middle of that
                with _watched() as together:
                    await asyncio.gather(*(many(f"together-{number}", 60) for number in range(TOGETHER)))
            await _held(departments, file, "warm-up")  # opens as many connections as are needed
            held = await _held(departments, file, "held")
        rows, kept = _kept(folder / "var/gateway.db", 1 + WRITTEN + ALONE + TOGETHER + 2 * HELD)
    return Counted(
        commits_alone=alone["commits"] / ALONE,
        statements_alone=alone["statements"] / ALONE,
        statements_together=together["statements"] / TOGETHER,
        written_bytes=frames * _FRAME / WRITTEN,
        rows=rows,
        kept_bytes=kept,
        **held,
    )


@asynccontextmanager
async def _client(gateway: Gateway) -> AsyncIterator[File]:
    _, key = await gateway.parts.keys.create("front-end", "bench", actor="local")
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{gateway.port}", headers=headers) as session:

        async def file(name: str, wait: int) -> str:
            more = {"Idempotency-Key": name, "Prefer": f"wait={wait}"} if wait else {"Idempotency-Key": name}
            async with session.post("/v1/applications", data=SAMPLE, headers=more) as reply:
                answer = json.loads(await reply.read())
            if reply.status != (200 if wait else 202):
                raise RuntimeError(f"{reply.status}: {answer}")
            return str(answer["id"])

        yield file


@contextmanager
def _watched() -> Iterator[Counter[str]]:
    """Count statements and commits of every engine of this process."""
    seen: Counter[str] = Counter()

    def statement(_connection: Connection, _cursor: object, sql: str, *_rest: object) -> None:
        seen["statements"] += not sql.startswith("BEGIN")

    def commit(_connection: Connection) -> None:
        seen["commits"] += 1

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", commit)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", statement)
        event.remove(Engine, "commit", commit)


def _log_frames(folder: Path) -> int:
    """Count the frames in SQLite's log. Raises RuntimeError if the log has begun anew, which makes the count meaningless."""
    log = folder / "var/gateway.db-wal"
    with log.open("rb") as file:
        header = file.read(16)
    if int.from_bytes(header[12:16], "big"):
        raise RuntimeError("the log was checkpointed while it was measured: count fewer applications")
    return (log.stat().st_size - 32) // _FRAME


async def _held(departments: _Departments, file: File, name: str) -> dict[str, float]:
    """Give the cost of deliveries while they are at their department, and their remains afterwards."""
    wanted = HELD * DELIVERIES
    idle_tasks, idle_objects = len(asyncio.all_tasks()), _objects()
    departments.hold()
    for number in range(HELD):
        await file(f"{name}-{number}", 0)
    await asyncio.to_thread(departments.all_here.wait)
    tasks, objects = len(asyncio.all_tasks()) - idle_tasks, _objects() - idle_objects
    departments.answer()
    for number in range(HELD):  # one after the other, over one connection: more of them would end by themselves when they are idle
        await file(f"{name}-{number}", 60)
    return {
        "tasks_a_delivery": tasks / wanted,
        "objects_a_delivery": objects / wanted,
        "objects_left": (_objects() - idle_objects) / wanted,
    }


def _objects() -> int:
    gc.collect()
    return len(gc.get_objects())


def _kept(database: Path, applications: int) -> tuple[dict[str, float], float]:
    """Give rows and bytes an application, once all are in the file."""
    with closing(sqlite3.connect(database)) as connection:
        rows = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] / applications for name in OF_A_CASE}  # noqa: S608  # names of our own tables
        [(pages,)], [(size,)] = connection.execute("PRAGMA page_count"), connection.execute("PRAGMA page_size")
    return rows, pages * size / applications

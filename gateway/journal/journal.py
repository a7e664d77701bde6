"""The writer: one thread a node takes all changes that wait, commits them in one transaction, then answers all.

Group commit: while one transaction is being written, the next changes gather; each commit is one fsync however many
changes it holds. A batch that fails is split, so that one bad row fails alone.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from gateway.journal import schema
from gateway.journal.audit import ChainHead
from gateway.journal.batch import load, merge, write
from gateway.journal.commits import Commits
from gateway.journal.draft import Change, Draft, Work
from gateway.journal.recent import Recent
from gateway.model.delivery import Delivery
from gateway.model.errors import GatewayError

T = TypeVar("T")


class JournalUnavailable(GatewayError):
    """The journal cannot be written now (disk full, database locked): nothing was done, try again later."""


class JournalClosed(JournalUnavailable):
    """The journal is closed: the process is stopping."""


@dataclass(slots=True)
class _Waiting:
    change: Change[Any]
    answer: asyncio.Future[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What listeners are told after a commit: the work it leased, the deliveries it changed, the cases it touched."""

    work: Sequence[Work]
    deliveries: Sequence[Delivery]
    cases: frozenset[str]


class Observer(Protocol):
    """Measures commits; called on the writer's thread."""

    def __call__(self, *, seconds: float, changes: int) -> None:
        """One commit of so many changes took so long."""
        ...


def _unobserved(*, seconds: float, changes: int) -> None:
    """Measure nothing."""


class Journal:
    """The journal's one writer on this node. ``chain`` names the audit chain it goes on with; ``node`` is this process incarnation.

    ``remember`` is how many recently changed cases are kept as committed, so that they need not be read again: right only while
    this writer is the only one (SQLite); 0 reads every time.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        node: str,
        chain: str,
        lease_seconds: float = 30,
        batch_size: int = 500,
        remember: int = 2000,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
        observe: Observer = _unobserved,
    ) -> None:
        self.node = node
        self.problem: str | None = None  # why the last commit failed, until one succeeds
        self._engine = engine
        self._clock = clock
        self._lease = int(lease_seconds * 1_000_000)
        self._batch_size = batch_size
        self._observe = observe
        self._head = ChainHead(chain=chain)
        self._recent = Recent(remember)
        self.commits = Commits(self._recent.view)
        self._waiting: list[_Waiting] = []
        self._wake = threading.Condition()
        self._closing = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._unsure = False  # whether the last commit failed: its end may be unknown, so what is remembered is read anew
        self._listeners: list[Callable[[Committed], None]] = []

    @property
    def head(self) -> ChainHead:
        """The last committed entry of this node's chain (a copy)."""
        return replace(self._head)

    def listen(self, listener: Callable[[Committed], None]) -> None:
        """Be told on the event loop after each commit."""
        self._listeners.append(listener)

    async def open(self) -> None:
        """Find the chain's head and start the writer's thread."""
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._find_head)
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    async def close(self) -> None:
        """Write what waits, then end the thread."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    async def write(self, change: Change[T]) -> T:
        """Commit a change and give what it decided; returns after the fsync.

        Raises what ``decide`` raised, or JournalUnavailable; then nothing of the change is written.
        """
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        with self._wake:
            if self._closing:
                raise JournalClosed("the journal is closed: the gateway is stopping")
            self._waiting.append(_Waiting(change, answer))
            if len(self._waiting) == 1:
                self._wake.notify()
        return await answer

    # -- the writer's thread
    def _find_head(self) -> None:
        table = schema.audit
        statement = select(table.c.seq, table.c.hash).where(table.c.chain == self._head.chain).order_by(table.c.seq.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(statement).first()
        if row is not None:
            self._head = ChainHead(chain=self._head.chain, seq=row.seq, hash=row.hash)

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._waiting and not self._closing:
                    self._wake.wait()
                batch, self._waiting = self._waiting[: self._batch_size], self._waiting[self._batch_size :]
                if not batch and self._closing:
                    return
            self._commit(batch)

    def _commit(self, batch: list[_Waiting]) -> None:
        """Commit a batch; when the database refuses a row of it, commit each change alone."""
        started = time.perf_counter()
        answers: list[tuple[_Waiting, Any, BaseException | None]] = []
        drafts: list[Draft] = []
        now = self._clock()
        try:
            if self._unsure:
                self._find_head()
                self._recent.forget()
                self._unsure = False
            head = replace(self._head)
            with self._engine.begin() as connection:
                answers = self._decide(connection, batch, now, drafts)
                write(connection, drafts, head, now)
        except OperationalError as error:
            _undo(drafts)
            self._unsure = True
            self.problem = type(error.orig).__name__
            self._fail(batch, JournalUnavailable(f"the journal cannot be written: {error.orig}"))
            return
        except Exception as error:  # noqa: BLE001  # the writer outlives any batch; whose change it was is told
            _undo(drafts)
            self._unsure = True
            self._split(batch, error)
            return
        self._head = head
        self.problem = None
        self._recent.keep(drafts)
        self._observe(seconds=time.perf_counter() - started, changes=len(batch))
        self._tell(answers, drafts)

    def _decide(
        self, connection: Connection, batch: list[_Waiting], now: int, drafts: list[Draft]
    ) -> list[tuple[_Waiting, Any, BaseException | None]]:
        loaded = load(connection, [waiting.change.needs for waiting in batch], self._recent)
        answers: list[tuple[_Waiting, Any, BaseException | None]] = []
        for waiting in batch:
            draft = Draft(loaded=loaded, connection=connection, now=now, node=self.node, lease_microseconds=self._lease)
            try:
                answer = waiting.change.decide(draft)
            except SQLAlchemyError:
                _undo([draft])
                raise
            except Exception as error:  # noqa: BLE001  # handed to who asked for the change; its neighbours go on
                _undo([draft])
                answers.append((waiting, None, error))
            else:
                merge(loaded, draft)
                drafts.append(draft)
                answers.append((waiting, answer, None))
        return answers

    def _split(self, batch: list[_Waiting], error: Exception) -> None:
        if len(batch) == 1:
            self._fail(batch, error)
            return
        for waiting in batch:
            self._commit([waiting])

    def _fail(self, batch: list[_Waiting], error: Exception) -> None:
        def tell() -> None:
            for waiting in batch:
                _answer(waiting, None, error)

        self._call(tell)

    def _tell(self, answers: list[tuple[_Waiting, Any, BaseException | None]], drafts: list[Draft]) -> None:
        work = [work for draft in drafts for work in draft.work]
        cases = {case_id: case for draft in drafts for case_id, case in draft.cases.items()}
        changed = {delivery_id for draft in drafts for delivery_id in draft.changed}
        new = {case_id for draft in drafts for case_id in draft.new}
        deliveries = [d for case_id, case in cases.items() for d in case.deliveries.values() if case_id in new or d.id in changed]
        committed = Committed(work=work, deliveries=deliveries, cases=frozenset(cases))

        def tell() -> None:
            for waiting, value, error in answers:
                _answer(waiting, value, error)
            for listener in self._listeners:
                listener(committed)
            self.commits.tell({case_id: case.application for case_id, case in cases.items()})

        self._call(tell)

    def _call(self, do: Callable[[], Any]) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(do)


def _undo(drafts: list[Draft]) -> None:
    for draft in drafts:
        for undo in draft.undo:
            undo()


def _answer(waiting: _Waiting, value: Any, error: BaseException | None) -> None:  # noqa: ANN401  # whatever the change decided
    if waiting.answer.done():  # who asked was cancelled; the commit stands
        return
    if error is not None:
        waiting.answer.set_exception(error)
    else:
        waiting.answer.set_result(value)

"""The writer: one thread a node takes all changes that wait, commits them in one transaction, then answers all.

Group commit: while one transaction is being written, the next changes gather. Each commit is one fsync, however many changes it holds. A
batch that fails is split, so that one bad row fails alone. A database that is away for a moment (a restart, a failover) is waited for. A
commit whose end is unknown is read again before anybody is answered.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from gateway.journal.audit.chains import Chain, ChainLost
from gateway.journal.audit.hash_chain import ChainHead
from gateway.journal.audit.trust import ChainSigner
from gateway.journal.store.unavailable import AuditBroken, JournalBroken, JournalClosed, JournalUnavailable
from gateway.journal.writer.batch import Overtaken
from gateway.journal.writer.clock import SteadyClock
from gateway.journal.writer.commits import Commits, Recent
from gateway.journal.writer.draft import Change, Work
from gateway.journal.writer.notifications import Heard
from gateway.journal.writer.transactions import Batch, CommitUnknown, Transactions, passing, undo
from gateway.model.case import Case
from gateway.model.delivery import Delivery

T = TypeVar("T")

#: Seconds that a database which is away is waited for before the callers are told.
PATIENCE = 10.0
#: Seconds between two tries to reach it: at first, and at most.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 0.5
#: Seconds after which an idle journal that could not be written tries an empty commit.
_LOOK_AGAIN = 1.0
#: A busy writer (its last commit held so many changes) lets the next ones gather until there are enough, or for so many seconds. A commit
#: costs the same whatever it holds, so many small ones take time from the work itself. One change alone never waits.
_BUSY, _ENOUGH, _GATHER = 10, 80, 0.01
#: Times that a change is tried when another node gets in its way.
_TRIES = 3


@dataclass(slots=True)
class _Waiting:
    change: Change[Any]
    answer: asyncio.Future[Any]
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """The news of one commit: the work it leased, the deliveries it changed, the cases it touched."""

    work: Sequence[Work]
    deliveries: Sequence[Delivery]
    cases: Mapping[str, Case]


#: A measure of commits, called on the writer's thread.
Observer = Callable[[float], object]


class Journal:
    """The journal's one writer on this node. ``chain`` names the audit chain it goes on with. ``node`` is this process incarnation.

    ``chain_signer`` signs each commit. ``remember`` is how many recently changed cases are kept as committed, so that they need not be
    read again.
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
        clock: Callable[[], int] | None = None,
        observe_seconds: Observer = lambda _: None,
        observe_changes: Observer = lambda _: None,
        chain_signer: ChainSigner | None = None,
    ) -> None:
        self.node = node
        self.problem: str | None = None  # why the last commit failed, until one succeeds
        self.clock = clock or SteadyClock()
        self._recent = Recent(remember)
        self._transactions = Transactions(
            engine=engine,
            recent=self._recent,
            clock=self.clock,
            node=node,
            lease_microseconds=int(lease_seconds * 1_000_000),
            chain_signer=chain_signer,
        )
        self._batch_size = batch_size
        self._observe_seconds = observe_seconds
        self._observe_changes = observe_changes
        self._chain = Chain(node=node, head=ChainHead(chain=chain))
        self.commits = Commits(self._recent.view)
        self._waiting: list[_Waiting] = []
        self._wake = threading.Condition()
        self._closing = False
        self._broken: JournalBroken | None = None
        self._held: AuditBroken | None = None
        self._unsure = False  # SQLite said that a commit failed: the chain is read anew, in case it did not fail
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._listeners: list[Callable[[Committed], None]] = []
        self._when_broken: Callable[[JournalBroken], None] = lambda _: None

    @property
    def alone(self) -> bool:
        """Tell whether this writer is the only one there can be (SQLite)."""
        return self._transactions.alone

    @property
    def head(self) -> ChainHead:
        """The last committed entry of this node's chain (a copy)."""
        return replace(self._chain.head)

    def now(self) -> int:
        """Give the journal's time (microseconds since the epoch): the database's where several nodes share it."""
        return self.clock() + self._transactions.ahead

    def heard(self, heard: Heard) -> None:
        """Forget the cases that another node has committed, and wake their watchers. It is called from any thread."""
        if heard.cases is None:
            self._recent.forget()
        else:
            self._recent.drop(heard.cases)
        self._call(lambda: self.commits.touched(heard.cases))

    def forget(self) -> None:
        """Forget all cases, since something was written past this writer."""
        self._recent.forget()

    def follow_clock(self, microseconds: int) -> None:
        """Go by the host's clock again, which was set by so much. The database's was not."""
        if isinstance(self.clock, SteadyClock):
            self.clock.follow(microseconds)
        if not self.alone:
            self._transactions.ahead -= microseconds

    def listen(self, listener: Callable[[Committed], None]) -> None:
        """Have ``listener`` called on the event loop after each commit."""
        self._listeners.append(listener)

    def when_broken(self, tell: Callable[[JournalBroken], None]) -> None:
        """Have ``tell`` called on the event loop when this process may not write any more and has to end."""
        self._when_broken = tell

    def hold(self, why: str | None) -> None:
        """Write nothing any more, since the audit is not what was signed: ``why`` says where. None: it is accepted, all may be written."""
        self.problem = None if why is None else "audit_broken"
        self._held = None if why is None else AuditBroken(why)

    async def open(self) -> None:
        """Take the chain over and start the writer's thread, unless that was done."""
        if self._thread is not None:
            return
        self._loop = asyncio.get_running_loop()
        self._chain = await asyncio.to_thread(self._transactions.take_chain, self._chain.head.chain)
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

    async def write(self, change: Change[T], *, though_held: bool = False) -> T:
        """Commit a change and give what it decided, after the fsync. ``though_held`` is for the change that ends a hold.

        Raises what ``decide`` raised, or JournalUnavailable. Then nothing of the change is written, or what was written is found again by
        its key.
        """
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        with self._wake:
            if (error := self._broken or (None if though_held else self._held)) is not None:
                raise error
            if self._closing:
                raise JournalClosed("the journal is closed: the gateway is stopping")
            self._waiting.append(_Waiting(change, answer))
            if len(self._waiting) in (1, _ENOUGH):
                self._wake.notify()
        return await answer

    # -- the writer's thread
    def _run(self) -> None:
        last = 0
        while True:
            with self._wake:
                while not self._waiting and not self._closing:
                    looks = self.problem is not None and self._held is None
                    if not self._wake.wait(_LOOK_AGAIN if looks else None) and self.problem and not (self._broken or self._held):
                        break  # nobody asks anything of a node that is not ready: it finds out by itself when it is
                if last >= _BUSY and len(self._waiting) < _ENOUGH and not self._closing:
                    self._wake.wait(_GATHER)
                batch, self._waiting = self._waiting[: self._batch_size], self._waiting[self._batch_size :]
                if not batch and self._closing:
                    return
            last = len(batch)
            self._commit(batch)

    def _commit(self, batch: list[_Waiting]) -> None:
        """Commit a batch. When the database refuses a row of it, commit each change alone."""
        started = time.perf_counter()
        try:
            done = self._persist(batch)
        except ChainLost as error:
            self._break(batch, str(error))
        except OperationalError as error:
            self._forget()
            self.problem = type(error.orig).__name__
            if _disk_lies(error):
                self._break(batch, f"the disk did not keep what was written ({error.orig})")
            else:
                self._fail(batch, JournalUnavailable(f"the journal cannot be written: {error.orig}"))
        except Exception as error:  # noqa: BLE001  # the writer outlives any batch; whose change it was is told
            self._forget()
            self._split(batch, error)
        else:
            if done is not None:
                self._observe_seconds(time.perf_counter() - started)
                self._observe_changes(len(batch))
                self._tell(batch, done)

    def _persist(self, batch: list[_Waiting]) -> Batch | None:
        """Commit a batch, waiting for a database that is away. Gives None when everybody was told meanwhile that it stays away."""
        until, pause = time.monotonic() + PATIENCE, _FIRST_PAUSE
        unknown: Batch | None = None
        told = False
        while not (told and unknown is None):
            try:
                done = self._try(batch, unknown, told=told)
            except CommitUnknown as error:
                unknown = error.batch
            except DBAPIError as error:
                if not passing(error):
                    raise
                self.problem = type(error.orig).__name__
            else:
                if done is not None:
                    self._chain, self.problem = done.chain, None
                    self._recent.keep(done.drafts)
                return done
            if time.monotonic() > until or self._closing:
                told = True
                self._fail([*batch, *self._take_waiting()], JournalUnavailable("the database is away: nothing is known of what was asked"))
                if self._closing:
                    return None
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        return None

    def _try(self, batch: list[_Waiting], unknown: Batch | None, *, told: bool) -> Batch | None:
        """Commit it, or find that it was committed. Gives None when it was not, and nobody waits for it any more."""
        if unknown is not None:
            if self._transactions.happened(unknown):
                return unknown
            undo(unknown.drafts)
            if told:
                return None
        if self._unsure:
            self._chain, self._unsure = self._transactions.take_chain(self._chain.head.chain), False
        return self._transactions.commit([waiting.change for waiting in batch], self._chain)

    def _forget(self) -> None:
        self._recent.forget()
        self._unsure = self.alone

    def _take_waiting(self) -> list[_Waiting]:
        with self._wake:
            waiting, self._waiting = self._waiting, []
        return waiting

    def _split(self, batch: list[_Waiting], error: Exception) -> None:
        if len(batch) != 1:
            for waiting in batch:
                self._commit([waiting])
            return
        [waiting] = batch
        waiting.tries += 1
        if isinstance(error, IntegrityError | Overtaken) and waiting.tries < _TRIES:
            self._commit(batch)  # another node wrote the row first: a new decision sees it
        else:
            self._fail(batch, error)

    def _break(self, batch: list[_Waiting], why: str) -> None:
        """Write nothing more, since what this process believes is not what is stored."""
        broken = JournalBroken(why)
        with self._wake:
            self._broken = broken
        self.problem = "JournalBroken"
        self._recent.forget()
        self._fail([*batch, *self._take_waiting()], broken)
        self._call(lambda: self._when_broken(broken))

    def _fail(self, batch: list[_Waiting], error: Exception) -> None:
        def tell() -> None:
            for waiting in batch:
                _answer(waiting, None, error)

        self._call(tell)

    def _tell(self, batch: list[_Waiting], done: Batch) -> None:
        drafts = done.drafts
        work = [work for draft in drafts for work in draft.work]
        cases = {case_id: case for draft in drafts for case_id, case in draft.cases.items()}
        changed = {delivery_id for draft in drafts for delivery_id in draft.changed}
        new = {case_id for draft in drafts for case_id in draft.new}
        deliveries = [d for case_id, case in cases.items() for d in case.deliveries.values() if case_id in new or d.id in changed]
        committed = Committed(work=work, deliveries=deliveries, cases=cases)

        def tell() -> None:
            for waiting, (value, error) in zip(batch, done.answers, strict=True):
                _answer(waiting, value, error)
            for listener in self._listeners:
                listener(committed)
            self.commits.tell(cases)

        self._call(tell)
        if along := [do for draft in drafts for do in draft.along]:
            self._wait_for(along)

    def _wait_for(self, along: Sequence[Callable[[], None]]) -> None:
        """Run these on the event loop, and commit nothing before they have ended."""
        done = threading.Event()

        def do_all() -> None:
            try:
                for do in along:
                    do()
            finally:
                done.set()

        self._call(do_all)
        done.wait(PATIENCE)  # an event loop that is ending runs nothing any more

    def _call(self, do: Callable[[], Any]) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(do)


def _disk_lies(error: OperationalError) -> bool:
    """Tell whether SQLite could not sync, or reads what it did not write, so that nobody knows what reaches the disk."""
    name: str = getattr(error.orig, "sqlite_errorname", "")
    return name.startswith(("SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC", "SQLITE_CORRUPT"))


def _answer(waiting: _Waiting, value: object, error: BaseException | None) -> None:
    if waiting.answer.done():  # the caller was cancelled, or was told that the database is away
        return
    if error is not None:
        waiting.answer.set_exception(error)
    else:
        waiting.answer.set_result(value)

"""One transaction of the writer: changes decided on what is loaded for them, written, committed, and given back where it fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from gateway.journal.audit import chains
from gateway.journal.audit.chains import Chain
from gateway.journal.audit.trust import ChainSigner
from gateway.journal.writer.batch import load, merge, write
from gateway.journal.writer.clock import SteadyClock
from gateway.journal.writer.commits import Recent
from gateway.journal.writer.draft import Change, Draft
from gateway.journal.writer.ends import Ends
from gateway.journal.writer.notifications import notify
from gateway.model.errors import GatewayError

#: SQLSTATEs after which the same transaction may work: deadlock, serialization failure, lock not available, a server that is going down,
#: coming up or has become a standby (classes 08 and 57, 25006 a read-only transaction, 53300 too many connections), and one that ended the
#: transaction of a process which was paused in it (25P03).
_AGAIN = ("40P01", "40001", "55P03", "25006", "25P03", "53300", "08", "57")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch as it was decided: each change's answer or error, in their order. ``chain`` is where the writer stands after it."""

    answers: Sequence[tuple[Any, BaseException | None]]
    drafts: Sequence[Draft]
    chain: Chain


class CommitUnknown(GatewayError):
    """An error of a connection that ended while the batch was being committed. Whether it was is to be read again."""

    def __init__(self, batch: Batch) -> None:
        super().__init__("the end of a commit is unknown")
        self.batch = batch


@dataclass(slots=True, kw_only=True)
class Transactions:
    """A writer's transactions. When it is ``alone`` no other writer can be (SQLite), so nothing has to be locked or read again."""

    engine: Engine
    recent: Recent
    clock: SteadyClock | Callable[[], int]
    node: str
    lease_microseconds: int
    chain_signer: ChainSigner | None = None  # signs where the chain stands, in every commit
    ahead: int = 0  # microseconds that the database's clock is ahead of this host's
    _ends: Ends = field(default_factory=Ends)
    _warned: bool = False  # by the server: a commit stands on it alone, since somebody cancelled the wait for its standby

    @property
    def alone(self) -> bool:
        """Tell whether no other writer can be."""
        return self.engine.dialect.name == "sqlite"

    def take_chain(self, chain_id: str) -> Chain:
        """Take the chain over for this node. Raises what SQLAlchemy raises."""
        with self.engine.begin() as connection:
            return chains.take(connection, chain_id, self.node, self.now(connection), self.chain_signer)

    def now(self, connection: Connection) -> int:
        """Give the time in microseconds since the epoch: the database's own where several nodes share it."""
        if self.alone or not isinstance(self.clock, SteadyClock):
            return self.clock()
        now = chains.database_clock(connection)
        self.ahead = now - self.clock()
        return now

    def commit(self, changes: Sequence[Change[Any]], chain: Chain) -> Batch:
        """Commit the changes together.

        Raises CommitUnknown. Whatever else it raises, nothing of them is written, and what they took is given back.
        """
        drafts: list[Draft] = []
        batch: Batch | None = None
        self._warned = False
        try:
            with self.engine.begin() as connection:
                self._hear_warnings(connection)
                now = self.now(connection)
                answers = self._decide(connection, changes, now, drafts)
                head = replace(chain.head)
                write(connection, drafts, head, now)
                after = chain.after(head)
                chains.advance(connection, chain, after, now, self.chain_signer)
                if not self.alone:
                    notify(connection, self.node, drafts, now)
                batch = Batch(answers=answers, drafts=drafts, chain=after)  # what is left is to commit it
        except DBAPIError as error:
            if batch is not None and not self.alone and cut_off(error):
                raise CommitUnknown(batch) from error
            undo(drafts)
            raise
        except BaseException:
            undo(drafts)
            raise
        if self._warned:
            raise CommitUnknown(batch)
        return batch

    def happened(self, batch: Batch) -> bool:
        """Tell whether a batch whose end was unknown was committed, as durably as any. Raises ChainLost, or CommitUnknown if it is open."""
        self._warned = False
        with self.engine.begin() as connection:
            self._hear_warnings(connection)
            found = chains.standing(connection, batch.chain)
        if self._warned:
            raise CommitUnknown(batch)
        if found not in (batch.chain.batch, batch.chain.batch - 1):
            raise chains.ChainLost(f"chain {batch.chain.head.chain}: {found} commits stand where {batch.chain.batch} were made")
        return found == batch.chain.batch

    def _decide(
        self, connection: Connection, changes: Sequence[Change[Any]], now: int, drafts: list[Draft]
    ) -> list[tuple[Any, BaseException | None]]:
        loaded = load(connection, [change.needs for change in changes], self.recent, lock=not self.alone)
        answers: list[tuple[Any, BaseException | None]] = []
        for change in changes:
            draft = Draft(
                loaded=loaded,
                connection=connection,
                now=now,
                node=self.node,
                lease_microseconds=self.lease_microseconds,
                ends=self._ends,
            )
            try:
                answer = change.decide(draft)
            except SQLAlchemyError:
                undo([draft])
                raise
            except Exception as error:  # noqa: BLE001  # handed to who asked for the change; its neighbours go on
                undo([draft])
                answers.append((None, error))
            else:
                merge(loaded, draft)
                drafts.append(draft)
                answers.append((answer, None))
        return answers

    def _hear_warnings(self, connection: Connection) -> None:
        """Hear on PostgreSQL of a commit whose wait for the standby was cancelled, since it may be lost with this server."""
        if self.alone:
            return
        driver: Any = connection.connection.driver_connection
        if connection.info.get("heard_by") is not self:
            connection.info["heard_by"] = self

            def hear(diagnostic: Any) -> None:  # noqa: ANN401  # psycopg's own record
                # 01000 is a warning of no class of its own. Its text is in the server's language.
                if diagnostic.sqlstate == "01000" and diagnostic.severity_nonlocalized == "WARNING":
                    self._warned = True

            driver.add_notice_handler(hear)


def cut_off(error: DBAPIError) -> bool:
    """Tell whether the connection ended with this error, so that nothing is known of what was under way."""
    sqlstate = getattr(error.orig, "sqlstate", None)
    if sqlstate is None and "DataError" in _kinds(error):
        return False
    return error.connection_invalidated or sqlstate is None or sqlstate[:2] in ("08", "57")


def passing(error: DBAPIError) -> bool:
    """Tell whether the same transaction may work in a moment (PostgreSQL: a deadlock, a server going down, coming up or failing over)."""
    kinds = _kinds(error)
    if not kinds or "DataError" in kinds:
        return False
    sqlstate = getattr(error.orig, "sqlstate", None)
    return sqlstate is None or sqlstate.startswith(_AGAIN)


def _kinds(error: DBAPIError) -> set[str]:
    """Name the kinds of psycopg's errors that it is, NoServer by inheritance.

    A value that psycopg does not take (a NUL) is a DataError without an SQLSTATE, as only lost connections are otherwise.
    """
    return {kind.__name__ for kind in type(error.orig).__mro__ if kind.__module__.startswith("psycopg")}


def undo(drafts: Sequence[Draft]) -> None:
    """Give back what the changes took (permits), since they are not committed after all."""
    for draft in drafts:
        for give_back in draft.undo:
            give_back()

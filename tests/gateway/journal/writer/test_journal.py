"""Group commit: many changes take one fsync, one bad row fails alone, and a change that raises leaves nothing."""

from __future__ import annotations

import asyncio
import select
import sqlite3
import threading
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError, OperationalError

from gateway.journal.store import schema
from gateway.journal.writer.draft import Draft, Needs
from gateway.journal.writer.journal import Journal
from gateway.model.case import Committed
from gateway.model.delivery import Action, DeliveryState
from gateway.model.errors import JournalClosed, JournalUnavailable
from gateway.model.moves import held
from tests.gateway.journal.small import Does, adds, application, column, engine, notes, opened


@pytest.fixture
async def journal(writer: Engine) -> AsyncIterator[Journal]:
    made = opened(writer)
    await made.open()
    yield made
    await made.close()


def commits_of(writer: Engine) -> list[int]:
    counted: list[int] = []
    event.listen(writer, "commit", lambda _connection: counted.append(1))
    return counted


async def test_many_changes_are_one_commit(writer: Engine, journal: Journal) -> None:
    gate = threading.Event()
    first = asyncio.create_task(journal.write(Does(lambda _draft: gate.wait(5))))
    await asyncio.sleep(0)
    rest = [asyncio.create_task(journal.write(adds(application(f"{n}")))) for n in range(200)]
    await asyncio.sleep(0)
    counted = commits_of(writer)
    gate.set()
    await asyncio.gather(first, *rest)
    assert len(counted) <= 3
    assert len(column(writer, schema.application, "number")) == 200
    assert column(writer, schema.audit, "seq") == list(range(1, 201))


async def test_a_batch_is_no_larger_than_it_may_be(writer: Engine) -> None:
    seen: list[float] = []
    journal = opened(writer, batch_size=10, observe_changes=seen.append)
    await journal.open()
    await asyncio.gather(*(journal.write(notes(f"n{n}")) for n in range(35)))
    await journal.close()
    assert sum(seen) == 35
    assert max(seen) <= 10


async def test_one_bad_row_fails_alone_and_decide_runs_again(writer: Engine, journal: Journal) -> None:
    good = [adds(application(f"{n}")) for n in range(5)]
    bad = adds(application("3"))  # a number that is given already
    answers = await asyncio.gather(*(journal.write(change) for change in [*good, bad]), return_exceptions=True)
    assert [type(answer).__name__ for answer in answers] == ["str"] * 5 + ["IntegrityError"]
    assert column(writer, schema.application, "number") == ["0", "1", "2", "3", "4"]
    assert good[0].decided == 2
    assert column(writer, schema.audit, "seq") == [1, 2, 3, 4, 5]


async def test_an_error_of_the_database_does_not_repeat_what_was_to_be_written(journal: Journal) -> None:
    one = application("1", applicant_index="500152199001010018")
    await journal.write(adds(one))
    with pytest.raises(IntegrityError) as error:
        await journal.write(adds(application("1", applicant_index="500152199001010018")))
    assert "500152199001010018" not in str(error.value)


async def test_a_change_that_raises_leaves_nothing_and_gives_back_what_it_took(writer: Engine, journal: Journal) -> None:
    taken: list[str] = []

    def raises(draft: Draft) -> None:
        one = application("bad")
        draft.undo.append(lambda: taken.append("given back"))
        draft.add_case(one, [])
        draft.put_payload(one.id, "form", 1, b"{}")
        draft.settle(one.id, "application_accepted", "test", {})
        raise ValueError("no")

    answers = await asyncio.gather(
        journal.write(adds(application("before"))),
        journal.write(Does(raises)),
        journal.write(adds(application("after"))),
        return_exceptions=True,
    )
    assert isinstance(answers[1], ValueError)
    assert column(writer, schema.application, "number") == ["after", "before"]
    assert column(writer, schema.payload, "part") == []
    assert taken == ["given back"]


async def test_what_a_batch_took_is_given_back_when_it_is_split(journal: Journal) -> None:
    permits = 0

    def takes(number: str) -> Does:
        inner = adds(application(number))

        def doing(draft: Draft) -> Any:
            nonlocal permits
            permits += 1

            def give() -> None:
                nonlocal permits
                permits -= 1

            draft.undo.append(give)
            return inner.doing(draft)

        return Does(doing)

    changes = [takes("1"), takes("2"), takes("1")]
    answers = await asyncio.gather(*(journal.write(change) for change in changes), return_exceptions=True)
    assert sum(isinstance(answer, Exception) for answer in answers) == 1
    assert permits == 2


async def test_a_database_that_cannot_be_written_fails_all_and_then_goes_on(writer: Engine, journal: Journal) -> None:
    broken = True

    def refuse(connection: Any) -> None:
        if broken:
            full = sqlite3.OperationalError("database or disk is full") if journal.alone else psycopg.errors.DiskFull("no space left")
            raise OperationalError("COMMIT", {}, full)

    event.listen(writer, "commit", refuse)
    undone: list[int] = []
    answers = await asyncio.gather(
        journal.write(Does(lambda draft: draft.undo.append(lambda: undone.append(1)))), journal.write(notes("a")), return_exceptions=True
    )
    assert all(isinstance(answer, JournalUnavailable) for answer in answers)
    assert undone == [1]
    assert journal.problem == ("OperationalError" if journal.alone else "DiskFull")
    broken = False
    await journal.write(notes("b"))
    assert journal.problem is None
    assert column(writer, schema.audit, "event") == ["b"]


async def test_a_transaction_that_the_server_ended_since_it_stood_still_is_made_again(postgres_url: str) -> None:
    writer = engine(postgres_url)
    journal = opened(writer)
    await journal.open()
    tries: list[int] = []

    def stand_still(draft: Draft) -> None:
        tries.append(1)
        if len(tries) == 1:  # as a process that is paused amid its transaction, for longer than the server waits
            driver: Any = draft.connection.connection.driver_connection
            driver.execute("SET LOCAL idle_in_transaction_session_timeout = '20ms'")
            select.select([driver.pgconn.socket], [], [], 10)  # until it has hung up
        draft.connection.exec_driver_sql("SELECT 1")

    await journal.write(Does(stand_still))
    await journal.write(notes("b"))
    assert len(tries) == 2
    assert column(writer, schema.audit, "event") == ["b"]
    await journal.close()
    writer.dispose()


async def test_a_commit_that_was_made_although_it_was_said_to_have_failed_does_not_stop_the_chain(writer: Engine, journal: Journal) -> None:
    one = application("1")
    await journal.write(adds(one))
    lied = False

    def lie(connection: Any) -> None:
        nonlocal lied
        if not lied:
            lied = True
            connection.connection.driver_connection.execute("COMMIT")
            raise OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))

    event.listen(writer, "commit", lie)

    def hold(draft: Draft) -> None:
        draft.put(draft.case(one.id).deliveries["do"], held())
        draft.settle(one.id, "held", "test", {})

    if journal.alone:
        with pytest.raises(JournalUnavailable):
            await journal.write(Does(hold, Needs(cases=(one.id,))))
    else:  # a connection that ends while it commits: its end is read again before anybody is told
        await journal.write(Does(hold, Needs(cases=(one.id,))))
    await journal.write(notes("after"))
    assert column(writer, schema.audit, "seq") == [1, 2, 3]
    state = await journal.write(Does(lambda draft: draft.case(one.id).deliveries["do"].state, Needs(cases=(one.id,))))
    assert state is DeliveryState.HELD


async def test_the_chain_goes_on_after_a_restart_and_a_closed_journal_says_so(writer: Engine) -> None:
    for turn in range(2):
        journal = opened(writer)
        await journal.open()
        await journal.write(notes(f"turn {turn}"))
        head = journal.head
        await journal.close()
        with pytest.raises(JournalClosed):
            await journal.write(notes("late"))
    assert head.seq == 2
    assert column(writer, schema.audit, "hash").count(head.hash) == 1


async def test_listeners_are_told_what_was_committed_and_who_gave_up_changes_nothing(writer: Engine, journal: Journal) -> None:
    told: list[Committed] = []
    journal.listen(told.append)
    one = application("1")
    task = asyncio.create_task(journal.write(adds(one, state=DeliveryState.READY, due_at=5)))
    await asyncio.sleep(0)
    task.cancel()
    leased = await journal.write(Does(lambda draft: draft.lease(draft.case(one.id).deliveries["do"]), Needs(cases=(one.id,), payload=True)))
    assert leased.state is DeliveryState.SENDING
    works = [work for committed in told for work in committed.work]
    assert [(work.delivery.epoch, work.delivery.action) for work in works] == [(1, Action.SUBMIT)]
    assert column(writer, schema.delivery, "attempts") == [1]
    assert one.id in {case for committed in told for case in committed.cases}

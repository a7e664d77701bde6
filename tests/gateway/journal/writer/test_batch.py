"""A batch reads what it needs by the table, not by the change, and later changes go on from earlier ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from gateway.journal.store import schema
from gateway.journal.store.database import open_writer
from gateway.journal.writer.draft import Draft, Needs, NoSuchCase
from gateway.journal.writer.journal import Journal
from gateway.model.delivery import DeliveryState
from gateway.model.identifiers import new_id
from tests.gateway.journal.small import Does, adds, application, column, engine, opened


@pytest.fixture
async def writer(store_url: str) -> AsyncIterator[Engine]:
    made = engine(store_url)
    yield made
    made.dispose()


@pytest.fixture
async def journal(writer: Engine) -> AsyncIterator[Journal]:
    made = opened(writer, remember=0)
    await made.open()
    yield made
    await made.close()


def holds(case: str, **more: Any) -> Does:
    def doing(draft: Draft) -> int:
        held = draft.put(draft.case(case).deliveries["do"], **{"problem": "p", **more})
        draft.put_payload(case, f"note:{held.version}", 1, b"x")
        draft.settle(case, "held", "test", {})
        return len(draft.payload(case))

    return Does(doing, Needs(cases=(case,), payload=True))


async def test_the_number_of_statements_does_not_grow_with_the_batch(writer: Engine, journal: Journal) -> None:
    cases = await asyncio.gather(*(journal.write(adds(application(f"{n}"))) for n in range(40)))
    statements: list[str] = []
    event.listen(writer, "before_cursor_execute", lambda _c, _cursor, statement, *_rest: statements.append(statement))
    await journal.write(holds(cases[0]))
    alone = len(statements)
    statements.clear()
    await asyncio.gather(*(journal.write(holds(case)) for case in cases))
    assert len(statements) <= 2 * alone


async def test_a_later_change_of_the_batch_goes_on_from_the_earlier(writer: Engine, journal: Journal) -> None:
    case = await journal.write(adds(application("1")))
    counts = await asyncio.gather(journal.write(holds(case)), journal.write(holds(case)), journal.write(holds(case)))
    assert list(counts) == [1, 2, 3]
    assert column(writer, schema.delivery, "version") == [3]
    assert column(writer, schema.application, "version") == [4]


async def test_a_case_added_and_changed_in_one_batch_is_written_as_it_became(writer: Engine, journal: Journal) -> None:
    one = application("1")
    await asyncio.gather(journal.write(adds(one)), journal.write(holds(one.id, state=DeliveryState.HELD)))
    assert column(writer, schema.delivery, "state") == ["held"]
    assert column(writer, schema.application, "needs_attention") == [True]


async def test_more_cases_than_one_list_takes_are_read(journal: Journal) -> None:
    cases = await asyncio.gather(*(journal.write(adds(application(f"{n}"))) for n in range(600)))
    found = await journal.write(Does(lambda draft: len(draft.loaded.cases), Needs(cases=tuple(cases))))
    assert found == 600


async def test_a_case_that_is_not_there_fails_its_change_alone(journal: Journal) -> None:
    answers = await asyncio.gather(journal.write(holds(new_id())), journal.write(adds(application("1"))), return_exceptions=True)
    assert isinstance(answers[0], NoSuchCase)
    assert isinstance(answers[1], str)


async def test_callbacks_that_wait_are_found_by_key_and_by_reference(writer: Engine, journal: Journal) -> None:
    one = application("1")
    await journal.write(adds(one, reference="REF-1"))
    key = await journal.write(Does(lambda draft: draft.case(one.id).deliveries["do"].key, Needs(cases=(one.id,))))

    def keep(message: str, **named: Any) -> Does:
        row = {"department": "office", "message_id": message, "received_at": 1, "key": None, "reference": None, "outcome": "approved"}
        return Does(lambda draft: draft.insert(schema.inbox, {**row, "delivery_id": None, "standing": "waiting", **named}))

    await journal.write(keep("by-key", key=key))
    await journal.write(keep("by-reference", reference="REF-1"))
    await journal.write(keep("by-new-reference", reference="REF-2"))
    await journal.write(keep("settled", key=key, standing="applied"))
    await journal.write(keep("others", reference="REF-1", department="annex"))

    def waiting(**more: Any) -> Does:
        return Does(
            lambda draft: [row["message_id"] for row in draft.waiting_callbacks(one.id)], Needs(cases=(one.id,), inbox=True, **more)
        )

    assert await journal.write(waiting()) == ["by-key", "by-reference"]
    assert await journal.write(waiting(reference=("office", "REF-2"))) == ["by-key", "by-new-reference", "by-reference"]


@pytest.fixture
async def two(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Journal, Journal]]:
    """Two nodes on one PostgreSQL that do not hear each other."""
    url: str = request.getfixturevalue("postgres_url")
    engines = [engine(url), open_writer(url)]
    journals = [Journal(one, node=new_id(), chain=new_id()) for one in engines]
    for journal in journals:
        await journal.open()
    yield journals[0], journals[1]
    for journal, one in zip(journals, engines, strict=True):
        await journal.close()
        one.dispose()


async def test_what_is_remembered_is_decided_on_only_as_it_stands(two: tuple[Journal, Journal]) -> None:
    ours, theirs = two
    case = await ours.write(adds(application("1")))
    change = holds(case)
    statements: list[str] = []
    event.listen(ours._transactions.engine, "before_cursor_execute", lambda _c, _cursor, sql, *_rest: statements.append(sql))
    assert await ours.write(change) == 1
    assert not [sql for sql in statements if "FROM delivery" in sql], "it was remembered"
    assert await theirs.write(holds(case)) == 2
    assert await ours.write(change) == 3, "what the other wrote was read"
    assert [sql for sql in statements if "FROM delivery" in sql]


async def test_a_delivery_that_another_node_changed_without_a_version_of_its_case_is_decided_anew(two: tuple[Journal, Journal]) -> None:
    ours, theirs = two
    case = await ours.write(adds(application("1")))

    def asked(draft: Draft) -> int:
        return draft.put(draft.case(case).deliveries["do"], checks=draft.case(case).deliveries["do"].checks + 1).checks

    asks = Does(asked, Needs(cases=(case,)))
    assert await ours.write(asks) == 1
    assert await theirs.write(asks) == 2
    assert await ours.write(asks) == 3
    assert asks.decided == 4, "once more than it was asked"

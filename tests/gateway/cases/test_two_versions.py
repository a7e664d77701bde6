"""Two versions side by side, the older of which stores an Idempotency-Key as it came: nothing is filed twice, in either order.

The version before is its own statements, made here on a connection of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, select, text
from sqlalchemy.exc import IntegrityError

from gateway.journal.keys.filing_keys import DigestKeys, FilingKeys
from gateway.journal.queues.jobs import Begun, find_begun
from gateway.journal.store import schema
from gateway.journal.store.database import open_writer
from gateway.journal.store.schema import JOURNAL_ID
from gateway.journal.writer.draft import Draft, Needs
from gateway.model.identifiers import new_id
from gateway.texts.refusals import Refused
from tests.gateway.conftest import Make
from tests.gateway.worlds.world import FRONT, HMAC_KEY, World

#: A key that is somebody's number, and that in the end may stand nowhere.
KEY = "500152199001010018"


@pytest.fixture
def store() -> str:
    """Use PostgreSQL, where alone two nodes can write."""
    return "postgresql"


@pytest.fixture
async def world(make_world: Make) -> World:
    """Give a node of this version in a journal that one of the version before has begun."""
    return await make_world(digested=False, by_hand=("idempotency", "job"))  # the baseline comes after the step


@dataclass
class Before:
    """A node of the version before, which looks for the key and stores it as it came."""

    engine: Engine

    @contextmanager
    def filing(self, key: str, body_hmac: str = "0" * 64) -> Iterator[tuple[str, bool]]:
        """File under a key in one transaction, open until the block ends. Gives the application, and whether it is new."""
        table = schema.idempotency
        with self.engine.connect() as connection, connection.begin():
            known = connection.execute(select(table).where(table.c.caller == FRONT.id, table.c.key == key)).mappings().first()
            if known is not None:
                yield known["application_id"], False
                return
            row = {"caller": FRONT.id, "key": key, "body_hmac": body_hmac, "application_id": new_id(), "revision": 1, "created_at": 1}
            connection.execute(insert(table), row)
            yield str(row["application_id"]), True

    def file(self, key: str, body_hmac: str = "0" * 64) -> tuple[str, bool]:
        """Do the same, and commit."""
        with self.filing(key, body_hmac) as filed:
            return filed


@pytest.fixture
def before(world_url: str) -> Iterator[Before]:
    engine = open_writer(world_url)
    yield Before(engine)
    engine.dispose()


def _kept(world: World) -> list[str]:
    return [row[0] for row in world.rows(select(schema.idempotency.c.key))]


async def _step(world: World) -> int:
    return await world.keys.complete(world.journal.write)


async def test_what_this_version_filed_the_one_before_finds(world: World, before: Before) -> None:
    filed = await world.file("office-safe", key=KEY)

    assert before.file(KEY) == (filed, False)
    assert len(_kept(world)) == 1
    await _step(world)


@pytest.mark.parametrize("when", ["before the keys are digests", "after"])
async def test_what_the_version_before_filed_this_one_finds(world: World, before: Before, when: str) -> None:
    filed, _ = before.file(KEY)
    if when == "after":
        assert await _step(world) == 1

    with pytest.raises(Refused) as refused:  # it is known, with another body
        await world.post("office-safe", key=KEY)
    assert refused.value.kind == "idempotency-mismatch"
    assert [row[0] for row in world.rows(select(schema.idempotency.c.application_id))] == [filed]
    await _step(world)


async def test_a_repeat_is_the_same_case_before_and_after(world: World) -> None:
    first = await world.post("office-safe", key=KEY)
    again = await world.post("office-safe", key=KEY)
    await _step(world)
    later = await world.post("office-safe", key=KEY)
    fresh = FilingKeys.of(HMAC_KEY)  # a node that starts now
    await fresh.begin(world.journal.write, world.reader)

    assert (first.created, again.created, later.created) == (True, False, False)
    assert first.application_id == again.application_id == later.application_id
    assert fresh.digested
    assert KEY not in repr(_kept(world))
    assert world.details("keys_digested") == {"filings": 1, "jobs": 0}


async def test_a_node_of_the_version_before_that_goes_on_can_file_nothing_more(world: World, before: Before) -> None:
    await world.file("office-safe", key=KEY)
    await _step(world)

    for key in (KEY, "another"):
        with pytest.raises(IntegrityError):
            before.file(key)
    assert len(_kept(world)) == 1


async def test_a_filing_of_the_version_before_that_is_under_way_is_waited_for(world: World, before: Before) -> None:
    with before.filing(KEY) as (filed, created):
        stepping = asyncio.ensure_future(_step(world))
        await _until_it_waits(world)
        assert created
        assert not stepping.done()

    assert await stepping == 1
    assert [row[0] for row in world.rows(select(schema.idempotency.c.application_id))] == [filed]
    assert KEY not in repr(_kept(world))


async def test_a_node_of_this_version_that_has_not_heard_keeps_digests_all_the_same(world: World) -> None:
    filed = await world.file("office-safe", key=KEY)
    other = FilingKeys.of(HMAC_KEY)
    await world.journal.write(DigestKeys(keys=other))  # as another node does
    assert not world.keys.digested

    assert (await world.post("office-safe", key=KEY)).application_id == filed
    await world.file("office-safe", key="13800000001")
    assert world.keys.digested
    assert all(key.startswith("§") for key in _kept(world))


async def test_jobs_and_revisions_keep_their_keys_likewise(world: World) -> None:
    row: dict[str, Any] = {
        "id": new_id(), "caller": FRONT.id, "key": KEY, "body_hmac": "0" * 64, "filter": "{}", "state": "ended", "selected": 0,
        "created_at": 1, "version": 1,
    }  # fmt: skip
    with world.writer.begin() as connection:
        connection.execute(insert(schema.job), row)

    def begun(connection: Connection) -> Begun | None:
        return find_begun(connection, world.keys.forms(FRONT.id, KEY))

    for step in (False, True):
        if step:
            assert await _step(world) == 1
        with world.reader.connect() as connection:
            found = begun(connection)
        assert found is not None
        assert found.id == row["id"]
    assert world.rows(select(schema.job.c.key)) == [(world.keys.digest(FRONT.id, KEY),)]


@dataclass(frozen=True, slots=True)
class _Fails:
    """Digests the keys, looks at that, and fails."""

    keys: FilingKeys

    @property
    def needs(self) -> Needs:
        return Needs()

    def decide(self, draft: Draft) -> None:
        DigestKeys(keys=self.keys).decide(draft)
        assert self.keys.kept(draft, FRONT.id, KEY).startswith("§")
        draft.insert(schema.meta, {"key": JOURNAL_ID, "value": "there is one"})  # the database refuses this when it is written


async def test_a_step_that_is_not_committed_has_not_been_taken(world: World, before: Before) -> None:
    filed = await world.file("office-safe", key=KEY)
    with pytest.raises(IntegrityError):
        await world.journal.write(_Fails(world.keys))

    assert not world.keys.digested
    assert _kept(world) == [KEY]
    assert before.file(KEY) == (filed, False)
    await _step(world)


async def _until_it_waits(world: World) -> None:
    """Wait until a statement waits for a lock."""
    waits = text("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'idempotency'::regclass")
    while not await asyncio.to_thread(world.rows, waits):
        pass

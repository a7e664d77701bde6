"""Sessions end when they should, on every node within a second, and a row put in by hand opens nothing."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from structlog.testing import capture_logs

from gateway.journal.keys.hmac_keys import HmacKeys
from gateway.journal.read.insights import Insights
from gateway.journal.store import schema
from gateway.journal.store.database import open_reader, open_writer
from gateway.journal.writer.journal import Journal
from gateway.model.identifiers import new_id
from gateway.people import sessions as sessions_module
from gateway.people.people import People, people_of
from gateway.people.sessions import IDLE, LONGEST, SECOND, csrf_of
from gateway.texts.refusals import Refused
from tests.gateway.people.conftest import DEPARTMENTS, PASSWORD, code, sign_in
from tests.gateway.worlds.world import HMAC_KEY, World

ADMIN = "user:admin"


@pytest.fixture
def _read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions_module, "_FRESH", 0.0)


async def supervisor(people: People) -> tuple[str, str]:
    told = await people.accounts.create("li", "Li", "supervisor", actor=ADMIN, password=PASSWORD)
    return told.account.id, await sign_in(people, "li")


async def is_signed_in(people: People, token: str) -> bool:
    return await people.sessions.recognise(token) is not None


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 5000, "…" * 43])
async def test_a_text_that_is_no_token_opens_nothing(people: People, token: str) -> None:
    await supervisor(people)
    assert not await is_signed_in(people, token)


async def test_the_token_itself_is_nowhere_in_the_journal(world: World, people: People) -> None:
    _, token = await supervisor(people)
    for table in schema.metadata.sorted_tables:
        assert token not in repr(world.rows(select(table)))
    assert csrf_of(token) != csrf_of(secrets.token_urlsafe(32))
    assert token not in csrf_of(token)


@pytest.mark.usefixtures("_read_each_time")
async def test_an_idle_one_ends_and_a_used_one_goes_on_to_its_end(world: World, people: People) -> None:
    _, token = await supervisor(people)
    idle = await sign_in(people, "li")
    used = 0
    while used + 29 * 60 * SECOND < LONGEST:
        world.later(29 * 60)
        used += 29 * 60 * SECOND
        assert await is_signed_in(people, token)
    assert not await is_signed_in(people, idle)
    world.later((LONGEST - used) / SECOND)
    assert not await is_signed_in(people, token)
    assert IDLE < LONGEST


async def test_a_use_is_kept_by_the_minute_and_without_an_entry(world: World, people: People) -> None:
    _, token = await supervisor(people)
    entries = world.events()
    [before] = world.rows(select(schema.session.c.seen_at))
    for _ in range(3):
        world.later(20)
        people.sessions.forget()
        assert await is_signed_in(people, token)
    [after] = world.rows(select(schema.session.c.seen_at))
    assert 0 < after.seen_at - before.seen_at <= 60 * SECOND
    assert world.events() == entries


async def test_who_signs_out_is_signed_out_and_nobody_else(world: World, people: People) -> None:
    account, token = await supervisor(people)
    other = await sign_in(people, "li")
    signed = await people.sessions.recognise(token)
    assert signed is not None
    await people.sessions.sign_out(signed)
    await people.sessions.sign_out(signed)
    assert [await is_signed_in(people, one) for one in (token, other)] == [False, True]
    assert world.details("signed_out") == {"account": account, "session": signed.session_id}


async def test_they_are_listed_and_ended_one_by_one(world: World, people: People) -> None:
    account, token = await supervisor(people)
    world.later(1)
    other = await sign_in(people, "li")
    listed = await people.sessions.of(account)
    assert [one.began_at for one in listed] == sorted((one.began_at for one in listed), reverse=True)
    await people.sessions.end(listed[1].id, actor=ADMIN)
    assert [await is_signed_in(people, one) for one in (token, other)] == [False, True]
    assert [one.id for one in await people.sessions.of(account)] == [listed[0].id]
    for gone in (listed[1].id, new_id()):
        with pytest.raises(Refused) as refused:
            await people.sessions.end(gone, actor=ADMIN)
        assert refused.value.status == 404
    with pytest.raises(Refused):
        await people.sessions.end(listed[0].id, actor=ADMIN, account_id="another's")
    assert await is_signed_in(people, other)


async def test_those_that_are_over_go_with_the_next_sign_in_and_the_audit_still_verifies(world: World, people: People) -> None:
    account, _ = await supervisor(people)
    [session] = await people.sessions.of(account)
    await people.sessions.end(session.id, actor=ADMIN)
    world.later(LONGEST / SECOND)
    await sign_in(people, "li")
    kept = [row.id for row in world.rows(select(schema.session.c.id))]
    assert len(kept) == 1
    assert session.id not in kept
    world.prove()


@pytest.mark.usefixtures("_read_each_time")
async def test_a_session_put_in_by_hand_opens_nothing(world: World, people: People) -> None:
    account, token = await supervisor(people)
    [good] = [dict(row._mapping) for row in world.rows(select(schema.session))]
    mine = secrets.token_urlsafe(32)
    forged = {**good, "id": new_id(), "token": hashlib.sha256(mine.encode()).hexdigest()}
    with world.writer.begin() as connection:
        connection.execute(insert(schema.session), forged)
    with capture_logs() as logs:
        assert not await is_signed_in(people, mine)
        assert not await is_signed_in(people, mine)
    assert [(log["account"], log["session"]) for log in logs if log["event"] == "account_forged"] == [(account, forged["id"])]
    assert await is_signed_in(people, token)
    assert len(await people.sessions.of(account)) == 1
    world.by_hand = ("session",)


@pytest.mark.usefixtures("_read_each_time")
@pytest.mark.parametrize(
    "change", [{"ends_at": 2**53}, {"began_at": 2**52}, {"account": "0190a000-0000-7000-8000-000000000009"}, {"mac": "0" * 64}], ids=repr
)
async def test_one_that_was_changed_by_hand_opens_nothing_more(world: World, people: People, change: dict[str, Any]) -> None:
    _, token = await supervisor(people)
    with world.writer.begin() as connection:
        connection.execute(update(schema.session).values(**change))
    assert not await is_signed_in(people, token)
    world.by_hand = ("session",)


@pytest.mark.usefixtures("_read_each_time")
async def test_one_from_before_a_change_of_rights_stays_ended_though_its_row_is_put_back(world: World, people: People) -> None:
    account, token = await supervisor(people)
    world.later(1)
    await people.accounts.change(account, "administrator", actor=ADMIN)
    with world.writer.begin() as connection:
        connection.execute(update(schema.session).values(ended_at=None))
    assert not await is_signed_in(people, token)
    world.by_hand = ("session",)


async def test_memory_is_bounded(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions_module, "_REMEMBERED", 2)
    _, token = await supervisor(people)
    for one in [token, *[await sign_in(people, "li") for _ in range(3)]]:
        assert await is_signed_in(people, one)
    assert len(people.sessions._known) == 2


class Clock:
    """Stands for the module ``time``: seconds pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


class TestOnTwoNodes:
    """The same journal on another node."""

    @pytest.fixture
    def store(self) -> str:
        return "postgresql"

    @pytest.fixture
    async def elsewhere(self, world: World) -> AsyncIterator[People]:
        writer, reader = open_writer(world.url), open_reader(world.url)
        journal = Journal(writer, node=new_id(), chain=new_id(), clock=world._clock)
        await journal.open()
        insights = Insights(reader)
        yield people_of(journal, insights, HmacKeys([HMAC_KEY]), DEPARTMENTS, world.metrics)
        insights.close()
        await journal.close()
        writer.dispose()
        reader.dispose()

    async def test_a_session_that_is_ended_ends_there_within_a_second(
        self, people: People, elsewhere: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sessions_module, "time", clock := Clock())
        account, token = await supervisor(people)
        assert await is_signed_in(elsewhere, token)
        await people.accounts.disable(account, actor=ADMIN)
        assert not await is_signed_in(people, token)
        assert await is_signed_in(elsewhere, token)
        clock.now += 1
        assert not await is_signed_in(elsewhere, token)

    async def test_a_code_is_taken_on_one_of_them(self, world: World, people: People, elsewhere: People) -> None:
        told = await people.accounts.create("op", "Op", "operator", actor=ADMIN, password=PASSWORD)
        now = code(world, told)
        tried = await asyncio.gather(*(sign_in(one, "op", PASSWORD, now) for one in (people, elsewhere) * 3), return_exceptions=True)
        assert sum(isinstance(one, str) for one in tried) == 1, tried
        assert sum(isinstance(one, Refused) for one in tried) == 5, tried

"""A case that was filed by mistake is voided as long as no department has acted, and no call leaves beside it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import delete, select

from gateway.cases import voiding
from gateway.cases.caller import LOCAL_CALLER, SUPERVISOR, Caller
from gateway.cases.voiding import Void
from gateway.journal.keys.said_by_nodes import REVISION
from gateway.journal.read.reasons import of_case
from gateway.journal.store import schema
from gateway.journal.store.database import open_writer
from gateway.journal.writer.ends import SINCE, Ends
from gateway.journal.writer.journal import Journal
from gateway.model.errors import InDoubt, Unavailable
from gateway.model.identifiers import new_id
from gateway.model.outcome import Accepted, Returned
from gateway.texts.refusals import Refused
from tests.gateway.conftest import Make
from tests.gateway.worlds.offices import MAN, approved, config
from tests.gateway.worlds.world import FRONT, OPERATOR, World
from tests.patience import within

BOSS = Caller(id="0190a000-0000-7000-8000-0000000000aa", name="赵敏", role=SUPERVISOR, user="user:zhao.min")
WHY = f"filed twice, see {MAN['name']}"


async def void(world: World, case: str, caller: Caller = BOSS, reason: str = WHY) -> None:
    await world.revisions.void(case, caller=caller, reason=reason)


def end(world: World, case: str) -> tuple[str, str | None]:
    application = world.case(case).application
    return application.state.value, application.end_reason and application.end_reason.value


async def test_what_no_department_has_acted_on_ends_at_once_and_nothing_is_sent(world: World) -> None:
    world.permits.allow("office", 0)
    case = await world.file("chain")
    await void(world, case)
    assert end(world, case) == ("withdrawn", "voided")
    assert world.states(case) == ["withdrawn"] * 3
    assert world.case(case).application.ended_at == world.now
    world.permits.allow("office", None)
    world.later(3600)
    await world.run()
    assert not world.offices["office"].calls
    with pytest.raises(Refused, match="conflict"):
        await world.revise(case, {})


async def test_a_second_time_changes_nothing(world: World) -> None:
    world.permits.allow("office", 0)
    case = await world.file("office-safe")
    await asyncio.gather(void(world, case), void(world, case, reason="again"))
    before = world.case(case)
    await void(world, case, LOCAL_CALLER)
    assert world.case(case) == before
    assert world.events(case).count("application_voided") == 1


async def test_the_audit_says_who_and_the_payload_why(world: World) -> None:
    world.permits.allow("office", 0)
    case = await world.file("office-safe")
    await void(world, case)
    assert world.details("application_voided")["application"] == "withdrawn"
    assert world.details("application_voided")["result"] == "voided"
    assert MAN["name"] not in repr(world.rows(select(schema.audit)))
    with world.reader.connect() as connection:
        [act] = of_case(connection, case)
    assert (act.act, act.actor, act.name, act.reason, act.delivery_id) == ("voided", "user:zhao.min", "zhao.min", WHY, None)


@pytest.mark.parametrize(
    "said", [Accepted(reference="REF-1"), Unavailable("refused"), InDoubt("timeout"), Returned(code="B1", reason="again"), None]
)
async def test_once_a_department_has_acted_it_is_taken_back_and_not_voided(world: World, said: Any) -> None:
    world.permits.allow("annex", 0)
    if said is not None:
        world.offices["office"].says("submit", said)
    case = await world.file("pair", {"note": "x", "own": "y"})
    if said is not None:
        await world.do(world.works.popleft())
    before = world.case(case)
    with pytest.raises(Refused) as refused:
        await void(world, case)
    assert refused.value.status == 409
    assert "office" in refused.value.said.en
    assert "annex" not in refused.value.said.en, "the one that has not acted is not named"
    assert "withdrawal" in refused.value.said.en
    assert world.case(case) == before
    world.works.clear()


async def test_what_was_resolved_or_sent_another_round_was_acted_on(world: World) -> None:
    world.offices["office"].says("submit", InDoubt("timeout"), InDoubt("timeout"))
    case = await world.file("office-never")
    await world.run()
    await world.repairs.resolve(world.one(case).id, caller=OPERATOR, happened=False, outcome=None, reason="not there")
    assert (world.one(case).state, world.one(case).doubt_since) == ("ready", None)
    with pytest.raises(Refused, match="conflict"):
        await void(world, case)


async def test_what_is_held_before_it_was_ever_sent_can_be_voided(world: World) -> None:
    case = await world.file("picky", {"own": "y"})
    await world.run()
    assert world.states(case) == ["approved", "held"]
    with pytest.raises(Refused, match="conflict"):
        await void(world, case)  # its first step was
    world.permits.allow("office", 0)
    other = await world.file("office-safe")
    await world.revisions.withdraw(other, caller=FRONT, reason=None)
    with pytest.raises(Refused, match="conflict"):
        await void(world, other)  # it has ended


@pytest.mark.parametrize("caller", [FRONT, OPERATOR, Caller(id="au", name="", role="auditor")])
async def test_only_a_supervisor_and_the_machine_void(world: World, caller: Caller) -> None:
    world.permits.allow("office", 0)
    case = await world.file("office-safe")
    with pytest.raises(Refused) as refused:
        await void(world, case, caller)
    assert refused.value.status == 404
    with pytest.raises(Refused) as refused:
        await void(world, case, reason=" ")
    assert [error.pointer for error in refused.value.errors] == ["/reason"]
    with pytest.raises(Refused) as refused:
        await void(world, new_id())
    assert refused.value.status == 404


async def test_each_end_says_why(world: World) -> None:
    decided = await world.file("office-safe")
    await world.run()
    world.permits.allow("office", 0)
    taken_back = await world.file("office-safe")
    await world.revisions.withdraw(taken_back, caller=FRONT, reason=None)
    under_way = await world.file("office-safe")
    found = [end(world, case) for case in (decided, taken_back, under_way)]
    assert found == [("approved", "decided"), ("withdrawn", "withdrawn"), ("in_progress", None)]


async def test_what_ended_under_an_older_version_keeps_no_reason(world: World) -> None:
    world.journal._transactions._ends = _Never()
    case = await world.file("office-safe")
    await world.run()
    assert end(world, case) == ("approved", None)
    world.journal._transactions._ends = Ends()
    await world.call_back(id="m1", kind="rejected", key=world.one(case).key)  # something is kept of it later
    assert world.events(case)[-1] == "callback_kept"
    assert end(world, case) == ("approved", None)


class _Never(Ends):
    """The time before there were reasons."""

    def begun(self, *_: Any) -> bool:
        return False


def called(world: World) -> set[str]:
    """Give the keys of the deliveries that were handed to the department."""
    return {call.key for _, call, _ in world.offices["office"].calls}


def beside(world: World, cases: list[str]) -> list[str]:
    """Give the cases that are voided, and of which a call left all the same."""
    return [case for case in cases if end(world, case)[1] == "voided" and world.one(case).key in called(world)]


@asynccontextmanager
async def another_node(world: World) -> AsyncIterator[Journal]:
    """Give a journal that voids: on PostgreSQL that of another node, which shares nothing with the one that dispatches."""
    if world.journal.alone:
        yield world.journal
        return
    engine = open_writer(world.url)
    journal = Journal(engine, node=new_id(), chain=new_id())
    await journal.open()
    yield journal
    await journal.close()
    engine.dispose()


class TestBesideADispatcher:
    """Cases are voided while a dispatcher claims them, on both stores, on PostgreSQL by another node."""

    @pytest.fixture(params=["sqlite", "postgresql"])
    def store(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    async def test_a_case_is_voided_or_sent_and_never_both(self, make_world: Make) -> None:
        """The dispatcher takes two at a time from one end, whoever voids begins at the other: they meet."""
        world = await make_world(ticking=True, configs={"office": config("office", limits={"concurrency": 2})})
        world.permits.close()
        cases = [await world.file("office-safe") for _ in range(30)]
        dispatcher, sent, voided = world.dispatcher(), asyncio.Event(), list[str]()
        one_is_voided = asyncio.Event()

        async def slow(call: Any, request: Any) -> Any:
            sent.set()
            await one_is_voided.wait()
            return approved()

        world.offices["office"].says("submit", *[slow] * len(cases))
        async with another_node(world) as node, within():
            await world.start(dispatcher)
            for case in reversed(cases):
                with contextlib.suppress(Refused):  # a department has acted
                    await node.write(Void(application_id=case, caller=BOSS, reason=WHY))
                    voided.append(case)
                one_is_voided.set()
                if len(voided) == len(cases) - 2:
                    await sent.wait()
            for case in cases:
                async with world.journal.commits.watching(case) as changed:
                    while end(world, case)[0] == "in_progress":
                        await changed.wait(0.2)
            await dispatcher.stop(5)
        assert beside(world, cases) == []
        assert {case for case in cases if end(world, case)[1] == "voided"} == {*voided}
        assert {world.one(case).key for case in cases if case not in voided} == called(world)
        assert voided
        assert called(world)

    async def test_one_that_does_not_look_would_let_a_call_leave_beside_it(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """The control: the same, without the look in the commit."""
        case = await world.file("office-safe")
        async with another_node(world) as node:
            with pytest.raises(Refused):
                await node.write(Void(application_id=case, caller=BOSS, reason=WHY))
            monkeypatch.setattr(voiding, "_may_be_voided", lambda _: None)
            await node.write(Void(application_id=case, caller=BOSS, reason=WHY))
        await world.run()
        assert beside(world, [case]) == [case]


class TestWithAnOlderNode:
    """A node of the revision before, which would leave the reason out of a case's image."""

    @pytest.fixture
    def store(self) -> str:
        return "postgresql"

    @pytest.fixture
    async def older(self, world: World) -> AsyncIterator[Journal]:
        """Let one live that has said an older revision, as if it had done so from the start."""
        with world.writer.begin() as connection:
            connection.execute(delete(schema.meta).where(schema.meta.c.key == SINCE))
            connection.execute(schema.meta.insert(), {"key": f"{REVISION}old", "value": "0016"})
        world.journal._transactions._ends.known = False
        engine = open_writer(world.url)
        journal = Journal(engine, node="old", chain=new_id())
        await journal.open()
        yield journal
        await journal.close()
        engine.dispose()

    async def test_nothing_is_voided_and_no_end_says_why_until_it_has_ended(self, world: World, older: Journal) -> None:
        world.permits.allow("office", 0)
        case = await world.file("office-safe")
        with pytest.raises(Refused) as refused:
            await void(world, case)
        assert (refused.value.status, "old" in refused.value.said.en) == (409, True)
        await world.revisions.withdraw(case, caller=FRONT, reason=None)
        assert end(world, case) == ("withdrawn", None)
        other = await world.file("office-safe")
        with world.writer.begin() as connection:
            connection.execute(schema.chain.update().where(schema.chain.c.node == "old").values(closed_at=1))
        await void(world, other)
        assert end(world, other) == ("withdrawn", "voided")
        assert end(world, case) == ("withdrawn", None)

"""The feed gives every event of every case once and in its case's order, however nodes' chains begin, end and are committed."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, false, select

from gateway.journal.feed import pages
from gateway.journal.feed.cursor import START, Cursor, Place
from gateway.journal.feed.pages import CursorLost
from gateway.journal.store import schema
from gateway.journal.writer.draft import Needs
from gateway.journal.writer.journal import Journal
from gateway.model.identifiers import new_id
from tests.gateway.journal.empty import empty
from tests.gateway.journal.feed.nodes import SILENCE, Follower, Nodes, prove
from tests.gateway.journal.small import Does


@pytest.fixture
def nodes(store_url: str) -> Iterator[Nodes]:
    with closing(Nodes(store_url)) as made:
        yield made


@pytest.fixture(autouse=True)
def few_chains_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "KEPT", 2)
    monkeypatch.setattr(pages, "LIVELY", SILENCE // 2)


def act(nodes: Nodes, followers: list[Follower], code: int, which: int, other: int) -> None:
    """Do one thing: of a node, of the time, of those who read."""
    nodes.clock += other % 3
    idle = [node for node in nodes.nodes if node.end is None]
    busy = [node for node in nodes.nodes if node.end is not None]
    follower = followers[which % len(followers)]
    match code:
        case 0:
            nodes.start()
        case 1 | 2 if idle:
            cases = [nodes.cases[(which + step) % len(nodes.cases)] for step in range(other % 3 + 1)]
            nodes.begin(idle[which % len(idle)], *cases, also=other % 2)
        case 3 | 4 if busy:
            nodes.commit(busy[other % len(busy)])
        case 5:
            for node in busy:  # no transaction is open for so long
                nodes.commit(node)
            nodes.clock += SILENCE
        case 6 | 7:
            follower.look(reach=other % 4 + 1)
        case 8:
            follower.look(takes=other % 2)
        case 9:
            followers.append(Follower(nodes, START))


def end(nodes: Nodes, followers: list[Follower]) -> None:
    for node in nodes.nodes:
        if node.end is not None:
            nodes.commit(node)
    for follower in followers:
        follower.drain(reach=7)
        prove(follower.told, nodes.rows())


def interleave(nodes: Nodes) -> int:
    """Let nodes write and others read, both as they please, prove what was read, and give the most chains that a cursor named."""
    moments = random.Random(14)
    for _ in range(6):
        nodes.file()
    followers = [Follower(nodes, START)]
    most = 0
    for _ in range(300):
        if len([node for node in nodes.nodes if node.end is not None]) > 4:
            act(nodes, followers, 3, 0, moments.randrange(100))
        # Chains begin now and then, so that most of them are silent after a while, and some of these are taken up again.
        code = moments.choices(range(10), weights=[2, 6, 6, 6, 6, 2, 6, 6, 4, 0.2])[0]
        act(nodes, followers, code, moments.randrange(100), moments.randrange(100))
        most = max(most, len(followers[0].cursor.places))
    end(nodes, followers)
    return most


def test_every_event_comes_once_whatever_the_interleaving(nodes: Nodes) -> None:
    most = interleave(nodes)
    assert len(nodes.nodes) > 10
    assert most < len(nodes.nodes)  # silent ones were left out


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("_numbered", lambda _: select(schema.audit).where(false())),  # events come as their chains have them
        ("LIVELY", -SILENCE),  # chains that have something open are left out
    ],
)
def test_with_less_care_it_would_not(name: str, instead: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(f"gateway.journal.feed.pages.{name}", instead)
    monkeypatch.setattr(pages, "KEPT", 0 if name == "LIVELY" else pages.KEPT)
    with closing(Nodes(empty(tmp_path / "journal.db"))) as nodes, pytest.raises(AssertionError, match=r"event \d+ after|lost or repeated"):
        interleave(nodes)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 20), st.integers(0, 20)), max_size=60))
@settings(max_examples=60)
def test_every_event_comes_once_property(acts: list[tuple[int, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(Nodes(empty(Path(folder) / "journal.db"))) as nodes:
        for _ in range(3):
            nodes.file()
        nodes.start()
        followers = [Follower(nodes, START)]
        for one in acts:
            act(nodes, followers, *one)
        end(nodes, followers)


def test_a_later_event_of_a_case_waits_for_an_earlier_one_that_another_node_wrote(nodes: Nodes) -> None:
    case = nodes.file()
    first, second = nodes.start(), nodes.start()
    nodes.write(first, case, also=3)
    nodes.clock -= 4  # as where a transaction takes its time before it has the case
    nodes.write(second, case)

    for reach in (1, 1000):
        follower = Follower(nodes, START)
        follower.drain(reach)
        prove(follower.told, [(case.id, 1), (case.id, 2)])
    assert follower.seen[0].event.at > follower.seen[1].event.at


def test_a_chain_that_began_before_the_cursor_and_was_committed_after_it_is_read_from_its_beginning(nodes: Nodes) -> None:
    case, other = nodes.file(), nodes.file()
    open_one, another = nodes.start("00000000-0000-7000-8000-000000000000"), nodes.start()  # its host's clock is far behind
    nodes.begin(open_one, case)
    nodes.write(another, other)
    follower, now = Follower(nodes, START), Follower(nodes, nodes.newest())
    follower.look()
    assert follower.told == [(other.id, 1)]

    nodes.commit(open_one)
    for one in (follower, now):
        one.drain()
    assert follower.told == [(other.id, 1), (case.id, 1)]
    assert now.told == [(case.id, 1)]


def test_silent_chains_are_named_no_more_and_go_on_where_they_were_when_they_are_taken_up_again(nodes: Nodes) -> None:
    cases = [nodes.file() for _ in range(8)]
    chains = [nodes.start() for _ in cases]
    for chain, case in zip(chains, cases, strict=True):
        nodes.write(chain, case, also=2)
        nodes.clock += SILENCE
    from_the_beginning, from_now = Follower(nodes, START), Follower(nodes, nodes.newest())
    from_the_beginning.drain(reach=2)

    for follower in (from_the_beginning, from_now):
        assert [place.chain for place in follower.cursor.places] == sorted(chain.head.chain for chain in chains[-pages.KEPT :])
    nodes.write(chains[0], cases[0])
    nodes.write(nodes.start(), cases[1])
    for follower in (from_the_beginning, from_now):
        follower.drain()
    prove(from_the_beginning.told, nodes.rows())
    prove([*((case.id, 1) for case in cases), *from_now.told], nodes.rows())


def test_a_page_looks_through_so_many_entries_and_no_more(nodes: Nodes) -> None:
    chain, case = nodes.start(), nodes.file()
    nodes.write(chain, also=30)
    nodes.write(chain, case)
    follower = Follower(nodes, START)

    looks = [follower.look(reach=10) for _ in range(4)]
    assert [(len(one.items), one.more) for one in looks] == [(0, True), (0, True), (0, True), (1, False)]


def test_a_caller_of_nothing_new_costs_one_statement(nodes: Nodes, statements: list[str]) -> None:
    follower = Follower(nodes, START)
    nodes.write(nodes.start(), nodes.file())
    follower.look()
    statements.clear()

    assert follower.look().items == ()
    assert [text.split()[0] for text in statements] == ["SELECT"]


@pytest.fixture
def statements(nodes: Nodes) -> Iterator[list[str]]:
    """Statements that readers have run."""
    made: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        if sql != "BEGIN":
            made.append(sql)

    event.listen(nodes.reader, "before_cursor_execute", note)
    yield made
    event.remove(nodes.reader, "before_cursor_execute", note)


def test_a_cursor_beyond_a_backup_that_was_restored_is_lost_and_says_where_to_begin_again(nodes: Nodes) -> None:
    case, chain = nodes.file(), nodes.start()
    nodes.write(chain, case)
    behind = Follower(nodes, START)
    behind.look()
    kept = (chain.head, nodes.events[case.id])
    nodes.write(chain, case)
    beyond = Follower(nodes, behind.cursor)
    beyond.look()
    nodes.cut(chain, *kept)

    with pytest.raises(CursorLost) as lost:
        beyond.look()
    assert lost.value.cursor == behind.cursor  # a chain that is not gone on with ends there
    nodes.enter(chain, "journal_restored")
    nodes.write(chain, case)
    nodes.write(chain, case)
    with pytest.raises(CursorLost) as lost:
        beyond.look()
    assert lost.value.cursor == behind.cursor
    behind.drain()
    prove(behind.told, nodes.rows())


def test_a_cursor_of_another_journal_begins_at_the_beginning(nodes: Nodes) -> None:
    elsewhere = Cursor(5, (Place(new_id(), 3, "0a" * 4),))
    with pytest.raises(CursorLost) as lost:
        nodes.page(elsewhere)
    assert lost.value.cursor == START


async def test_nodes_that_write_the_same_cases_at_once_lose_and_repeat_nothing(nodes: Nodes) -> None:
    """Real writers, each with its chain, its thread and its locks: they begin, end, and wait for each other's cases."""
    cases = [nodes.file() for _ in range(5)]
    writers = [nodes.engine] if nodes.alone else [nodes.server() for _ in range(4)]
    follower, done = Follower(nodes, START), asyncio.Event()

    async def write(number: int) -> None:
        for _ in range(2 if nodes.alone else 3):
            node = new_id()
            journal = Journal(writers[number], node=node, chain=nodes.chain_of(node))
            await journal.open()
            await asyncio.gather(*(journal.write(settles(cases[(number + step) % 5].id)) for step in range(12)))
            await journal.close()

    async def read() -> None:
        while not done.is_set():
            await asyncio.to_thread(follower.look, 3)
        await asyncio.to_thread(follower.drain, 3)

    reading = asyncio.create_task(read())
    await asyncio.gather(*map(write, range(len(writers))))
    done.set()
    await reading
    assert len(follower.told) == len(writers) * 12 * (2 if nodes.alone else 3)
    prove(follower.told, nodes.rows())
    later = Follower(nodes, START)
    later.drain()
    prove(later.told, nodes.rows())


def settles(case: str) -> Does:
    return Does(lambda draft: draft.settle(case, "moved", "t", {}, before=draft.case(case)), Needs(cases=(case,)))

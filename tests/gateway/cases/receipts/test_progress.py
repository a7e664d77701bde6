"""Whose a code or a link is. Whoever guesses finds nothing and is slowed, and a hall behind the same address goes on."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from gateway.cases.receipts import texts
from gateway.cases.receipts.issuing import Issuing
from gateway.cases.receipts.progress import Progress
from gateway.cases.receipts.query_code import CODES, code_of
from gateway.journal.read.insights import Insights
from gateway.telemetry.measures import create_metrics
from gateway.texts.refusals import Refused
from tests.full import full
from tests.gateway.cases.receipts.parties import BUYER, receipt, rows
from tests.gateway.worlds.world import FRONT, World

HALL = "192.0.2.7"
CODE = "K7M29QXW43"


class Held:
    """A sleep that lasts until it is let go."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self.begun = 0

    async def __call__(self, seconds: float) -> None:
        assert seconds > 0
        self.begun += 1
        await self.let_go.wait()


@pytest.fixture
async def insights(world: World) -> AsyncIterator[Insights]:
    made = Insights(world.reader)
    yield made
    await asyncio.to_thread(made.close)


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def progress(world: World, insights: Insights, held: Held) -> Progress:
    return Progress(insights=insights, receipts=world.receipts, metrics=create_metrics(CollectorRegistry()), sleep=held)


async def refusal(progress: Progress, text: str, address: str = HALL) -> Refused:
    with pytest.raises(Refused) as refused:
        await progress.by_code(text, address=address)
    return refused.value


def unknown(progress: Progress) -> float:
    """Give how many codes were counted that nobody has."""
    return sum(one.value for metric in progress.metrics.query_codes_unknown.collect() for one in metric.samples if "total" in one.name)


async def test_a_code_as_typed_and_a_link_lead_to_the_party_with_its_roles(world: World, progress: Progress) -> None:
    case = await world.file("sale", {"buyer": BUYER})
    await world.file("sale", {"buyer": BUYER})
    for role in ("applicant", "buyer"):
        one = receipt(world, case, role)
        typed = f" {one.query_code[:5].lower()}-{one.query_code[5:]} "
        assert await progress.by_code(typed, address=HALL) == await progress.by_secret(one.secret) == rows(world, case)[role]
    assert (await progress.by_secret(receipt(world, case, "buyer").secret)).roles == ("buyer",)


async def test_what_was_issued_before_leads_nowhere(world: World, progress: Progress, held: Held) -> None:
    case = await world.file("office-safe")
    before = receipt(world, case)
    await Issuing(journal=world.journal, receipts=world.receipts).issue(case, role="applicant", caller=FRONT, language="en")
    held.let_go.set()
    refused = await refusal(progress, before.query_code)
    assert (refused.kind, refused.status, refused.said) == ("not-found", 404, texts.UNKNOWN)
    with pytest.raises(Refused) as of_link:
        await progress.by_secret(before.secret)
    assert (of_link.value.status, of_link.value.said) == (404, texts.UNKNOWN_LINK)


async def test_a_wrong_check_is_neither_looked_up_nor_counted(world: World, progress: Progress, held: Held) -> None:
    await world.file("office-safe")
    for typed in (f"{CODE[:-1]}4", CODE[1:], "", "x" * 10_000):
        refused = await refusal(progress, typed)
        assert (refused.kind, refused.status) == ("validation", 422)
    assert (held.begun, unknown(progress)) == (0, 0)


@pytest.mark.parametrize("change", [lambda s: s[:-1] + ("A" if s[-1] != "A" else "E"), lambda s: "B" + s[1:], lambda _: "x"])
async def test_a_link_with_another_character_leads_nowhere(world: World, progress: Progress, change: object) -> None:
    secret = receipt(world, await world.file("office-safe")).secret
    assert callable(change)
    with pytest.raises(Refused) as refused:
        await progress.by_secret(change(secret))
    assert refused.value.status == 404


async def test_misses_wait_in_turn_and_who_is_right_at_the_same_address_does_not(world: World, progress: Progress, held: Held) -> None:
    one = receipt(world, await world.file("office-safe"))
    with capture_logs() as logs:
        guesses = [asyncio.create_task(refusal(progress, code_of(number))) for number in range(250)]
        told: list[Refused] = []
        for first in asyncio.as_completed(guesses):
            told.append(await first)
            if len(told) == 50:
                break
    assert {(refused.kind, refused.status, refused.retry_after) for refused in told} == {("overloaded", 429, 30)}
    assert held.begun == 1  # the first holds its turn, and the others wait for theirs
    assert [line["event"] for line in logs] == ["query_codes_guessed"]
    assert one.query_code not in repr(logs)

    party = await progress.by_code(one.query_code, address=HALL)
    assert party.roles == ("applicant",)
    other = asyncio.create_task(refusal(progress, CODE, address="192.0.2.8"))
    held.let_go.set()
    assert (await other).status in (404, 429)
    results = [await task for task in guesses]
    assert [refused.status for refused in results].count(404) == 200
    assert not progress._turns.waiting
    assert not progress._turns.locks
    assert not progress._turns.told
    assert unknown(progress) == 251


@pytest.mark.slow("twenty thousand look-ups, or a hundred thousand, over a minute; misses in turn and a right code beside them stay")
@pytest.mark.timeout(600)
async def test_guesses_by_the_thousand_find_nothing_while_a_hall_goes_on(world: World, insights: Insights) -> None:
    """One address guesses as fast as it can, and people behind the same address look for their cases all the while."""
    progress = Progress(insights=insights, receipts=world.receipts, metrics=create_metrics(CollectorRegistry()))
    theirs = [receipt(world, await world.file("office-safe")) for _ in range(100)]
    draw, room, hits = random.Random(20261129), asyncio.Semaphore(300), list[str]()
    guessed, guesses, seconds = full(100_000, 20_000), set[asyncio.Task[None]](), list[float]()

    async def guess(code: str) -> None:
        try:
            await progress.by_code(code, address=HALL)
            hits.append(code)
        except Refused:
            pass
        finally:
            room.release()

    for number in range(guessed):
        await room.acquire()  # two hundred wait for their turn, and a hundred are looked up at once
        guesses.add(task := asyncio.create_task(guess(code_of(draw.randrange(CODES)))))
        task.add_done_callback(guesses.discard)
        if number % 1000 == 999:
            begun, one = time.monotonic(), theirs[number // 1000]
            assert await progress.by_code(one.query_code, address=HALL) == one.party
            seconds.append(time.monotonic() - begun)
    while unknown(progress) < guessed:
        await asyncio.wait(guesses, return_when=asyncio.FIRST_COMPLETED)
    for task in list(guesses):
        task.cancel()
    assert hits == []
    assert max(seconds) < 5, sorted(seconds)[-3:]

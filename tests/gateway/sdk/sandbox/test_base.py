"""What every sandbox does: effects once, decisions in time, callbacks until heard, all of it again after a restart."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from gateway.sdk.sandbox import Decision, Sandbox
from tests.gateway.sdk.sandbox.conftest import CallingBack, Forgetful, Person, Start, eventually
from tests.patience import within


async def until(sandbox: Sandbox, reference: str) -> Decision:
    effect = sandbox.case(reference)
    assert effect is not None
    await eventually(lambda: effect.decision is not None)
    assert effect.decision is not None
    return effect.decision


async def test_a_key_is_recognised_across_restarts_for_as_long_as_the_style_says(start: Start, client: aiohttp.ClientSession) -> None:
    sandbox = await start()
    _, first = await Person(sandbox, client).post("/act")
    await sandbox.stop()
    again = await start()
    assert (await Person(again, client).post("/act"))[1] == first
    assert len(await Person(again, client).get("/_sandbox/ledger")) == 1
    again.ledger.effects[0].at -= timedelta(days=1)
    assert (await Person(again, client).post("/act"))[1] != first


async def test_a_style_without_keys_does_it_again(start: Start, client: aiohttp.ClientSession) -> None:
    person = Person(await start(Forgetful), client)
    _, first = await person.post("/act")
    _, second = await person.post("/act")
    assert first["reference"] != second["reference"]
    assert [entry["key"] for entry in await person.get("/_sandbox/ledger")] == ["k", "k"]
    found = person.sandbox.find("k")
    assert found is not None
    assert found.reference == first["reference"]


async def test_the_same_key_at_once_is_one_effect(start: Start, client: aiohttp.ClientSession) -> None:
    person = Person(await start(), client)
    answers = await asyncio.gather(*(person.post("/act") for _ in range(50)))
    assert len({answer["reference"] for _, answer in answers}) == 1
    assert len(await person.get("/_sandbox/ledger")) == 1


async def test_a_case_is_decided_after_its_time_and_a_shorter_time_counts_at_once(start: Start, client: aiohttp.ClientSession) -> None:
    person = Person(await start(decide_after_seconds=3600), client)
    _, filed = await person.post("/file", "data")
    assert await person.get(f"/ask/{filed['reference']}") == {"decision": None, "body": '"data"'}
    await person.post("/_sandbox/decide", {"after": 0.01})
    assert (await until(person.sandbox, filed["reference"])).outcome == "approved"
    assert person.sandbox.undecided() == []


async def test_open_cases_and_decisions_outlive_a_restart(start: Start, client: aiohttp.ClientSession) -> None:
    person = Person(await start(decide_after_seconds=3600), client)
    _, open_case = await person.post("/file", key="a")
    _, decided = await person.post("/file", key="b")
    await person.post("/_sandbox/decide", {"key": "b", "outcome": "rejected", "code": "9"})
    await person.sandbox.stop()
    again = await start(decide_after_seconds=3600)
    assert [effect.reference for effect in again.undecided()] == [open_case["reference"]]
    decision = await until(again, decided["reference"])
    assert (decision.outcome, decision.code) == ("rejected", "9")
    await Person(again, client).post("/_sandbox/decide", {"after": 0})
    assert (await until(again, open_case["reference"])).outcome == "approved"


async def test_a_case_taken_back_is_not_decided(start: Start, client: aiohttp.ClientSession) -> None:
    person = Person(await start(CallingBack, decide_after_seconds=3600), client)
    _, filed = await person.post("/file")
    effect = person.sandbox.case(filed["reference"])
    assert effect is not None
    assert await person.sandbox.decide(effect, Decision(outcome="withdrawn"))
    assert not await person.sandbox.decide(effect, Decision())
    await person.post("/_sandbox/decide", {"after": 0})
    await asyncio.sleep(0)
    assert effect.decision is not None
    assert effect.decision.outcome == "withdrawn"
    assert isinstance(person.sandbox, CallingBack)
    assert person.sandbox.told == []


async def test_a_decision_is_told_until_it_is_heard_and_then_no_more(start: Start, client: aiohttp.ClientSession) -> None:
    sandbox = await start(CallingBack, decide_after_seconds=0)
    assert isinstance(sandbox, CallingBack)
    _, filed = await Person(sandbox, client).post("/file")
    effect = sandbox.case(filed["reference"])
    assert effect is not None
    await eventually(lambda: effect.told)
    assert sandbox.told == [(filed["reference"], "approved")] * 3
    await sandbox.stop()
    again = await start(CallingBack)
    assert isinstance(again, CallingBack)
    await Person(again, client).get("/_sandbox/ledger")
    assert again.told == []


async def test_what_was_not_heard_is_told_after_a_restart(start: Start, client: aiohttp.ClientSession) -> None:
    sandbox = await start(CallingBack, decide_after_seconds=0)
    assert isinstance(sandbox, CallingBack)
    sandbox.deaf = 1000
    _, filed = await Person(sandbox, client).post("/file")
    await until(sandbox, filed["reference"])
    await sandbox.stop()
    again = await start(CallingBack)
    assert isinstance(again, CallingBack)
    await eventually(lambda: bool(again.told))
    assert again.told[0] == (filed["reference"], "approved")


async def test_outside_hours_and_beyond_the_quota_only_questions_are_answered(start: Start, client: aiohttp.ClientSession) -> None:
    person = Person(await start(daily_quota=2), client)
    assert [(await person.post("/act", key=key))[0] for key in "abc"] == [200, 200, 503]
    await person.get("/ask/none")
    await person.sandbox.stop()
    again = Person(await start(daily_quota=2), client)
    async with client.post(again.sandbox.url + "/act", headers={"Idempotency-Key": "d"}) as response:
        assert response.status == 503
        assert 0 < int(response.headers["Retry-After"]) <= 86_400
    again.sandbox.ledger.effects[0].at -= timedelta(days=1)  # yesterday's do not count
    assert (await again.post("/act", key="d"))[0] == 200


async def test_refused_connections_come_back_by_themselves_on_the_same_port(start: Start, client: aiohttp.ClientSession) -> None:
    person = Person(await start(), client)
    port = person.sandbox.port
    status, answer = await person.post("/_sandbox/faults", {"fault": "refuse", "seconds": 1})
    assert (status, answer) == (200, [{"fault": "refuse", "seconds": 1}])
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    async with within():
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                break
    assert (await person.post("/act"))[0] == 200
    assert person.sandbox.port == port

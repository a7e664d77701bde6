"""A department that is unreachable or refuses our credentials: one log line, its queue stays, and everything ends after its return."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.faults.client import Client, at_rest, calling
from tests.faults.installation import DEPARTMENTS, Installation, sample
from tests.faults.processes import Process
from tests.patience import stretched

#: A service whose first step is the department's.
_FIRST = {
    "exit_entry": "passport",
    "marriage": "newlywed",
    "real_estate": "housing-holdings",
    "social_security": "retirement",
    "tax": "company-start",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Process]]:
    made = Installation(tmp_path_factory.mktemp("outages"), {"retry": {"attempts": 3}})
    try:
        sandboxes = made.start("sandbox", "--with-parent")
        gateway = made.start_gateway()
        sandboxes.wait_for_line("sandboxes ready")
        yield made, gateway
    finally:
        made.close()


@pytest.mark.slow("ten seconds of an outage; test_department_faults and departments/test_breaker.py stay")
async def test_an_outage_is_said_once_and_uses_nothing_up(whole: tuple[Installation, Process]) -> None:
    installation, gateway = whole
    for department in DEPARTMENTS:
        installation.sandbox(department, "faults", {"fault": "refuse", "seconds": stretched(3)})
    async with calling(installation) as client:
        filed = await _file(client, "outage", 6)
        await asyncio.to_thread(gateway.wait_for, "department_down", len(DEPARTMENTS))
        ended = await asyncio.gather(*map(client.until, filed))
        assert Counter(one["state"] for one in ended) == {"approved": 6 * len(DEPARTMENTS)}
        attempts = [attempt for delivery in ended[0]["deliveries"] for attempt in await client.attempts(delivery)]
    # More attempts than the bound may have failed, because an outage does not count.
    assert {attempt["result"] for attempt in attempts} <= {"not_connected", "approved", "accepted"}
    downs, backs = gateway.events("department_down"), gateway.events("department_back")
    assert Counter(line["department"] for line in downs) == dict.fromkeys(DEPARTMENTS, 1)
    assert Counter(line["department"] for line in backs) == dict.fromkeys(DEPARTMENTS, 1)
    assert {line["problem"] for line in downs} == {"not_connected"}
    assert installation.reconcile().wrong == []


@pytest.mark.slow("a run of five departments; departments/test_breaker.py stays")
async def test_refused_credentials_stop_the_department_alone(whole: tuple[Installation, Process]) -> None:
    installation, gateway = whole
    alone = "tax"
    installation.sandbox(alone, "faults", {"fault": "unauthorized"})
    async with calling(installation) as client, calling(installation, "operator") as operator:
        filed = await _file(client, "refused", 2)
        (stopped,) = await asyncio.to_thread(gateway.wait_for, "department_stopped")
        assert (stopped["department"], stopped["severity_text"]) == (alone, "ERROR")
        for one in filed:  # everything except the steps after tax goes on
            await client.until(one, lambda seen: at_rest({step: state for step, state in seen.items() if step != alone}))
        standing = {one["name"]: one for one in (await operator.get("/v1/departments"))["items"]}
        assert {name: one["breaker"] for name, one in standing.items()} == {**dict.fromkeys(DEPARTMENTS, "closed"), alone: "stopped"}
        assert standing[alone]["problem"] == "http_401"
        queue = (await operator.get(f"/v1/deliveries?department={alone}&state=ready"))["items"]
        assert len(queue) == 6  # of newlywed, company-start and retirement: two each
        installation.sandbox(alone, "faults", {"fault": None})
        ended = await asyncio.gather(*map(client.until, filed))
        assert Counter(one["state"] for one in ended) == {"approved": 2 * len(DEPARTMENTS)}
    assert len(gateway.events("department_stopped")) == 1
    assert len([line for line in gateway.events("department_back") if line["department"] == alone]) == 2
    assert installation.reconcile().wrong == []


@pytest.mark.slow("all five departments refused in turn; one is above")
async def test_every_department_names_refused_credentials_and_goes_on_later(whole: tuple[Installation, Process]) -> None:
    installation, gateway = whole
    before = Counter(line["department"] for line in gateway.events("department_stopped"))
    for department in DEPARTMENTS:
        installation.sandbox(department, "faults", {"fault": "unauthorized", "times": 1})
    async with calling(installation) as client:
        filed = await _file(client, "credentials", 1)
        await asyncio.to_thread(gateway.wait_for, "department_stopped", before.total() + len(DEPARTMENTS))
        ended = await asyncio.gather(*map(client.until, filed))
    assert {one["state"] for one in ended} == {"approved"}
    after = Counter(line["department"] for line in gateway.events("department_stopped"))
    assert after - before == Counter(DEPARTMENTS)
    assert installation.reconcile().wrong == []


async def _file(client: Client, name: str, each: int) -> list[str]:
    """File applications whose first step is each department's."""
    answers = await asyncio.gather(
        *(client.file(sample(service), f"{name} {department} {number}") for department, service in _FIRST.items() for number in range(each))
    )
    return [answer["id"] for _, answer in answers]

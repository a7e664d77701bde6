"""One key may take so much in a time and at once, is told so beforehand, and leaves others their share."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.api import ApiLimits
from gateway.api.http.admission import REMEMBERED, Quota
from gateway.api.server import ROUTES
from tests.gateway.api.catalogue_stand_ins import SAMPLE
from tests.gateway.api.conftest import World
from tests.gateway.api.sample_cases import a_delivery, an_application


class Clock:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(st.integers(1, 20), st.integers(1, 60), st.lists(st.floats(0, 30), min_size=1, max_size=60))
def test_never_more_than_twice_the_quota_in_its_time_and_what_is_left_is_true(most: int, seconds: int, pauses: list[float]) -> None:
    clock = Clock()
    quota = Quota(most, seconds, clock)
    taken: list[float] = []
    for pause in pauses:
        clock.now += pause
        left, wait = quota.take("a")
        assert (left >= 0, wait >= 0) == (True, True)
        if not wait:
            taken.append(clock.now)
        assert len([at for at in taken if at > clock.now - seconds]) <= 2 * most
    for _ in range(quota.take("a")[0]):  # all that was promised is there
        assert quota.take("a")[1] == 0


def test_a_quota_refills_evenly_and_says_how_long_to_wait() -> None:
    clock = Clock()
    quota = Quota(4, 2, clock)
    assert [quota.take("a") for _ in range(5)] == [(3, 0), (2, 0), (1, 0), (0, 0), (0, 0.5)]
    assert quota.take("b") == (3, 0)
    clock.now += 0.5
    assert quota.take("a") == (0, 0)
    clock.now += 100
    assert quota.take("a") == (3, 0)


def test_what_is_remembered_is_bounded() -> None:
    quota = Quota(1, 60, Clock())
    for number in range(REMEMBERED + 1):
        quota.take(str(number))
    assert quota.take(str(REMEMBERED))[1] > 0
    assert quota.take("0")[1] == 0  # the longest unused was forgotten


@pytest.fixture
def limits(request: pytest.FixtureRequest) -> ApiLimits:
    limits = ApiLimits(body_seconds=0.3, idle_seconds=0.5, heartbeat_seconds=0.2)
    return replace(limits, **getattr(request, "param", {}))


@pytest.mark.parametrize("limits", [{"key_requests": 3, "key_seconds": 60}], indirect=True)
async def test_a_key_that_asks_too_often_is_429_and_no_other_key_is(world: World) -> None:
    replies = [await world.ask("GET", "/v1/services") for _ in range(4)]
    assert [reply.status for reply in replies] == [200, 200, 200, 429]
    assert [reply.headers["RateLimit"] for reply in replies[:3]] == [f'"requests";r={left};t=1' for left in (2, 1, 0)]
    policy = '"requests";q=3;w=60, "at-once";q=256;qu="concurrent-requests"'
    assert {reply.headers["RateLimit-Policy"] for reply in replies} == {policy}
    refused = replies[3]
    assert refused.json["type"] == "/problems/overloaded"
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    assert refused.headers["RateLimit"] == f'"requests";r=0;t={refused.headers["Retry-After"]}'
    assert [(await world.ask("GET", "/v1/keys", "operator")).status for _ in range(4)] == [403, 403, 403, 429]
    assert {(await world.ask("GET", "/v1/services", "local")).status for _ in range(5)} == {200}
    assert {(await world.ask("GET", "/livez", None)).status for _ in range(5)} == {200}


@pytest.mark.parametrize("limits", [{"key_concurrency": 2}], indirect=True)
async def test_a_key_with_too_much_under_way_is_429_until_some_of_it_ends(world: World) -> None:
    waiting = []
    for name in ("one", "two"):
        headers = {"Idempotency-Key": name, "Prefer": "wait=1"}
        waiting.append(asyncio.create_task(world.ask("POST", "/v1/applications", json=SAMPLE, headers=headers)))
        await world.commits.began.wait()
        world.commits.began.clear()
    refused = await world.ask("GET", "/v1/services")
    assert (refused.status, refused.headers["Retry-After"], refused.headers["RateLimit"]) == (429, "1", '"at-once";r=0;t=1')
    assert (await world.ask("GET", "/v1/services", "operator")).status == 200
    assert [reply.status for reply in await asyncio.gather(*waiting)] == [202, 202]
    assert (await world.ask("GET", "/v1/services")).status == 200


@pytest.mark.parametrize("limits", [{"key_concurrency": 1, "key_streams": 2}], indirect=True)
async def test_event_streams_have_places_of_their_own(world: World) -> None:
    token = await world.key("front-end")
    case = an_application(caller=world.ids["front-end"])
    world.journal.add(case, [a_delivery(case)])
    path, live = f"/v1/applications/{case.id}/events", {"Accept": "text/event-stream", "Authorization": f"Bearer {token}"}
    async with world.http.get(world.base + path, headers=live) as first, world.http.get(world.base + path, headers=live) as second:
        assert (first.status, second.status) == (200, 200)
        assert (await world.ask("GET", path, headers=live)).status == 429
        assert (await world.ask("GET", "/v1/services")).status == 200


async def test_the_document_says_429_with_its_headers_wherever_a_key_is_counted(world: World) -> None:
    paths = world.contract.document["paths"]
    for route in ROUTES:
        path = route.path.format(name="tax", query="housing_holdings") if route.per_query else route.path
        said = paths[path][route.method.lower()]["responses"]
        assert ("429" in said) is bool(route.roles or 429 in route.refusals), route.id
        if route.roles:
            answered = [status for status in said if status < "3"]
            assert all({"RateLimit", "RateLimit-Policy"} <= set(said[status]["headers"]) for status in answered), route.id
    refused = world.contract.document["components"]["responses"]["Problem429"]["headers"]
    assert set(refused) == {"X-Request-Id", "Retry-After", "RateLimit", "RateLimit-Policy"}

"""Failures lock an account for a while, nobody's true owner for ever, and slow an address without locking it."""

from __future__ import annotations

import asyncio

import pytest

from gateway.journal.keys.hmac_keys import HmacKeys
from gateway.people import failures as failures_module
from gateway.people.failures import MOST, SECONDS, SignInFailures
from gateway.texts.refusals import Refused


class Clock:
    """Seconds pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def failures(clock: Clock) -> SignInFailures:
    return SignInFailures(HmacKeys([b"k" * 32]), clock)


def lock(failures: SignInFailures, login: str = "li", device: str | None = None) -> None:
    assert [failures.begin(login, device) for _ in range(MOST)] == list(range(1, MOST + 1))


def is_locked(failures: SignInFailures, login: str = "li", device: str | None = None) -> bool:
    try:
        failures.begin(login, device)
    except Refused as refused:
        return refused.status == 429 and refused.retry_after is not None
    return False


def test_a_lock_ends_however_often_it_is_knocked_at(failures: SignInFailures, clock: Clock) -> None:
    lock(failures)
    for _ in range(SECONDS // 60):
        assert is_locked(failures)
        clock.now += 60
    assert not is_locked(failures)


def test_others_go_on_signing_in_meanwhile(failures: SignInFailures) -> None:
    lock(failures)
    assert not is_locked(failures, "wang")


def test_whoever_signs_in_begins_anew(failures: SignInFailures) -> None:
    for _ in range(MOST - 1):
        failures.begin("li", None)
    failures.succeeded("li", None)
    lock(failures)


def test_strangers_do_not_lock_out_a_browser_in_which_the_person_has_signed_in(failures: SignInFailures) -> None:
    device = failures.device_of("li")
    lock(failures)
    assert is_locked(failures)
    lock(failures, device=device)  # it has as many of its own, and no more
    assert is_locked(failures, device=device)
    assert not is_locked(failures, device=failures.device_of("li"))


@pytest.mark.parametrize("forged", ["", ".", "nonce.", "nonce." + "0" * 32, "诺.诺", "a.b.c"])
def test_such_a_browser_cannot_be_pretended(failures: SignInFailures, forged: str) -> None:
    lock(failures)
    assert is_locked(failures, device=forged)
    assert is_locked(failures, device=failures.device_of("wang"))
    assert is_locked(failures, device=SignInFailures(HmacKeys([b"l" * 32])).device_of("li"))


async def test_an_address_that_fails_often_is_tried_one_after_the_other(failures: SignInFailures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures_module, "_BETWEEN", 0)
    most = 0

    async def one(address: str) -> None:
        nonlocal most
        async with failures.turn(address):
            under_way.append(address)
            most = max(most, len(under_way))
            await asyncio.sleep(0)
            under_way.remove(address)

    under_way: list[str] = []
    await asyncio.gather(*(one("192.0.2.1") for _ in range(10)))
    assert most == 10
    for _ in range(20):
        failures.failed("192.0.2.1")
    most = 0
    await asyncio.gather(*(one("192.0.2.1") for _ in range(10)))
    assert most == 1
    await asyncio.gather(*(one("192.0.2.2") for _ in range(10)))
    assert most == 10


async def test_one_address_takes_no_more_than_its_part_of_all_places(failures: SignInFailures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures_module, "_BETWEEN", 0)
    go, under_way, most = asyncio.Event(), 0, 0

    async def one() -> None:
        nonlocal under_way, most
        async with failures.turn("192.0.2.1"):
            under_way += 1
            most = max(most, under_way)
            await go.wait()
            under_way -= 1

    trying = [asyncio.create_task(one()) for _ in range(40)]
    await asyncio.sleep(0)
    async with failures.turn("192.0.2.2"):
        go.set()
    await asyncio.gather(*trying)
    assert most == 21  # twenty at once, and one whose turn it is


async def test_no_more_wait_than_there_is_room_for(failures: SignInFailures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures_module, "_BETWEEN", 0)
    monkeypatch.setattr(failures_module, "_WAITING", 2)
    for _ in range(20):
        failures.failed("192.0.2.1")

    async def one() -> bool:
        try:
            async with failures.turn("192.0.2.1"):
                await asyncio.sleep(0)
        except Refused as refused:
            return refused.status != 429
        return True

    assert sorted(await asyncio.gather(*(one() for _ in range(5)))) == [False, False, False, True, True]


async def test_a_browser_that_is_known_does_not_wait_behind_strangers(failures: SignInFailures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures_module, "_WAITING", 0)
    for _ in range(20):
        failures.failed("192.0.2.1")
    for login, device in (("li", None), ("wang", failures.device_of("li"))):
        with pytest.raises(Refused):
            async with failures.turn("192.0.2.1", login, device):
                pass
    async with failures.turn("192.0.2.1", "li", failures.device_of("li")):
        pass


def test_memory_is_bounded(failures: SignInFailures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failures_module, "_REMEMBERED", 3)
    for login in ("a", "b", "c", "d"):
        failures.begin(login, None)
    assert [failures.begin(login, None) for login in ("d", "c", "b", "a")] == [2, 2, 2, 1]

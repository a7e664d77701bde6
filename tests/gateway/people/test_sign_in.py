"""Only the right login, password and code let somebody in, each code once, and no answer tells which was wrong."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.people import sign_in as sign_in_module
from gateway.people.failures import MOST
from gateway.people.people import People
from gateway.people.roles import WITH_CODE
from gateway.texts.refusals import Refused
from tests.gateway.people.conftest import PASSWORD, code, sign_in
from tests.gateway.worlds.world import World

ADMIN = "user:admin"


async def answer(doing: Any) -> tuple[int, str]:
    with pytest.raises(Refused) as caught:
        await doing
    return caught.value.status, caught.value.said.en


async def test_who_signs_in_is_recognised_as_that_person(world: World, people: People) -> None:
    told = await people.accounts.create("li", "Li", "clerk", group="hall", actor=ADMIN, password=PASSWORD)
    signed = await people.sessions.recognise(await sign_in(people, " LI "))
    assert signed is not None
    caller = signed.caller
    assert (caller.id, caller.name, caller.role, caller.group, caller.actor) == (told.account.id, "Li", "clerk", "hall", "user:li")
    assert world.details("signed_in") == {"account": told.account.id, "session": signed.session_id, "role": "clerk"}
    assert world.metrics.sign_ins.labels("signed_in")._value.get() == 1


async def test_each_sign_in_has_a_token_of_its_own(people: People) -> None:
    await people.accounts.create("li", "Li", "supervisor", actor=ADMIN, password=PASSWORD)
    tokens = [await sign_in(people, "li") for _ in range(3)]
    assert len(set(tokens)) == 3
    assert [await people.sessions.recognise(token) is not None for token in tokens] == [True, True, True]


async def test_no_answer_tells_what_was_wrong(world: World, people: People) -> None:
    told = await people.accounts.create("op", "Op", "operator", actor=ADMIN, password=PASSWORD)
    gone = await people.accounts.create("gone", "Gone", "supervisor", actor=ADMIN, password=PASSWORD)
    await people.accounts.disable(gone.account.id, actor=ADMIN)
    now = code(world, told)
    wrong = [
        ("op", "another password", now),
        ("op", PASSWORD, ""),
        ("op", PASSWORD, f"{(int(now) + 1) % 1000000:06}"),
        ("op", "another password", ""),
        ("nobody", PASSWORD, now),
        ("gone", PASSWORD, ""),
        ("", "", ""),
        ("x" * 5000, "y" * 5000, "z" * 5000),
        ("op'; --", PASSWORD, now),
    ]
    answers = [await answer(sign_in(people, *one)) for one in wrong]
    assert set(answers) == {answers[0]}
    assert answers[0][0] == 401
    assert "signed_in" not in world.events()
    assert await sign_in(people, "op", PASSWORD, f"{now[:3]} {now[3:]}")


async def test_a_code_is_taken_once(world: World, people: People) -> None:
    told = await people.accounts.create("op", "Op", "operator", actor=ADMIN, password=PASSWORD)
    now = code(world, told)
    tried = await asyncio.gather(*(sign_in(people, "op", PASSWORD, now) for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in tried) == ["Refused", "Refused", "Refused", "str"]
    world.later(30)
    assert await sign_in(people, "op", PASSWORD, code(world, told))


async def test_who_needs_a_code_and_has_none_is_refused(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    await people.accounts.create("li", "Li", "supervisor", actor=ADMIN, password=PASSWORD)
    assert await sign_in(people, "li")
    monkeypatch.setattr(sign_in_module, "WITH_CODE", WITH_CODE | {"supervisor"})
    assert (await answer(sign_in(people, "li")))[0] == 401


async def test_an_account_is_locked_for_a_while_and_says_the_same_to_the_right_password(world: World, people: People) -> None:
    told = await people.accounts.create("li", "Li", "supervisor", actor=ADMIN, password=PASSWORD)
    kept = (await people.sign_in("li", PASSWORD, "", address="192.0.2.9")).device
    with capture_logs() as logs:
        for number in range(MOST):
            assert (await answer(sign_in(people, "li", f"wrong password {number}")))[0] == 401
    assert [log["account"] for log in logs if log["event"] == "sign_in_locked"] == [told.account.id]
    assert await answer(sign_in(people, "li")) == await answer(sign_in(people, "li", "wrong password"))
    assert (await answer(sign_in(people, "li")))[0] == 429
    assert world.events().count("sign_in_locked") == 1
    assert (await people.sign_in("li", PASSWORD, "", address="192.0.2.9", device=kept)).token
    assert world.metrics.sign_ins.labels("locked")._value.get() == 3


async def test_a_login_that_nobody_has_is_locked_alike(world: World, people: People) -> None:
    for number in range(MOST):
        assert (await answer(sign_in(people, "nobody", f"wrong password {number}")))[0] == 401
    assert (await answer(sign_in(people, "nobody")))[0] == 429
    assert world.events() == []


async def test_a_sign_in_that_was_overtaken_by_a_change_is_refused(people: People) -> None:
    told = await people.accounts.create("li", "Li", "supervisor", actor=ADMIN, password=PASSWORD)
    await people.accounts.set_password(told.account.id, actor=ADMIN)
    assert (await answer(people.sessions.begin(told.account)))[0] == 401
    fresh = await people.accounts.one(told.account.id)
    assert await people.sessions.begin(fresh)


async def test_too_many_at_once_are_asked_to_come_again(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in_module, "_AT_ONCE", 1)
    await people.accounts.create("li", "Li", "supervisor", actor=ADMIN, password=PASSWORD)
    tried = await asyncio.gather(sign_in(people, "li"), sign_in(people, "li"), return_exceptions=True)
    refused = [one for one in tried if isinstance(one, Refused)]
    assert [one.status for one in refused] == [503]
    assert await sign_in(people, "li")

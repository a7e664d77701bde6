"""Accounts are made and changed in one commit with their entry, which never holds a password or a secret."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from gateway.journal.keys.people_macs import ACCOUNT
from gateway.journal.store import schema
from gateway.people import one_time_codes
from gateway.people.people import People
from gateway.texts.refusals import Refused
from tests.gateway.people.conftest import PASSWORD, code, sign_in
from tests.gateway.worlds.world import HMAC_KEY, World

ADMIN = "user:admin"


async def refused(doing: Any) -> int:
    with pytest.raises(Refused) as caught:
        await doing
    return caught.value.status


async def test_one_is_made_with_a_password_that_is_told_once(world: World, people: People) -> None:
    told = await people.accounts.create("li.wei", " 李伟 ", "clerk", group="hall", actor=ADMIN)
    assert told.password is not None
    assert told.secret is None
    [kept] = await people.accounts.all()
    assert kept == told.account
    assert (kept.name, kept.owner_group, kept.totp) == ("李伟", "hall", None)
    assert ACCOUNT.is_good(asdict(kept), [HMAC_KEY])
    assert not ACCOUNT.is_good(asdict(kept), [b"l" * 32])
    details = {"account": kept.id, "login": "li.wei", "role": "clerk", "group": "hall", "one_time_code": False}
    assert world.details("account_created") == details
    assert await sign_in(people, "li.wei", told.password)


async def test_operators_and_auditors_have_one_time_codes_from_the_start(people: People) -> None:
    for role in ("operator", "auditor"):
        told = await people.accounts.create(role, role, role, actor=ADMIN, password=PASSWORD)
        assert told.password is None
        assert told.account.totp is not None
        assert told.secret is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"login": "Li"},
        {"login": "l"},
        {"login": "l" * 51},
        {"login": "li wei"},
        {"login": "1li"},
        {"name": "  "},
        {"name": "a\x00b"},
        {"role": "officer:nowhere"},
        {"group": "Hall 1"},
        {"group": None},
        {"password": "short"},
    ],
    ids=repr,
)
async def test_what_may_not_be_is_refused_and_nothing_is_done(world: World, people: People, wrong: dict[str, Any]) -> None:
    wanted = {"login": "li", "name": "Li", "role": "clerk", "group": "hall", "password": PASSWORD, **wrong}
    assert await refused(people.accounts.create(**wanted, actor=ADMIN)) == 422
    assert await people.accounts.all() == []
    assert world.events() == []


async def test_a_login_is_one_persons(people: People) -> None:
    await people.accounts.create("li", "Li", "supervisor", actor=ADMIN, password=PASSWORD)
    assert await refused(people.accounts.create("li", "Other", "auditor", actor=ADMIN, password=PASSWORD)) == 409


async def test_another_role_signs_the_person_out_and_another_name_does_not(world: World, people: People) -> None:
    told = await people.accounts.create("li", "Li", "clerk", group="hall", actor=ADMIN, password=PASSWORD)
    token = await sign_in(people, "li")
    await people.accounts.change(told.account.id, "clerk", group="hall", name="Li Wei", actor=ADMIN)
    signed = await people.sessions.recognise(token)
    assert signed is not None
    assert signed.caller.name == "Li Wei"
    changed = await people.accounts.change(told.account.id, "officer:tax", actor=ADMIN)
    assert (changed.account.role, changed.account.owner_group, changed.secret) == ("officer:tax", None, None)
    assert await people.sessions.recognise(token) is None
    details = {"account": told.account.id, "login": "li", "role": "officer:tax", "group": None, "sessions_ended": 1}
    assert world.details("account_changed") == details


async def test_a_role_that_needs_codes_comes_with_a_secret(world: World, people: People) -> None:
    told = await people.accounts.create("li", "Li", "supervisor", actor=ADMIN, password=PASSWORD)
    changed = await people.accounts.change(told.account.id, "operator", actor=ADMIN)
    assert await sign_in(people, "li", code=code(world, changed))
    assert await refused(people.accounts.set_code(told.account.id, wanted=False, actor=ADMIN)) == 409
    assert (await people.accounts.change(told.account.id, "auditor", actor=ADMIN)).secret is None


async def test_another_password_or_secret_ends_the_sessions(world: World, people: People) -> None:
    told = await people.accounts.create("li", "Li", "supervisor", actor=ADMIN, password=PASSWORD)
    first = await sign_in(people, "li")
    made = await people.accounts.set_password(told.account.id, actor=ADMIN)
    assert made.password is not None
    assert await people.sessions.recognise(first) is None
    assert await refused(sign_in(people, "li")) == 401
    second = await sign_in(people, "li", made.password)
    with_code = await people.accounts.set_code(told.account.id, actor=ADMIN)
    assert await people.sessions.recognise(second) is None
    assert await refused(sign_in(people, "li", made.password)) == 401
    assert await sign_in(people, "li", made.password, code(world, with_code))
    await people.accounts.set_code(told.account.id, actor=ADMIN, wanted=False)
    assert await sign_in(people, "li", made.password)
    everything = repr(world.rows(select(schema.audit)))
    for secret in (made.password, PASSWORD, one_time_codes.written(with_code.secret or b"")):
        assert secret not in everything


async def test_a_disabled_one_lets_nobody_in_until_it_is_enabled(world: World, people: People) -> None:
    told = await people.accounts.create("li", "Li", "supervisor", actor=ADMIN, password=PASSWORD)
    token = await sign_in(people, "li")
    assert (await people.accounts.disable(told.account.id, actor=ADMIN)).disabled_at is not None
    await people.accounts.disable(told.account.id, actor=ADMIN)
    assert await people.sessions.recognise(token) is None
    assert await refused(sign_in(people, "li")) == 401
    await people.accounts.enable(told.account.id, actor=ADMIN)
    assert await people.sessions.recognise(token) is None
    assert await sign_in(people, "li")
    assert [event for event in world.events() if event.startswith("account_")] == ["account_created", "account_disabled", "account_enabled"]


async def test_what_is_not_there_is_not_found(people: People) -> None:
    nowhere = "0190a000-0000-7000-8000-000000000009"
    for doing in (
        people.accounts.change(nowhere, "supervisor", actor=ADMIN),
        people.accounts.set_password(nowhere, actor=ADMIN),
        people.accounts.set_code(nowhere, actor=ADMIN),
        people.accounts.disable(nowhere, actor=ADMIN),
        people.accounts.enable(nowhere, actor=ADMIN),
    ):
        assert await refused(doing) == 404


async def test_codes_are_told_in_a_sandbox_alone(world: World, people: People) -> None:
    told = await people.accounts.create("op", "Op", "operator", actor=ADMIN, password=PASSWORD)
    assert await refused(people.accounts.current_code(told.account.id)) == 409
    people.accounts.tells_codes = True
    assert await people.accounts.current_code(told.account.id) == code(world, told)
    plain = await people.accounts.create("li", "Li", "supervisor", actor=ADMIN, password=PASSWORD)
    assert await people.accounts.current_code(plain.account.id) is None


async def test_a_row_that_was_put_in_or_changed_by_hand_opens_nothing_and_is_not_made_genuine(world: World, people: People) -> None:
    told = await people.accounts.create("li", "Li", "clerk", group="hall", actor=ADMIN, password=PASSWORD)
    forged = {
        **asdict(told.account),
        "id": "0190a000-0000-7000-8000-000000000009",
        "login": "evil",
        "role": "supervisor",
        "owner_group": None,
    }
    with world.writer.begin() as connection:
        connection.execute(insert(schema.account), forged)
        connection.execute(update(schema.account).where(schema.account.c.id == told.account.id).values(role="supervisor", owner_group=None))
    assert await refused(sign_in(people, "evil")) == 401
    assert await refused(sign_in(people, "li")) == 401
    for account_id in (forged["id"], told.account.id):
        assert await refused(people.accounts.set_password(str(account_id), actor=ADMIN)) == 409
    world.by_hand = ("account",)


async def test_only_an_active_clerk_whose_row_is_genuine_vouches_for_a_group(world: World, people: People) -> None:
    told = await people.accounts.create("li.wei", "李伟", "clerk", group="hall", actor=ADMIN)
    await people.accounts.create("zhao", "赵", "supervisor", actor=ADMIN)
    group = people.accounts.clerk_group
    assert [await group(login) for login in ("li.wei", "zhao", "nobody", "li\0wei")] == ["hall", None, None, None]
    await people.accounts.disable(told.account.id, actor=ADMIN)
    assert await group("li.wei") is None
    await people.accounts.enable(told.account.id, actor=ADMIN)
    with world.writer.begin() as connection:
        connection.execute(update(schema.account).where(schema.account.c.login == "li.wei").values(owner_group="other"))
    assert await group("li.wei") is None, "somebody else gave it that group"
    with world.writer.begin() as connection:
        connection.execute(update(schema.account).where(schema.account.c.login == "li.wei").values(owner_group="hall"))
    assert await group("li.wei") == "hall"

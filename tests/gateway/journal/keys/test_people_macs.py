"""The proof of accounts and sessions holds all that gives rights, and a rotation of the secret makes accounts' anew."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from sqlalchemy import insert, update

from gateway.journal.keys.hmac_keys import CHECK, HmacKeys, RotateKey, check_of, facts_of
from gateway.journal.keys.people_macs import ACCOUNT, SESSION
from gateway.journal.read.insights import Insights
from gateway.journal.store import schema
from gateway.people.people import people_of
from tests.gateway.worlds.world import HMAC_KEY, World

SECRET, NEW = b"k" * 32, b"n" * 32
ROW = {column.name: f"{column.name}" for column in schema.account.columns}
LATER = {"mac", "totp_step"}


@pytest.mark.parametrize("name", sorted(ROW.keys() - LATER))
def test_each_column_of_an_account_is_in_it(name: str) -> None:
    assert ACCOUNT.by({**ROW, name: "other"}, SECRET) != ACCOUNT.by(ROW, SECRET)
    assert ACCOUNT.by({**ROW, name: None}, SECRET) != ACCOUNT.by(ROW, SECRET)


def test_it_is_of_one_secret_and_one_table() -> None:
    proven = {**ROW, "mac": ACCOUNT.by(ROW, SECRET)}
    assert ACCOUNT.is_good(proven, [NEW, SECRET])
    assert not ACCOUNT.is_good(proven, [NEW])
    assert not ACCOUNT.is_good({**ROW, "mac": ""}, [SECRET])
    assert ACCOUNT.by({**ROW, "totp_step": 7}, SECRET) == ACCOUNT.by(ROW, SECRET)
    session = {"id": "a", "account": "b", "token": "c", "began_at": 1, "ends_at": 2, "seen_at": 3, "ended_at": None}
    proof = SESSION.by(session, SECRET)
    assert all(SESSION.by({**session, name: "x"}, SECRET) != proof for name in ("id", "account", "token", "began_at", "ends_at"))
    assert all(SESSION.by({**session, name: 9}, SECRET) == proof for name in ("seen_at", "ended_at"))


async def test_a_rotation_makes_it_anew_for_what_was_genuine_alone(world: World) -> None:
    keys = HmacKeys([HMAC_KEY, NEW])
    keys.follow({CHECK: check_of(HMAC_KEY)})
    insights = Insights(world.reader)
    people = people_of(world.journal, insights, keys, set(), world.metrics)
    word = "a long enough password"
    for login in ("li", "wang"):
        await people.accounts.create(login, login, "supervisor", password=word, actor="local")
    token = (await people.sign_in("li", word, "", address="unknown")).token
    with world.writer.begin() as connection:
        connection.execute(insert(schema.meta), {"key": CHECK, "value": check_of(HMAC_KEY)})
        connection.execute(update(schema.account).where(schema.account.c.login == "wang").values(role="auditor"))
    await world.journal.write(RotateKey(keys=keys, new=NEW, actor="local", alone=True))
    keys.follow(await insights.read(facts_of))
    good = {one.login: ACCOUNT.is_good(asdict(one), [NEW]) for one in await people.accounts.all()}
    assert good == {"li": True, "wang": False}
    people.sessions.forget()
    assert await people.sessions.recognise(token) is None
    again = (await people.sign_in("li", word, "", address="unknown")).token
    assert await people.sessions.recognise(again) is not None
    insights.close()
    world.by_hand = ("account",)

"""Codes and links: made of a row by a key that is not in the database, kept nowhere, as long-lived as the key."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from gateway.cases.receipts import receipt as module
from gateway.cases.receipts.query_code import code_of, read_code
from gateway.cases.receipts.receipt import Receipts, application_of_link
from gateway.journal.keys.hmac_keys import BEFORE, CHECK, HmacKeys, check_of
from gateway.journal.queues.parties import by_code_macs, of_case
from gateway.journal.store import schema
from gateway.model.case import Party
from gateway.model.outcome import Returned
from tests.gateway.cases.receipts.parties import BUYER, receipt, rows, stored
from tests.gateway.worlds.world import HMAC_KEY, World

NEW = b"n" * 32
#: What ``meta`` says once the new key makes.
ROTATED = {CHECK: check_of(NEW), BEFORE: check_of(HMAC_KEY)}


async def test_each_person_of_a_case_has_one_of_each_and_neither_is_kept_anywhere(world: World) -> None:
    case = await world.file("sale", {"buyer": BUYER})
    other = await world.file("sale", {"buyer": BUYER})
    made = [receipt(world, one, role) for one in (case, other) for role in ("applicant", "buyer")]
    assert receipt(world, case, "handler") == receipt(world, case)
    assert len({one.query_code for one in made}) == len({one.secret for one in made}) == 4
    everything = stored(world)
    for one in made:
        assert read_code(one.query_code) == one.query_code
        assert re.fullmatch(r"/t/[A-Za-z0-9_-]{43}", one.link)
        assert application_of_link(one.secret) in (case, other)
        assert one.query_code not in everything
        assert one.secret not in everything
        assert one.query_code not in repr(one)
        assert one.secret not in repr(one)
    assert "buyer" in everything  # the control: what is kept is found in it


async def test_a_key_that_was_rotated_away_goes_on_with_what_it_made(world: World) -> None:
    case = await world.file("office-safe")
    row, before = rows(world, case)["applicant"], receipt(world, case)

    after = Receipts(HmacKeys([HMAC_KEY, NEW], ROTATED))
    assert after.of(row) == before
    assert row.code_mac in after.code_macs(before.query_code)
    new = Receipts(HmacKeys([NEW]))  # the key is lost: as with every blind index nothing is found any more
    assert new.of(row) is None
    assert row.code_mac not in new.code_macs(before.query_code)


async def test_what_is_given_after_a_rotation_is_the_new_keys_alone(world: World) -> None:
    world.receipts.keys.learn([NEW])
    world.receipts.keys.follow(ROTATED)
    case = await world.file("office-safe")
    row = rows(world, case)["applicant"]
    assert Receipts(HmacKeys([NEW])).of(row) == world.receipts.of(row)
    assert world.receipts.of(row) is not None
    assert Receipts(HmacKeys([HMAC_KEY])).of(row) is None


@pytest.mark.parametrize("changed", [{"receipt_at": 7}, {"code_mac": 7}, {"code_mac": None}, {"id": "x"}])
async def test_a_row_that_somebody_wrote_or_changed_has_no_receipt(world: World, changed: dict[str, Any]) -> None:
    row = rows(world, await world.file("office-safe"))["applicant"]
    assert world.receipts.of(row) is not None
    assert world.receipts.of(row.with_values(changed)) is None


async def test_a_code_that_somebody_has_is_no_failure(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([1, 1, 2])
    monkeypatch.setattr(module, "_number", lambda _: next(drawn))
    first, second = await world.file("office-safe"), await world.file("office-safe")
    macs = [rows(world, case)["applicant"].code_mac for case in (first, second)]
    assert macs == [world.receipts.code_macs(code)[0] for code in (code_of(1), code_of(2))]
    assert world.rows(select(func.count()).select_from(schema.application)) == [(2,)]
    monkeypatch.undo()


async def test_who_leaves_a_case_has_no_receipt_any_more_who_comes_has_one_and_who_stays_keeps_it(world: World) -> None:
    world.offices["office"].says("submit", Returned(code="B1", reason="again"))
    case = await world.file("sale", {"buyer": BUYER})
    await world.run()
    gone, before, stays = rows(world, case)["buyer"], receipt(world, case, "buyer"), receipt(world, case)
    await world.revise(case, {"buyer": {"name": "他人", "id_number": "999999199001010016"}})
    await world.run()
    assert receipt(world, case).secret == stays.secret
    assert receipt(world, case, "buyer").query_code != before.query_code
    with world.reader.connect() as connection:
        [left] = [row for row in of_case(connection, case) if row.id == gone.id]
        assert by_code_macs(connection, world.receipts.code_macs(before.query_code)) == []
    assert world.receipts.of(left) is None


@pytest.mark.parametrize("secret", ["", "x", "é" * 43, "A" * 42, "A" * 44, f"{'A' * 42}=", "A" * 10_000])
def test_what_is_no_link_names_no_application(secret: str) -> None:
    assert application_of_link(secret) is None


def test_a_row_without_a_code_has_no_receipt() -> None:
    row = Party(id="p", application_id="a", roles=("applicant",), kind="person")
    assert Receipts(HmacKeys([HMAC_KEY])).of(row) is None

"""An application is filed once, whole, with all its immediate consequences, under a number that is given once, over restarts and days."""

from __future__ import annotations

import asyncio
import dataclasses
import sqlite3
from datetime import datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from gateway.cases.caller import Caller
from gateway.cases.filing import Numbers
from gateway.journal.queues.parties import of_case
from gateway.journal.store import schema
from gateway.journal.verification.replay import replay
from gateway.model.identifiers import CHINA
from gateway.texts.refusals import Refused
from tests.gateway.worlds.offices import MAN, WOMAN
from tests.gateway.worlds.world import FRONT, HMAC_KEY, World


async def test_one_commit_holds_the_application_and_its_first_calls_are_leased(world: World) -> None:
    case = await world.file("chain")
    assert world.states(case) == ["sending", "waiting", "waiting"]
    assert world.events(case) == ["application_accepted"]
    assert [work.delivery.step for work in world.works] == ["first"]
    assert world.details("application_accepted")["disclosed"] == {"first": ["applicant.name", "applicant.id_number"]}
    await world.run()
    assert world.states(case) == ["approved", "approved", "approved"]


async def test_fifty_at_once_with_one_key_file_one_application(world: World) -> None:
    filed = await asyncio.gather(*(world.post("office-safe", key="same") for _ in range(50)))
    assert len({one.application_id for one in filed}) == 1
    assert sum(one.created for one in filed) == 1
    assert world.rows(select(func.count()).select_from(schema.application)) == [(1,)]
    await world.run()
    assert world.offices["office"].count("submit") == 1


async def test_another_body_under_the_key_is_refused_and_changes_nothing(world: World) -> None:
    case = await world.file("office-safe", key="same")
    with pytest.raises(Refused) as refused:
        await world.post("office-safe", {"note": "other"}, key="same")
    assert (refused.value.kind, refused.value.status) == ("idempotency-mismatch", 422)
    assert world.rows(select(schema.application.c.id)) == [(case,)]
    assert (await world.post("office-safe", key="same")).application_id == case


async def test_a_known_key_is_looked_up_before_the_body_is_checked(world: World) -> None:
    await world.file("office-safe", key="same")
    with pytest.raises(Refused, match="idempotency-mismatch"):
        await world.post("office-safe", {"unknown": 1}, key="same")
    with pytest.raises(Refused, match="validation"):
        await world.post("office-safe", {"unknown": 1}, key="another")


async def test_never_operations_are_not_leased_by_the_filing(world: World) -> None:
    case = await world.file("office-never")
    assert world.one(case).state == "ready"
    assert not world.works
    await world.run()
    assert world.one(case).state == "approved"
    assert world.offices["office"].calls[0][1].fresh_connection


async def test_what_has_no_permit_is_ready_and_goes_when_there_is_one(world: World) -> None:
    world.permits.allow("office", 0)
    case = await world.file("office-safe")
    await world.run()
    assert world.one(case).state == "ready"
    world.permits.allow("office", None)
    await world.run()
    assert world.one(case).state == "approved"


async def test_a_commit_that_fails_gives_the_permits_back(world: World) -> None:
    def refuse(connection: Any) -> None:
        raise OperationalError("COMMIT", {}, sqlite3.OperationalError("database or disk is full"))

    await world.post("office-never", key="reserves the numbers")
    event.listen(world.writer, "commit", refuse)
    answers = await asyncio.gather(*(world.post("office-safe") for _ in range(5)), return_exceptions=True)
    event.remove(world.writer, "commit", refuse)
    assert {getattr(answer, "status", None) for answer in answers} == {503}
    assert world.permits.free("office") == 32
    assert not world.works


async def test_a_batch_of_many_cases_reaches_every_department(world: World) -> None:
    cases = await asyncio.gather(*(world.file("pair", applicant={**WOMAN}) for _ in range(40)))
    await world.run()
    assert all(world.states(case) == ["approved", "approved"] for case in cases)


IMPLEMENTATION = "11500152000000019R4000111001001"
BEFORE_MIDNIGHT = int(datetime(2026, 11, 23, 23, 59, 59, tzinfo=CHINA).timestamp() * 1_000_000)


async def test_many_at_once_over_more_than_a_block_are_all_different(world: World) -> None:
    numbers = Numbers(world.journal.write)
    given = await asyncio.gather(*(numbers.take(IMPLEMENTATION, BEFORE_MIDNIGHT) for _ in range(2500)))
    assert len(set(given)) == 2500


async def test_a_restart_goes_on_after_the_block(world: World) -> None:
    first = await Numbers(world.journal.write).take(IMPLEMENTATION, BEFORE_MIDNIGHT)
    await world.crash()
    second = await Numbers(world.journal.write).take(IMPLEMENTATION, BEFORE_MIDNIGHT)
    assert int(second.removeprefix(IMPLEMENTATION)) - int(first.removeprefix(IMPLEMENTATION)) == 1000


async def test_the_day_is_the_one_in_china(world: World) -> None:
    numbers = Numbers(world.journal.write)
    days = [await numbers.take(IMPLEMENTATION, BEFORE_MIDNIGHT + step * 1_000_000) for step in (0, 1, 0)]
    assert ["20261123" in day for day in days] == [True, False, True]
    assert len(set(days)) == 3


BUYER = {"name": WOMAN["name"], "id_number": WOMAN["id_number"]}
SELLER = {"name": MAN["name"], "id_number": MAN["id_number"]}
FIRM = {"name": "某公司", "uscc": "91500152MA00000158"}


async def test_each_person_of_a_case_is_a_row_held_by_its_entry(world: World) -> None:
    case = await world.file("sale", {"buyer": BUYER, "seller": SELLER, "firm": FIRM})
    with world.reader.connect() as connection:
        rows = {row.roles: row for row in of_case(connection, case)}
    assert {*rows} == {("applicant", "handler", "seller"), ("buyer",), ("firm",)}
    man, woman, firm = rows[("applicant", "handler", "seller")], rows[("buyer",)], rows[("firm",)]
    assert (man.kind, man.acts_for, firm.kind, firm.acts_for) == ("person", firm.id, "organization", None)
    index = world.casework.applicant_index
    assert man.person_index == world.case(case).application.applicant_index == index("111", MAN["id_number"])
    assert (woman.person_index, firm.person_index) == (index("111", WOMAN["id_number"]), index("uscc", FIRM["uscc"]))
    [details] = [row[0] for row in world.rows(select(schema.audit.c.details).where(schema.audit.c.event == "application_accepted"))]
    assert {f"party {row.id}" for row in rows.values()} <= orjson.loads(details)["rows"].keys()
    await world.run()


async def test_a_service_without_parties_has_a_row_of_its_applicant(world: World) -> None:
    case = await world.file("office-safe")
    with world.reader.connect() as connection:
        [row] = of_case(connection, case)
    assert (row.roles, row.kind, row.acts_for, row.version) == (("applicant",), "person", None, 1)


async def test_a_filing_that_fails_leaves_no_party(world: World) -> None:
    with pytest.raises(Refused, match="validation"):
        await world.file("sale", {"buyer": {"name": "x"}})
    assert world.rows(select(schema.party)) == []


async def test_what_a_grouped_key_files_is_its_groups_and_the_audit_holds_that(world: World) -> None:
    grouped = dataclasses.replace(FRONT, group="hall")
    body = orjson.dumps({"service": "office-safe", "channel": "counter", "applicant": MAN, "data": {}})
    filed = [
        await world.intake.file(body, caller=caller, idempotency_key=key, language="en", traceparent=None)
        for caller, key in ((grouped, "a"), (FRONT, "b"), (FRONT, "a"))
    ]
    assert [one.created for one in filed] == [True, True, False], "a repeat is the caller's, whatever its group"
    groups = dict(world.rows(select(schema.application.c.id, schema.application.c.owner_group)))
    assert groups == {filed[0].application_id: "hall", filed[1].application_id: None}
    world.prove()
    await world.run()
    table = schema.application
    for change in ({"owner_group": "other"}, {"owner_group": None}):
        with world.writer.connect() as connection:
            connection.execute(table.update().where(table.c.id == filed[0].application_id).values(change))
            assert [one.id for one in replay(connection, [HMAC_KEY]).kept] == [filed[0].application_id]
            connection.rollback()


@pytest.mark.parametrize("group", [None, "another"])
async def test_only_the_group_takes_back_what_it_filed(world: World, group: str | None) -> None:
    body = orjson.dumps({"service": "office-safe", "channel": "counter", "applicant": MAN, "data": {}})
    hall = dataclasses.replace(FRONT, group="hall")
    case = (await world.intake.file(body, caller=hall, idempotency_key="a", language="en", traceparent=None)).application_id
    with pytest.raises(Refused) as refused:
        await world.revisions.withdraw(case, caller=dataclasses.replace(FRONT, group=group), reason=None)
    assert refused.value.status == 404
    await world.revisions.withdraw(case, caller=Caller(id="another", name="", role="front-end", group="hall"), reason=None)
    assert world.events(case)[-1] == "withdrawal_asked"

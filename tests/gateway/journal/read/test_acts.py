"""Acts of operators, read back from what really did them, on both stores."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine, delete, insert

from gateway.journal.read import acts
from gateway.journal.read.acts import ActDone
from gateway.journal.read.reasons import keep_case_reason, keep_department_reason, keep_reason
from gateway.journal.store import schema
from gateway.journal.writer.draft import Draft, Needs
from gateway.journal.writer.journal import Journal
from gateway.model.case import NOBODY
from tests.gateway.journal.small import Does, adds, application, engine, opened

KEY = "0190a000-0000-7000-8000-0000000000aa"
JOB = "0190a000-0000-7000-8000-0000000000bb"


@pytest.fixture
async def writer(store_url: str) -> AsyncIterator[Engine]:
    made = engine(store_url)
    with made.begin() as connection:
        row = {"id": KEY, "name": "duty desk", "role": "operator", "hash": "h", "created_at": 1}
        connection.execute(insert(schema.api_key), row)
    yield made
    made.dispose()


@pytest.fixture
async def journal(writer: Engine) -> AsyncIterator[Journal]:
    made = opened(writer)
    await made.open()
    yield made
    await made.close()


async def test_each_act_has_who_when_and_its_own_reason(writer: Engine, journal: Journal) -> None:
    case = await journal.write(adds(application("1")))

    def resolve(draft: Draft) -> None:
        before = draft.case(case)
        one = before.deliveries["do"]
        keep_reason(draft, "first", act="resolved", actor=f"caller:{KEY}", delivery=one)
        draft.put(one, reference="R")
        draft.settle(case, "delivery_resolved", f"caller:{KEY}", {}, delivery_id=one.id, before=before)

    def take_back(draft: Draft) -> None:
        before = draft.case(case)
        one = before.deliveries["do"]
        keep_reason(draft, "second", act="taken_back", actor="operator:root(sudo:li)", delivery=one)
        draft.put(one, reference=None)
        draft.settle(case, "resolution_taken_back", "operator:root(sudo:li)", {}, delivery_id=one.id, before=before)

    def retry(draft: Draft) -> None:
        before = draft.case(case)
        draft.put_payload(NOBODY, f"note:job:{JOB}", 1, b"mended")
        details = {"job": JOB}
        draft.settle(case, "delivery_retried", "operator:li", details, delivery_id=before.deliveries["do"].id, before=before)

    def move(draft: Draft) -> None:
        before = draft.case(case)
        keep_case_reason(draft, "mapping", act="moved", actor="operator:li", application=before.application)
        draft.settle(case, "definition_moved", "operator:li", {}, before=before)

    def decide(draft: Draft) -> None:  # nobody's act
        draft.settle(case, "outcome_recorded", "gateway", {}, before=draft.case(case))

    for doing in (resolve, take_back, retry, move, decide):
        await journal.write(Does(doing, Needs(cases=(case,))))
    with writer.connect() as connection:
        found = acts.of_case(connection, case)
    told = [(one.act, one.name, one.reason, one.delivery_id is None, one.job_id) for one in found]
    assert told == [
        ("resolved", "duty desk", "first", False, None),
        ("taken_back", "root(sudo:li)", "second", False, None),
        ("retried", "li", "mended", False, JOB),
        ("moved", "li", "mapping", True, None),
    ]
    assert [one.at for one in found] == sorted(one.at or 0 for one in found)
    with writer.begin() as connection:
        connection.execute(delete(schema.payload).where(schema.payload.c.application_id == case))
    with writer.connect() as connection:  # erased: actor and time stay
        assert [(one.act, one.reason) for one in acts.of_case(connection, case)][:2] == [("resolved", None), ("taken_back", None)]


async def test_a_department_has_what_was_last_said_first(writer: Engine, journal: Journal) -> None:
    def say(act: str, version: int) -> Does:
        def doing(draft: Draft) -> None:
            keep_department_reason(draft, f"why {version}", act=act, actor=f"caller:{KEY}", department="tax", version=version)

        return Does(doing, Needs())

    await journal.write(say("paused", 1))
    await journal.write(say("resumed", 2))
    with writer.connect() as connection:
        found = acts.of_departments(connection, ["tax", "marriage"])
        assert acts.name_of(connection, f"caller:{KEY}") == "duty desk"
        assert acts.name_of(connection, "caller:nobody") is None
    at = found["tax"][0].at
    expected = ActDone(act="resumed", at=at, actor=f"caller:{KEY}", name="duty desk", reason="why 2")
    assert (found["tax"][0], [one.act for one in found["tax"]], found["marriage"]) == (expected, ["resumed", "paused"], [])

"""Operators' acts and reasons are read as they were given, those of an older release too, and go when their case's contents do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine, delete, insert, select

from gateway.journal.read.reasons import (
    Act,
    by_name,
    keep_case_reason,
    keep_department_reason,
    keep_reason,
    name_of,
    of_case,
    of_departments,
)
from gateway.journal.store import schema
from gateway.journal.verification.replay import replay
from gateway.journal.writer.draft import Draft, Needs
from gateway.journal.writer.journal import Journal
from gateway.model.case import NOBODY
from tests.gateway.journal.small import Does, adds, application, engine, opened

WHO = "local:wang"


async def test_a_case_has_its_reasons_until_its_contents_are_erased(writer: Engine, vouched: Journal) -> None:
    case = await vouched.write(adds(application("1")))

    def resolve(draft: Draft) -> None:
        before = draft.case(case)
        one = before.deliveries["do"]
        keep_reason(draft, "对方已核实“王芳”", act="resolved", actor=WHO, delivery=draft.put(one, reference="R"))
        draft.settle(case, "delivery_resolved", WHO, {}, before=before)

    def move(draft: Draft) -> None:
        before = draft.case(case)
        keep_case_reason(draft, " ", act="moved", actor=WHO, application=before.application)
        keep_case_reason(draft, '{"act": 1}', act="moved", actor=WHO, application=before.application)
        draft.put_payload(case, "note:withdrawal", 1, "不办了".encode())
        draft.settle(case, "definition_moved", WHO, {}, before=before)

    await vouched.write(Does(resolve, Needs(cases=(case,))))
    await vouched.write(Does(move, Needs(cases=(case,))))
    with writer.connect() as connection:
        found = by_name(connection, case)
        [delivery] = connection.execute(select(schema.delivery.c.id).where(schema.delivery.c.application_id == case)).scalars()
    assert found == {f"note:{delivery}@1": "对方已核实“王芳”", "note:definition@3": '{"act": 1}'}

    def erase(draft: Draft) -> None:
        before = draft.case(case)
        parts = [*found, "note:withdrawal@1"]
        draft.execute(delete(schema.payload).where(schema.payload.c.application_id == case), {})
        draft.settle(case, "case_erased", WHO, {"erased": parts}, before=before)

    await vouched.write(Does(erase, Needs(cases=(case,))))
    with writer.connect() as connection:
        assert by_name(connection, case) == {}
        assert [kept for kept in replay(connection, ()).kept if kept.what == "payload"] == []


async def test_a_department_has_its_last_reasons_the_newest_first(writer: Engine, vouched: Journal) -> None:
    for version in (1, 2, 3):
        act = "paused" if version % 2 else "resumed"

        def say(draft: Draft, version: int = version, act: str = act) -> None:
            keep_department_reason(draft, f"第 {version} 次", act=act, actor=WHO, department="tax", version=version)

        await vouched.write(Does(say))
    with writer.connect() as connection:
        found = of_departments(connection, ["tax", "housing"], most=2)
    assert [(reason.reason, reason.act) for reason in found["tax"]] == [("第 3 次", "paused"), ("第 2 次", "resumed")]
    assert found["housing"] == []


def test_what_a_release_before_kept_is_read_as_the_words_alone(writer: Engine) -> None:
    rows = [("c", "note:d-1:4", 1), ("c", "note:definition", 2), ("c", "form", 1), (NOBODY, "note:department:tax", 1)]
    with writer.begin() as connection:
        for owner, part, revision in rows:
            row = {"application_id": owner, "part": part, "revision": revision, "blob": "已核实".encode(), "salt": None}
            connection.execute(insert(schema.payload), row)
        assert by_name(connection, "c") == {"note:d-1:4@1": "已核实", "note:definition@2": "已核实"}
        assert of_departments(connection, ["tax"])["tax"] == [Act(act="controlled", at=None, actor=None, reason="已核实")]


# -- acts, by a key that has a name
KEY = "0190a000-0000-7000-8000-0000000000aa"
JOB = "0190a000-0000-7000-8000-0000000000bb"


@pytest.fixture
async def desk(store_url: str) -> AsyncIterator[Engine]:
    made = engine(store_url)
    with made.begin() as connection:
        row = {"id": KEY, "name": "duty desk", "role": "operator", "hash": "h", "created_at": 1}
        connection.execute(insert(schema.api_key), row)
    yield made
    made.dispose()


@pytest.fixture
async def journal(desk: Engine) -> AsyncIterator[Journal]:
    made = opened(desk)
    await made.open()
    yield made
    await made.close()


async def test_each_act_has_who_when_and_its_own_reason(desk: Engine, journal: Journal) -> None:
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
    with desk.connect() as connection:
        found = of_case(connection, case)
    told = [(one.act, one.name, one.reason, one.delivery_id is None, one.job_id) for one in found]
    assert told == [
        ("resolved", "duty desk", "first", False, None),
        ("taken_back", "root(sudo:li)", "second", False, None),
        ("retried", "li", "mended", False, JOB),
        ("moved", "li", "mapping", True, None),
    ]
    assert [one.at for one in found] == sorted(one.at or 0 for one in found)
    with desk.begin() as connection:
        connection.execute(delete(schema.payload).where(schema.payload.c.application_id == case))
    with desk.connect() as connection:  # erased: actor and time stay
        assert [(one.act, one.reason) for one in of_case(connection, case)][:2] == [("resolved", None), ("taken_back", None)]


async def test_a_department_has_what_was_last_said_first(desk: Engine, journal: Journal) -> None:
    def say(act: str, version: int) -> Does:
        def doing(draft: Draft) -> None:
            keep_department_reason(draft, f"why {version}", act=act, actor=f"caller:{KEY}", department="tax", version=version)

        return Does(doing, Needs())

    await journal.write(say("paused", 1))
    await journal.write(say("resumed", 2))
    with desk.connect() as connection:
        found = of_departments(connection, ["tax", "marriage"])
        assert name_of(connection, f"caller:{KEY}") == "duty desk"
        assert name_of(connection, "caller:nobody") is None
    at = found["tax"][0].at
    expected = Act(act="resumed", at=at, actor=f"caller:{KEY}", name="duty desk", reason="why 2")
    assert (found["tax"][0], [one.act for one in found["tax"]], found["marriage"]) == (expected, ["resumed", "paused"], [])

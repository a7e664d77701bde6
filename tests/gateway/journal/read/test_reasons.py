"""Operators' reasons are read as they were given, those of an older release too, and go when their case's contents do."""

from __future__ import annotations

from sqlalchemy import Engine, delete, insert, select

from gateway.journal.read.reasons import Reason, by_name, keep_case_reason, keep_department_reason, keep_reason, of_departments
from gateway.journal.store import schema
from gateway.journal.verification.replay import replay
from gateway.journal.writer.draft import Draft, Needs
from gateway.journal.writer.journal import Journal
from gateway.model.case import NOBODY
from tests.gateway.journal.small import Does, adds, application

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
    assert [(reason.text, reason.act) for reason in found["tax"]] == [("第 3 次", "paused"), ("第 2 次", "resumed")]
    assert found["housing"] == []


def test_what_a_release_before_kept_is_read_as_the_words_alone(writer: Engine) -> None:
    rows = [("c", "note:d-1:4", 1), ("c", "note:definition", 2), ("c", "form", 1), (NOBODY, "note:department:tax", 1)]
    with writer.begin() as connection:
        for owner, part, revision in rows:
            row = {"application_id": owner, "part": part, "revision": revision, "blob": "已核实".encode(), "salt": None}
            connection.execute(insert(schema.payload), row)
        assert by_name(connection, "c") == {"note:d-1:4@1": "已核实", "note:definition@2": "已核实"}
        assert of_departments(connection, ["tax"])["tax"] == [Reason(text="已核实", act="controlled")]

"""Departments' words are kept with the case: the last few of each delivery, committed to in the audit, gone when it is erased."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Engine

from gateway.journal.read.said import LAST, keep_said, said_of
from gateway.journal.verification.replay import replay
from gateway.journal.writer.draft import Draft, Needs
from gateway.journal.writer.journal import Journal
from gateway.model.delivery import Delivery
from gateway.model.moves import ready
from tests.gateway.journal.small import Does, adds, application


def found(writer: Engine) -> list[str]:
    with writer.connect() as connection:
        return [f"{one.what} {one.id}" for one in replay(connection, ()).kept if one.what == "payload"]


async def test_the_last_texts_are_kept_and_the_audit_knows_which_are_gone(writer: Engine, vouched: Journal) -> None:
    case = await vouched.write(adds(application("1")))

    def fail(draft: Draft) -> Delivery:
        leased = draft.lease(draft.case(case).deliveries["do"])
        draft.put(leased, ready(1))
        keep_said(draft, leased, f"第 {leased.epoch} 次：系统错误")
        draft.settle(case, "attempt_failed", "gateway", {}, before=draft.case(case))
        return leased

    def late(draft: Draft, leased: Delivery) -> None:
        keep_said(draft, leased, "the same call, told a second time")

    for _ in range(LAST + 3):
        delivery = await vouched.write(Does(fail, Needs(cases=(case,), payload=True)))
        await vouched.write(Does(partial(late, leased=delivery), Needs(cases=(case,))))
        assert found(writer) == []
    with writer.connect() as connection:
        said = said_of(connection, delivery)
    assert said == {epoch: f"第 {epoch} 次：系统错误" for epoch in range(4, LAST + 4)}

    def erase(draft: Draft) -> None:
        before = draft.case(case)
        for epoch in said:
            draft.erase_payload(case, "said:do", epoch)
        draft.settle(case, "case_erased", "local", {}, before=before)

    await vouched.write(Does(erase, Needs(cases=(case,))))
    with writer.connect() as connection:
        assert said_of(connection, delivery) == {}
    assert found(writer) == []

# an intruder's statements, on a journal made for them
"""A node of the version before runs beside: what it writes raises no alarm, and what needs no word of it is held all the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import orjson
import pytest
from sqlalchemy import Engine, select, text, update

from gateway.journal import baseline, schema
from gateway.journal.draft import Draft, Needs
from gateway.journal.journal import Journal
from gateway.journal.key_macs import key_mac
from gateway.journal.replay import replay
from gateway.model.delivery import DeliveryState
from tests.gateway.journal.small import Does, adds, application, engine, opened


@dataclass
class Mixed:
    """A new node's journal, and what a node of the version before does to it."""

    writer: Engine
    journal: Journal
    case: str

    async def changed(self, **changes: object) -> None:
        def doing(draft: Draft) -> None:
            before = draft.case(self.case)
            draft.put(before.deliveries["do"], **changes)
            draft.settle(self.case, "told", "test", {}, before=before)

        await self.journal.write(Does(doing, Needs(cases=(self.case,))))

    async def changed_by_old(self, **changes: object) -> None:
        """The same change as the version before makes it: its entry holds nothing, its calls are rows that no entry names."""
        await self.changed(**changes)
        audit = schema.audit.c
        with self.writer.begin() as connection:
            last = select(audit.seq, audit.details).order_by(audit.seq.desc()).limit(1)
            seq, details = connection.execute(last).one()
            kept = {name: value for name, value in orjson.loads(details).items() if name in ("moves", "application", "attention")}
            connection.execute(update(schema.audit).where(audit.seq == seq).values(details=orjson.dumps(kept).decode()))
            delivery = connection.execute(select(schema.delivery.c.id)).scalar_one()
            attempt = {"delivery_id": delivery, "epoch": seq, "round": 1, "number": 1, "action": "submit", "node": "n"}
            connection.execute(schema.attempt.insert(), {**attempt, "started_at": 1, "ended_at": 2, "result": "timeout"})

    def found(self, *statements: str) -> list[str]:
        with self.writer.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
            found = [f"{one.what} {one.field}" for one in replay(connection, None).kept]
            connection.rollback()
        return [one for one in found if not one.startswith(("service_definition", "number_block"))]

    async def vouch(self) -> None:
        await baseline.take(self.journal.write, self.writer, key_mac(b"k" * 32), since=self.journal.head.seq)


@pytest.fixture
async def mixed(store_url: str) -> AsyncIterator[Mixed]:
    writer = engine(store_url)
    journal = opened(writer, remember=0)
    await journal.open()
    yield Mixed(writer, journal, await journal.write(adds(application("1"))))
    await journal.close()
    writer.dispose()


async def test_a_case_that_an_old_node_touched_raises_no_alarm_and_its_states_are_held(mixed: Mixed) -> None:
    await mixed.changed_by_old(reference="R")
    assert mixed.found() == []
    assert mixed.found("UPDATE delivery SET state = 'held'") == ["delivery state"]
    await mixed.changed(reference="S")
    assert mixed.found() == []
    await mixed.changed_by_old(state=DeliveryState.READY)
    await mixed.changed_by_old(reference="T")
    assert mixed.found() == []


async def test_a_case_that_none_touched_is_held_whole(mixed: Mixed) -> None:
    assert mixed.found("UPDATE delivery SET reference = 'X'") == ["application image"]


async def test_once_vouched_for_all_is_held_and_an_old_node_that_goes_on_is_told_of(mixed: Mixed) -> None:
    await mixed.changed_by_old(reference="R")
    await mixed.vouch()
    assert mixed.found() == []
    assert mixed.found("UPDATE delivery SET reference = 'X'") == ["application image"]
    assert mixed.found("UPDATE attempt SET result = 'approved'") == ["rows contents"]
    assert mixed.found("DELETE FROM attempt") == ["rows contents"]
    await mixed.changed(reference="S")
    assert mixed.found() == []
    assert mixed.found("DELETE FROM attempt") == ["rows contents"]
    await mixed.changed_by_old(reference="T")
    assert set(mixed.found()) == {"application image", "rows contents"}


async def test_what_was_changed_after_it_was_vouched_for_is_told_when_a_change_follows(mixed: Mixed) -> None:
    await mixed.changed_by_old(reference="R")
    await mixed.vouch()
    with mixed.writer.begin() as connection:
        connection.execute(text("UPDATE application SET caller = 'another'"))
    await mixed.changed(reference="S")
    assert mixed.found() == ["application image before entry 3"]

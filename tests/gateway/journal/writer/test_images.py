"""A change's entries hold what it leaves without its own doing, and tell of what something else changed in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, insert, select, text, update

from gateway.journal.keys.hmac_keys import key_mac
from gateway.journal.store import schema
from gateway.journal.verification import baseline
from gateway.journal.verification.replay import replay
from gateway.journal.writer.draft import Draft, Needs
from gateway.journal.writer.images import KEPT
from gateway.journal.writer.journal import Journal
from gateway.model.delivery import Action, DeliveryState
from tests.gateway.journal.small import Does, adds, application, engine, opened


@pytest.fixture
async def writer(store_url: str) -> AsyncIterator[Engine]:
    made = engine(store_url)
    yield made
    made.dispose()


@pytest.fixture(params=[0, 100], ids=["read anew", "remembered"])
async def journal(writer: Engine, request: pytest.FixtureRequest) -> AsyncIterator[Journal]:
    made = opened(writer, remember=request.param)
    await made.open()
    await baseline.take(made.write, writer, key_mac(b"k" * 32), since=made.head.seq)
    yield made
    await made.close()


def on(case: str, doing: Any) -> Does:
    return Does(lambda draft: doing(draft, draft.case(case).deliveries["do"]), Needs(cases=(case,)))


def told(draft: Draft, delivery: Any, **changes: Any) -> None:
    before = draft.case(delivery.application_id)
    draft.put(delivery, **changes)
    draft.settle(delivery.application_id, "told", "test", {}, before=before)


def found(writer: Engine) -> list[str]:
    with writer.connect() as connection:
        kept = replay(connection, []).kept
    # Of the definition that these journals have, made up.
    return [f"{one.what} {one.field}" for one in kept if one.what not in ("service_definition", "number_block")]


def entries(writer: Engine, case: str) -> list[tuple[str, int | None, dict[str, Any]]]:
    audit = schema.audit.c
    with writer.connect() as connection:
        rows = connection.execute(
            select(audit.event, audit.event_no, audit.details).where(audit.application_id == case).order_by(audit.seq)
        )
        return [(row.event, row.event_no, orjson.loads(row.details)) for row in rows]


async def test_every_entry_of_a_case_has_its_image_and_one_read_anew_how_it_was_found(writer: Engine, journal: Journal) -> None:
    case = await journal.write(adds(application("1")))
    await journal.write(on(case, lambda draft, one: told(draft, one, reference="R")))
    first, second = (details for _, _, details in entries(writer, case))
    assert first["image"] != second["image"]
    assert second.get("found", first["image"]) == first["image"]
    assert found(writer) == []


async def test_what_something_else_has_changed_is_told_even_when_a_change_follows(writer: Engine, journal: Journal) -> None:
    case = await journal.write(adds(application("1")))
    with writer.begin() as connection:
        connection.execute(text("UPDATE application SET caller = 'another'"))
    assert found(writer) == ["application image"]
    await journal.write(on(case, lambda draft, one: told(draft, one, reference="R")))
    [told_of] = found(writer)
    # A writer that remembers the case holds its own; one that reads it says how it found it.
    assert told_of in ("application image", "application image before entry 2")
    await journal.write(on(case, lambda draft, one: told(draft, one, reference="S")))
    assert found(writer) == [told_of], "for ever"


async def test_a_lease_is_no_news(writer: Engine, journal: Journal) -> None:
    case = await journal.write(adds(application("1"), state=DeliveryState.DECIDING, action=Action.POLL))
    await journal.write(on(case, lambda draft, one: draft.lease(one, Action.POLL) and None))
    await journal.write(on(case, lambda draft, one: draft.put(one, checks=3, due_at=5, problem="x", lease_owner=None) and None))
    assert [event for event, _, _ in entries(writer, case)] == ["application_accepted"]
    assert found(writer) == []


async def test_a_change_that_tells_nothing_of_what_it_changed_is_told_of(writer: Engine, journal: Journal) -> None:
    case = await journal.write(adds(application("1")))
    await journal.write(on(case, lambda draft, one: draft.put(one, reference="R") and None))
    await journal.write(on(case, lambda draft, _: draft.put_application(case, revision=2)))
    assert [(event, no) for event, no, _ in entries(writer, case)] == [
        ("application_accepted", 1),
        ("case_changed", 2),
        ("case_changed", 3),
    ]
    assert found(writer) == []


async def test_an_image_is_of_the_end_of_a_change_whatever_follows_its_telling(writer: Engine, journal: Journal) -> None:
    case = await journal.write(adds(application("1")))

    def doing(draft: Draft, one: Any) -> None:
        told(draft, one, reference="R")
        draft.put(draft.case(case).deliveries["do"], reference="S")

    await journal.write(on(case, doing))
    assert found(writer) == []


async def test_a_call_that_ended_without_news_leaves_its_row_and_an_entry_beside_the_case(writer: Engine, journal: Journal) -> None:
    case = await journal.write(adds(application("1"), state=DeliveryState.DECIDING, lease_owner="n", lease_until=1))
    await journal.write(on(case, lambda draft, one: draft.end_attempt(one, "unavailable")))
    event, event_no, details = entries(writer, case)[-1]
    assert (event, event_no, list(details["rows"])) == (KEPT, None, ["attempt do.0"])
    await journal.write(on(case, lambda draft, one: told(draft, one, reference="R")))
    assert found(writer) == []


async def test_a_row_that_is_overwritten_late_is_held_as_it_is_then(writer: Engine, journal: Journal) -> None:
    case = await journal.write(adds(application("1"), lease_owner="n", lease_until=1))

    def ended(draft: Draft, one: Any) -> None:
        draft.end_attempt(one, "crashed")
        told(draft, one, reference="R")

    def late(draft: Draft, one: Any) -> None:
        draft.end_attempt_late(one.changed(lease_owner="n"), "approved")
        told(draft, one)

    await journal.write(on(case, ended))
    await journal.write(on(case, late))
    assert found(writer) == []


async def test_contents_of_a_change_are_committed_to_by_its_own_entry(writer: Engine, journal: Journal) -> None:
    case = await journal.write(adds(application("1")))

    def doing(draft: Draft, one: Any) -> None:
        draft.put_payload(case, "form", 1, b"x")
        draft.put_payload("-", "note:department:tax", 1, b"y")
        told(draft, one)

    await journal.write(on(case, doing))
    with writer.connect() as connection:
        rows = connection.execute(select(schema.audit.c.event, schema.audit.c.details).order_by(schema.audit.c.seq.desc()).limit(2)).all()
    said = {event: list(orjson.loads(details)["commitments"]) for event, details in rows}
    assert said == {"told": ["form@1"], KEPT: ["note:department:tax@1"]}
    assert found(writer) == []
    for part in ("form", "note:department:tax"):
        with writer.connect() as connection:
            connection.execute(text("UPDATE payload SET salt = :salt WHERE part = :part"), {"salt": b"s" * 16, "part": part})
            assert [one.field for one in replay(connection, []).kept if one.what == "payload"] == ["blob"]


async def test_contents_that_an_entry_says_were_erased_are_no_fault_and_have_to_be_gone(writer: Engine, journal: Journal) -> None:
    case = await journal.write(adds(application("1")))

    def filled(draft: Draft, one: Any) -> None:
        draft.put_payload(case, "form", 1, b"x")
        told(draft, one)

    def erased(draft: Draft, _one: Any) -> None:
        draft.settle(case, "payload_erased", "test", {"erased": ["form@1"]}, before=draft.case(case))

    await journal.write(on(case, filled))
    await journal.write(on(case, erased))
    assert found(writer) == ["payload None"]
    with writer.begin() as connection:
        connection.execute(text("DELETE FROM payload"))
    assert found(writer) == []


async def test_contents_that_are_erased_and_written_anew_are_held_as_they_are_now(writer: Engine, journal: Journal) -> None:
    case = await journal.write(adds(application("1")))

    def write(blob: bytes) -> Any:
        def doing(draft: Draft, one: Any) -> None:
            draft.put_payload(case, "outcome:do", 1, blob)
            told(draft, one)

        return doing

    def erase(draft: Draft, one: Any) -> None:
        draft.erase_payload(case, "outcome:do", 1)
        draft.erase_payload(case, "outcome:do", 2)  # contents that are not there are not said to be erased
        told(draft, one)

    await journal.write(on(case, write(b"x")))
    await journal.write(on(case, erase))
    assert found(writer) == []
    with writer.connect() as connection:
        details = [orjson.loads(entry) for entry in connection.execute(select(schema.audit.c.details)).scalars()]
    assert [one["erased"] for one in details if "erased" in one] == [["outcome:do@1"]]
    with writer.begin() as connection:  # put back by somebody's hand
        row = {"application_id": case, "part": "outcome:do", "revision": 1, "blob": b"x", "salt": b"s"}
        connection.execute(insert(schema.payload), row)
    assert found(writer) == ["payload None"]
    with writer.begin() as connection:
        connection.execute(text("DELETE FROM payload"))
    await journal.write(on(case, write(b"y")))
    assert found(writer) == []
    with writer.begin() as connection:
        connection.execute(update(schema.payload).values(blob=b"z"))
    assert found(writer) == ["payload blob"]


async def test_what_the_same_commit_keeps_and_erases_is_gone(writer: Engine, journal: Journal) -> None:
    case = await journal.write(adds(application("1")))

    def write(draft: Draft, one: Any) -> None:
        draft.put_payload(case, "outcome:do", 1, b"x")
        told(draft, one)

    def erase(draft: Draft, one: Any) -> None:
        draft.erase_payload(case, "outcome:do", 1)
        told(draft, one)

    await asyncio.gather(journal.write(on(case, write)), journal.write(on(case, erase)))
    with writer.connect() as connection:
        assert connection.execute(select(schema.payload.c.part).where(schema.payload.c.part == "outcome:do")).all() == []
    assert found(writer) == []

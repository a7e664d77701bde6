"""A callback is known again, and settled once."""

from __future__ import annotations

from sqlalchemy import Engine, select

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.queues import inbox
from gateway.journal.store import schema
from gateway.journal.writer.draft import Draft
from gateway.journal.writer.journal import Journal
from tests.gateway.journal.small import Does

ROW = {
    "department": "office", "message_id": "m", "received_at": 1, "key": "k", "reference": None, "outcome": "approved",
    "delivery_id": None, "standing": "waiting",
}  # fmt: skip


async def test_a_message_that_waits_is_settled_with_its_content_kept(vouched: Journal, writer: Engine) -> None:
    def arrives(draft: Draft) -> None:
        draft.insert(schema.inbox, ROW)
        draft.put_payload("-", "inbox:office:m", 1, b"{}")
        draft.audit(Entry(event="callback_kept", actor="test"))

    def settles(draft: Draft) -> bytes | None:
        inbox.settle(draft, ROW, "kept", "delivery-1", case="-")
        draft.audit(Entry(event="callback_settled", actor="test"))
        return inbox.content(draft, ROW, case="-")

    await vouched.write(Does(arrives))
    with writer.connect() as connection:
        assert [inbox.came_before(connection, "office", message) for message in ("m", "n")] == [True, False]
    assert await vouched.write(Does(settles)) == b"{}"
    with writer.connect() as connection:
        assert connection.execute(select(schema.inbox.c.standing, schema.inbox.c.delivery_id)).one() == ("kept", "delivery-1")

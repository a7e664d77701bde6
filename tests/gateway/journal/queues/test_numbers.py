"""Blocks of numbers: each is taken once, whoever takes it, and a restore leaves out what a lost journal may have given."""

from __future__ import annotations

from sqlalchemy import Engine, select

from gateway.journal.queues import numbers
from gateway.journal.store import schema
from gateway.journal.writer.journal import Journal
from tests.gateway.journal.small import Does


async def take(journal: Journal, day: str) -> object:
    return await journal.write(Does(lambda draft: numbers.take_block(draft, "A", day, 10)))


async def test_blocks_follow_one_another_each_day_by_itself(vouched: Journal) -> None:
    assert [await take(vouched, day) for day in ("1", "1", "2")] == [11, 21, 11]


async def test_what_a_lost_journal_may_have_given_is_left_out(vouched: Journal, writer: Engine) -> None:
    for day in ("20261101", "20261102", "20261103"):
        await take(vouched, day)
    await vouched.write(Does(lambda draft: numbers.leave_out(draft, ["B"], "20261102", "20261104", 100)))
    with writer.connect() as connection:
        rows = connection.execute(select(schema.number_block).order_by(schema.number_block.c.implementation, schema.number_block.c.day))
        assert [tuple(row) for row in rows] == [
            ("A", "20261101", 11), ("A", "20261102", 111), ("A", "20261103", 111), ("A", "20261104", 101), ("B", "20261104", 101),
        ]  # fmt: skip

"""A journal's facts: kept at its first start, read at every other, and never made anew for a journal that lost them."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, delete

from gateway.journal.queues.facts import begun, training
from gateway.journal.store import schema
from gateway.journal.store.refused import DatabaseRefused
from gateway.journal.writer.journal import Journal
from tests.gateway.journal.small import adds, application


def never() -> dict[str, str]:
    raise AssertionError("asked for facts of a journal that is not new")


def test_facts_are_made_once(writer: Engine) -> None:
    assert begun(writer, "journal", lambda: {"journal": "j", "key": "k"}, place="here") == {"journal": "j", "key": "k"}
    assert begun(writer, "journal", never, place="here") == {"journal": "j", "key": "k"}


async def test_a_journal_that_lost_them_is_not_new(vouched: Journal, writer: Engine) -> None:
    assert vouched.head.seq
    with writer.begin() as connection:
        connection.execute(delete(schema.meta))
    with pytest.raises(DatabaseRefused, match="restore a backup"):
        begun(writer, "journal", never, place="here")


def test_a_journal_is_for_training_from_before_its_first_case_and_for_good(writer: Engine) -> None:
    assert not training(writer, begins=False)
    assert training(writer, begins=True)
    assert training(writer, begins=False)


async def test_a_journal_with_a_case_never_becomes_one_for_training(vouched: Journal, writer: Engine) -> None:
    await vouched.write(adds(application("1")))
    assert not training(writer, begins=True)
    assert not training(writer, begins=False)

"""Keys as digests, in a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select

from gateway.journal.keys.filing_keys import FilingKeys
from gateway.journal.store import schema
from gateway.journal.store.database import migrate, open_reader, open_writer
from gateway.journal.writer.journal import Journal
from gateway.model.identifiers import new_id

SECRET = b"k" * 32
NUMBER = "500152199001010018"


@pytest.fixture
def writer(tmp_path: Path) -> Engine:
    migrate(url := f"sqlite:///{tmp_path}/journal.db")
    return open_writer(url)


@pytest.fixture
async def journal(writer: Engine) -> AsyncIterator[Journal]:
    journal = Journal(writer, node=new_id(), chain=new_id())
    await journal.open()
    yield journal
    await journal.close()
    writer.dispose()


def test_a_digest_says_neither_the_key_nor_that_two_callers_have_the_same() -> None:
    keys = FilingKeys.of(SECRET)
    digest = keys.digest("a", NUMBER)

    assert digest == FilingKeys.of(SECRET).digest("a", NUMBER)
    assert len({digest, keys.digest("b", NUMBER), keys.digest("a", NUMBER + "0"), FilingKeys.of(b"x" * 32).digest("a", NUMBER)}) == 4
    assert NUMBER not in digest
    assert "secret" not in repr(keys)


def test_no_key_that_can_be_sent_has_the_form_of_a_digest() -> None:
    assert not FilingKeys.of(SECRET).digest("a", "k")[0].isascii()


async def test_a_file_holds_digests_alone_from_its_first_start_with_this_version(writer: Engine, journal: Journal, tmp_path: Path) -> None:
    callers = [new_id() for _ in range(3)]
    plain = [(caller, f"{NUMBER}-{place}") for caller in callers for place in range(700)]  # more than are taken at once
    row = {"body_hmac": "0" * 64, "application_id": new_id(), "revision": 1, "created_at": 1}
    with writer.begin() as connection:
        connection.execute(insert(schema.idempotency), [{"caller": caller, "key": key, **row} for caller, key in plain])
    reader, keys = open_reader(f"sqlite:///{tmp_path}/journal.db"), FilingKeys.of(SECRET)
    for _ in range(2):  # a second start finds nothing to do
        await keys.begin(journal.write, reader)

    assert keys.digested
    with reader.connect() as connection:
        kept = {(caller, key) for caller, key in connection.execute(select(schema.idempotency.c.caller, schema.idempotency.c.key))}
        entries = connection.execute(select(schema.audit.c.details)).scalars().all()
    assert kept == {(caller, keys.digest(caller, key)) for caller, key in plain}
    assert list(entries) == ['{"filings":2100,"jobs":0}']
    reader.dispose()

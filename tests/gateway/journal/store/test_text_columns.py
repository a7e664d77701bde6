"""Text is compared alike on both stores: by its bytes, as Python compares it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, func, select

from gateway.journal.store.database import open_writer
from gateway.journal.store.schema import meta

WORDS = ["outcome:tax", "outcome;", "outcome", "C", "b", "é", "中", "a-b", "ab", "a_b"]


@pytest.fixture
def writer(store_url: str) -> Iterator[Engine]:
    engine = open_writer(store_url)
    with engine.begin() as connection:
        connection.execute(meta.insert(), [{"key": word, "value": word} for word in WORDS])
    yield engine
    engine.dispose()


@pytest.mark.parametrize("column", ["key", "value"])
def test_it_is_ordered_by_its_bytes(writer: Engine, column: str) -> None:
    """A language would put ``b`` before ``C`` and see no punctuation."""
    with writer.connect() as connection:
        assert list(connection.execute(select(meta.c[column]).order_by(meta.c[column])).scalars()) == sorted(WORDS)
        assert connection.execute(select(func.max(meta.c[column]))).scalar_one() == max(WORDS)


def test_a_prefix_is_a_range(writer: Engine) -> None:
    with writer.connect() as connection:
        found = connection.execute(select(meta.c.key).where(meta.c.key >= "outcome:", meta.c.key < "outcome;")).scalars()
        assert list(found) == ["outcome:tax"]

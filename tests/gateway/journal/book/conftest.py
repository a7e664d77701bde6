"""A journal with cases of some days, in both stores."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.journal.read.insights import Insights
from gateway.journal.store.database import open_reader
from tests.gateway.api.sample_cases import Journal
from tests.plans import Plans


@pytest.fixture
def journal(store_url: str) -> Iterator[Journal]:
    journal = Journal(store_url)
    yield journal
    journal.engine.dispose()


@pytest.fixture
def insights(journal: Journal) -> Iterator[Insights]:
    """Open the read side, which never takes the whole of a table that grows."""
    engine = open_reader(journal.url)
    insights, plans = Insights(engine), Plans()
    with plans.watching():
        yield insights
    insights.close()
    assert plans.scans(journal.engine) == []
    engine.dispose()

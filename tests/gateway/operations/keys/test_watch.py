"""Keys that end are reported beforehand, and their last use is stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from gateway.journal.keys.key_macs import key_mac
from gateway.journal.read.insights import Insights
from gateway.journal.store.database import open_reader
from gateway.operations.keys.keys import Keys
from gateway.operations.keys.watch import KeyWatch
from gateway.telemetry.metrics import create_metrics
from tests.gateway.api.sample_cases import Journal
from tests.gateway.api.stand_ins import KeysWritten


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[Keys]:
    journal = Journal(tmp_path)
    engine = open_reader(journal.url)
    insights = Insights(engine)
    yield Keys(insights, KeysWritten(journal.engine), {"tax"}, key_mac(b"k" * 32))
    insights.close()
    engine.dispose()
    journal.engine.dispose()


async def test_an_end_is_told_at_each_stage_and_measured_and_a_use_is_kept(keys: Keys) -> None:
    begin = datetime.now(UTC)
    moment = begin
    end = int((begin + timedelta(days=31)).timestamp() * 1_000_000)
    made, key = await keys.create("front-end", "hall", actor="local", expires_at=end)
    forever, _ = await keys.create("operator", "duty", actor="local")
    await keys.authenticate(key)
    metrics = create_metrics(CollectorRegistry())
    watch = KeyWatch(keys, metrics, clock=lambda: moment)
    told: list[tuple[str, int]] = []
    for days in (0, 2.5, 2.5, 25.5, 30.5, 31.5, 31.6):
        moment = begin + timedelta(days=days)
        with capture_logs() as logs:
            await watch.look()
        assert all(line["key"] == made.id for line in logs)
        told += [(line["event"], line["days"]) for line in logs]
    assert told == [("key_expires", 28), ("key_expires", 5), ("key_expires", 0), ("key_expired", -1)]
    assert keys.warning is not None
    assert "1 API keys" in keys.warning
    labels = {"role": "front-end"}
    assert (metrics.of_journal.get_sample_value("gateway_key_seconds_left", labels) or 0) < 0
    kept = {one.id: one.last_used_at for one in await keys._insights.keys()}
    assert kept[made.id] is not None
    assert kept[forever.id] is None
    await keys.revoke(made.id, actor="local")
    await watch.look()
    assert keys.warning is None
    assert metrics.of_journal.get_sample_value("gateway_key_seconds_left", labels) is None

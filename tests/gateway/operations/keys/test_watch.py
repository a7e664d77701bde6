"""Keys that end are reported beforehand, and their last use is stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from gateway.journal.keys.hmac_keys import key_mac
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
    told: list[tuple[str, int | None]] = []
    for days in (0, 2.5, 2.5, 25.5, 30.5, 31.5, 31.6):
        moment = begin + timedelta(days=days)
        with capture_logs() as logs:
            await watch.look()
        assert all(line["key"] == made.id for line in logs)
        told += [(line["event"], line.get("days")) for line in logs]
    assert told == [("key_expires", 28), ("key_expires", 5), ("key_expires", 0), ("key_expired", None)]
    assert keys.warning is not None
    assert "1 API keys" in keys.warning
    labels = {"role": "front-end"}
    assert metrics.of_journal.get_sample_value("gateway_key_seconds_left", labels) is None  # it has ended
    kept = {one.id: one.last_used_at for one in await keys._insights.keys()}
    assert kept[made.id] is not None
    assert kept[forever.id] is None
    await keys.revoke(made.id, actor="local")
    await watch.look()
    assert keys.warning is None
    assert metrics.of_journal.get_sample_value("gateway_key_seconds_left", labels) is None


async def test_a_key_with_a_successor_is_neither_told_nor_measured_and_hides_no_other(keys: Keys) -> None:
    begin = datetime.now(UTC)
    moment = begin
    end = int((begin + timedelta(days=5)).timestamp() * 1_000_000)
    old, _ = await keys.create("front-end", "hall", actor="local", expires_at=end)
    later, _ = await keys.create("front-end", "kiosk", actor="local", expires_at=end + 3_600_000_000)
    after, _ = await keys.succeed(old.id, actor="local", overlap=0)
    metrics = create_metrics(CollectorRegistry())

    async def start() -> tuple[list[tuple[str, str]], float | None]:
        """Look as a gateway does that starts now."""
        with capture_logs() as logs:
            await KeyWatch(keys, metrics, clock=lambda: moment).look()
        left = metrics.of_journal.get_sample_value("gateway_key_seconds_left", {"role": "front-end"})
        return [(line["event"], line["key"]) for line in logs], left

    for seconds in (0, 315):
        moment = begin + timedelta(seconds=seconds)
        told, left = await start()
        assert told == [("key_expires", later.id)]
        assert left == pytest.approx(5 * 86400 + 3600 - seconds, abs=1)
        assert "1 API keys" in (keys.warning or "")
    moment = begin + timedelta(days=5, hours=2)
    assert await start() == ([("key_expired", later.id)], None)
    await keys.revoke(after.id, actor="local")  # who has the old one has no other then
    assert (await start())[0] == [("key_expired", later.id), ("key_expired", old.id)]

"""Drafts that have expired go by themselves, in spite of a journal that is away."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from gateway.model.errors import JournalClosed, JournalUnavailable
from gateway.operations.watch import expiry as module
from gateway.operations.watch.expiry import ExpiryWatch
from tests.patience import within


class _Expiring:
    """Drafts whose rounds end as told."""

    def __init__(self, *ends: Exception | None) -> None:
        self.ends = list(ends)
        self.over = asyncio.Event()

    async def expire(self) -> int:
        end = self.ends.pop(0)
        if not self.ends:
            self.over.set()
        if end is not None:
            raise end
        return 0


async def test_it_goes_on_whatever_a_round_meets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_EVERY", 0)
    drafts = _Expiring(None, JournalUnavailable("away"), ValueError("odd"), JournalClosed("it ends"))
    watch = ExpiryWatch(drafts)  # type: ignore[arg-type]  # all that it asks of them
    with capture_logs() as logs:
        watch.start()
        async with within():
            await drafts.over.wait()
            await watch.stop()
    assert [line["event"] for line in logs] == ["journal_failed", "housekeeping_failed"]


async def test_one_that_was_never_started_stops() -> None:
    await ExpiryWatch(_Expiring()).stop()  # type: ignore[arg-type]  # as above

"""Rounds go on in spite of what one meets, and end with the journal."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from gateway.model.errors import JournalClosed, JournalUnavailable
from gateway.operations.watch import rounds
from gateway.operations.watch.rounds import Rounds
from tests.patience import within


class Failing(Rounds):
    """Rounds that end as told."""

    name = "failing"

    def __init__(self, *ends: Exception | None) -> None:
        self.ends = list(ends)
        self.over = asyncio.Event()

    async def round(self) -> float:
        end = self.ends.pop(0)
        if not self.ends:
            self.over.set()
        if end is not None:
            raise end
        return 0


async def test_they_go_on_whatever_one_meets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "EVERY", 0)
    failing = Failing(None, JournalUnavailable("away"), ValueError("odd"), JournalClosed("it ends"))
    with capture_logs() as logs:
        failing.start()
        async with within():
            await failing.over.wait()
            await failing.stop()
    assert [line["event"] for line in logs] == ["journal_failed", "housekeeping_failed"]


async def test_those_that_were_never_started_stop() -> None:
    await Failing().stop()

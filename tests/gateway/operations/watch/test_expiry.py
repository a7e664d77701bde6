"""Drafts that have expired go by themselves."""

from __future__ import annotations

from gateway.operations.watch.expiry import ExpiryWatch
from gateway.operations.watch.rounds import EVERY


class _Expiring:
    """Drafts that count how often they are asked."""

    times = 0

    async def expire(self) -> int:
        self.times += 1
        return 0


async def test_a_round_takes_away_what_has_expired() -> None:
    drafts = _Expiring()
    assert await ExpiryWatch(drafts).round() == EVERY  # type: ignore[arg-type]  # all that it asks of them
    assert drafts.times == 1

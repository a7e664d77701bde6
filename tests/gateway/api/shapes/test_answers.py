"""Records as JSON."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.api.shapes.answers import rfc3339
from tests.gateway.api.sample_cases import NOON


def test_times_are_rfc_3339_with_chinas_offset() -> None:
    assert rfc3339(NOON + 123_999) == "2026-11-23T09:30:00.123+08:00"
    assert rfc3339(None) is None
    moment = datetime.fromisoformat(rfc3339(0) or "")
    assert (moment.timestamp(), moment.utcoffset()) == (0, timedelta(hours=8))

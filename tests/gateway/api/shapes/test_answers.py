"""Records as JSON."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.api.shapes.answers import Sight, rfc3339, sight
from gateway.cases.caller import LOCAL_CALLER, Caller
from tests.gateway.api.sample_cases import NOON, an_application


def test_times_are_rfc_3339_with_chinas_offset() -> None:
    assert rfc3339(NOON + 123_999) == "2026-11-23T09:30:00.123+08:00"
    assert rfc3339(None) is None
    moment = datetime.fromisoformat(rfc3339(0) or "")
    assert (moment.timestamp(), moment.utcoffset()) == (0, timedelta(hours=8))


def test_who_filed_it_sees_the_whole_of_it() -> None:
    case = an_application(caller="me")
    assert sight(Caller(id="me", name="", role="front-end"), case) is Sight.WHOLE
    assert sight(Caller(id="other", name="", role="operator"), case) is Sight.MASKED
    assert sight(Caller(id="other", name="", role="auditor"), case) is Sight.NONE
    assert sight(LOCAL_CALLER, case) is Sight.MASKED
    assert sight(LOCAL_CALLER, an_application(caller="local")) is Sight.WHOLE

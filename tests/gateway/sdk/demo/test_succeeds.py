"""The demo department that succeeds passes the whole suite, with no test left out."""

from __future__ import annotations

import pytest

from gateway.sdk.conformance import Conformance, checks_in
from tests.gateway.sdk.conformance.departments import ForRefuses, ForSucceeds


class TestSucceeds(ForSucceeds):
    """Everything is offered."""


def test_no_test_is_left_out() -> None:
    for one in checks_in(Conformance):
        assert one.applies == "once" or ForSucceeds.operations_for(one.applies), one.code
    assert ForSucceeds.skips == {}


@pytest.mark.slow("the whole suite again; the department that succeeds stays")
class TestRefuses(ForRefuses):
    """Rejects and sends back; nothing has an effect."""

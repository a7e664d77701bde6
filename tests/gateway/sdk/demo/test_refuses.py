"""The demo department that refuses everything passes the suite: a refusal is an outcome."""

from __future__ import annotations

from tests.gateway.sdk.conformance.departments import ForRefuses


class TestRefuses(ForRefuses):
    """Rejects and sends back; nothing has an effect."""

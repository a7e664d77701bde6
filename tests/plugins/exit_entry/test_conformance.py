"""The exit-entry adapter holds to what every adapter must."""

from __future__ import annotations

from gateway.sdk.conformance import Conformance, Sample
from plugins.exit_entry.adapter import ExitEntry
from plugins.exit_entry.sandbox import ExitEntrySandbox
from tests.plugins.exit_entry.test_adapter import FAMILY, OPTIONS, PASSPORT


class TestExitEntry(Conformance):
    """Never sends twice, is asked for progress, and keeps office hours."""

    adapter = ExitEntry
    sandbox = ExitEntrySandbox
    secrets = {"token": "t"}
    options = OPTIONS
    samples = {
        "update_family_status": Sample(request=FAMILY, returned_fields={"spouseName": "spouse_name", "unheardOf": ""}),
        "apply_passport": Sample(request=PASSPORT, returned_fields={"mobile": "mobile"}, unlisted_code="X999"),
    }

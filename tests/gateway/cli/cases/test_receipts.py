"""A receipt issued again from the command line."""

from __future__ import annotations

from typing import Any

from tests.gateway.cli.conftest import SAMPLES, Command, Running


def test_filing_shows_receipts_and_a_lost_one_is_issued_again(running: Running, command: Command) -> None:
    application: Any = command("submit", SAMPLES / "passport.sample.json", "--json").json
    [first] = application["receipts"]
    for which in (application["id"], application["number"]):
        issued: Any = command("receipt", which, "--json").json
        assert issued["roles"] == first["roles"] == ["applicant"]
        assert issued["query_code"] != first["query_code"]
        first = issued
    shown = command("receipt", application["id"], "--role", "applicant")
    assert shown.code == 0
    assert "/t/" in shown.out
    assert first["query_code"] not in shown.out
    refused = command("receipt", application["id"], "--role", "buyer")
    assert (refused.code, "/role" in refused.err) == (1, True)

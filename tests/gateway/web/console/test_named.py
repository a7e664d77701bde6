"""Codes are said by their names, and one that has none by itself."""

from __future__ import annotations

from gateway.model import code_names
from gateway.web.console.named import failure, named


def test_a_code_has_its_name_and_one_of_nobodys_is_itself() -> None:
    assert named(code_names.TIERS, "gold").zh == "金级"
    assert named(code_names.TIERS, "<b>").en == "<b>"
    assert failure("timeout").en == "no whole reply within the deadline"
    assert failure("http_503").en == failure("http_404").en == "the department answered with that HTTP status"
    assert (failure("http_error").en, failure("registry_1001").en) == ("http_error", "registry_1001")

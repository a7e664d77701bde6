"""The contract to begin with is one that the generator reads whole."""

from __future__ import annotations

from gateway.scaffold.openapi import document as openapi
from gateway.scaffold.starter_contract import starter_contract


def test_it_is_read_without_a_gap_and_named_for_the_adapter() -> None:
    with starter_contract("fire") as file:
        contract = openapi.read(file)
    assert contract.title == "Interface of fire"
    assert contract.gaps == []
    assert [(one.name, one.read_only) for one in contract.operations] == [("file_application", False), ("status", True)]
    assert not file.exists()

"""Find what is stuck, and repair it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import orjson
import pytest

from gateway.model.os_user import own_actor
from tests.gateway.cli.conftest import SAMPLES, Command, Running, until
from tests.patience import PATIENCE, stretched


def fault_at(running: Running, department: str, **fault: object) -> None:
    """Have a department's sandbox misbehave."""
    address = f"{running.stage.sandboxes[department]}/_sandbox/faults"
    with urlopen(Request(address, orjson.dumps(fault), {"Content-Type": "application/json"}), timeout=stretched(PATIENCE)) as answer:  # noqa: S310  # our own sandbox
        assert answer.status == 200


@pytest.fixture
def in_doubt(running: Running, command: Command) -> dict[str, Any]:
    """A passport whose reply was lost: exit-entry must never be sent twice, so a person decides."""
    for _ in range(5):
        fault_at(running, "exit_entry", fault="drop_reply", times=1)
        application: Any = command("submit", SAMPLES / "passport.sample.json", "--json").json
        delivery = until(command, application["deliveries"][0]["id"], "in_doubt", "held", "deciding", "approved")
        if delivery["state"] in ("in_doubt", "held"):
            return delivery
    pytest.fail("the lost reply was another delivery's each time")


def test_listed_by_every_filter(in_doubt: dict[str, Any], command: Command) -> None:
    filters = {
        "department": "exit_entry",
        "state": in_doubt["state"],
        "application": in_doubt["application_id"],
        "problem": in_doubt["problem"],
    }
    for name, value in filters.items():
        found: Any = command("deliveries", f"--{name}", value, "--json").json
        assert in_doubt["id"] in [d["id"] for d in found], name
    found = command("deliveries", *(part for name, value in filters.items() for part in (f"--{name}", value)), "--json").json
    assert [d["id"] for d in found] == [in_doubt["id"]]
    assert command("deliveries", "--department", "tax", "--application", in_doubt["application_id"], "--json").json == []
    assert command("deliveries", "--told-otherwise", "--application", in_doubt["application_id"], "--json").json == []


def test_listed_beyond_a_page(running: Running, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.cli.terminal.client.PAGE", 2)
    application: Any = command("submit", SAMPLES / "newlywed.sample.json", "--json").json
    found: Any = command("deliveries", "--application", application["id"], "--json").json
    assert len({d["id"] for d in found}) == 5
    three = command("deliveries", "--application", application["id"], "--limit", "3")
    assert "only the first 3" in three.out


def test_a_wrong_filter_is_1(running: Running, command: Command) -> None:
    refused = command("deliveries", "--state", "asleep")
    assert refused.code == 1
    assert "state" in refused.err


def test_resolved_as_it_was(in_doubt: dict[str, Any], command: Command, tmp_path: Path) -> None:
    outcome = tmp_path / "outcome.json"
    outcome.write_text('{"kind": "approved", "output": {"passport_number": "E12345678", "ready_on": "2026-12-01"}}')
    resolved = command("resolve", in_doubt["id"], "--happened", "--reason", "对方书面回复", "--outcome", outcome, "--json")
    delivery: Any = resolved.json
    assert (resolved.code, delivery["state"]) == (0, "approved")
    again = command("resolve", in_doubt["id"], "--happened", "--reason", "again")
    assert again.code == 1
    assert "409" in again.err


def test_only_one_thing_is_said_of_it(in_doubt: dict[str, Any], command: Command) -> None:
    for said in (("--happened", "--did-not-happen"), ("--did-not-happen", "--happened"), ()):
        assert command("resolve", in_doubt["id"], *said, "--reason", "duty desk").code == 2
    shown: Any = command("show", in_doubt["id"], "--json").json
    assert (shown["state"], shown["attempts"]) == (in_doubt["state"], 1)


def test_what_did_not_happen_is_sent_again(in_doubt: dict[str, Any], command: Command) -> None:
    resolved = command("resolve", in_doubt["id"], "--did-not-happen", "--reason", "电话核实")
    assert resolved.code == 0
    assert until(command, in_doubt["id"], "approved")["attempts"] == 2


def test_an_outcome_that_is_no_json_is_2(running: Running, command: Command, tmp_path: Path) -> None:
    (tmp_path / "outcome").write_text("approved")
    assert command("resolve", "x", "--happened", "--reason", "y", "--outcome", tmp_path / "outcome").code == 2


def test_retry_obeys_the_resend_rule(in_doubt: dict[str, Any], command: Command) -> None:
    refused = command("retry", in_doubt["id"])
    assert refused.code == 1
    assert refused.err
    shown: Any = command("show", in_doubt["id"], "--json").json
    assert shown["attempts"] == 1


def test_a_mistyped_reference_is_taken_back_and_who_did_what_and_why_is_shown(
    in_doubt: dict[str, Any], command: Command, tmp_path: Path
) -> None:
    outcome = tmp_path / "outcome.json"
    outcome.write_text('{"kind": "accepted", "reference": "CRJ20261123-999999"}')
    command("resolve", in_doubt["id"], "--happened", "--reason", "duty desk: it is there", "--outcome", outcome)
    taken_back = command("unresolve", in_doubt["id"], "--reason", "I mistyped it", "--json")
    back: Any = taken_back.json
    assert (taken_back.code, back["state"], back["reference"]) == (0, in_doubt["state"], None)
    acts = [(one["act"], one["actor"], one["reason"]) for one in back["acts"]]
    assert acts == [("resolved", own_actor(), "duty desk: it is there"), ("taken_back", own_actor(), "I mistyped it")]
    shown = command("show", in_doubt["id"]).out
    assert "said what became of it: duty desk: it is there" in shown
    assert own_actor().removeprefix("operator:") in shown
    again = command("unresolve", in_doubt["id"], "--reason", "once more")
    assert again.code == 1
    assert "409" in again.err


def test_a_reference_that_the_department_does_not_know_ends_up_with_a_person(
    in_doubt: dict[str, Any], command: Command, tmp_path: Path
) -> None:
    outcome = tmp_path / "outcome.json"
    outcome.write_text('{"kind": "accepted", "reference": "CRJ20261123-999999"}')
    command("resolve", in_doubt["id"], "--happened", "--reason", "duty desk", "--outcome", outcome)
    held = until(command, in_doubt["id"], "held")
    assert (held["problem"], held["reference"]) == ("reference_unknown", "CRJ20261123-999999")
    assert "resolve" in held["next"]["en"]

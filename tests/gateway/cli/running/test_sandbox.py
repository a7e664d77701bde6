"""Sandboxes from the command line: which faults there are, set, shown and cleared in those that run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.sdk.sandbox import FAULT_NAMES, Fault
from tests.gateway.cli.conftest import SAMPLES, Command, Running, until
from tests.patience import until as wait_until


@pytest.fixture
def boxes(running: Running, command: Command) -> Iterator[Running]:
    """The session's sandboxes, which behave again afterwards."""
    yield running
    wait_until(lambda: command("sandbox", "clear").code == 0)


def shown(command: Command, department: str) -> Any:
    found: Any = command("sandbox", "show", department, "--json").json
    return found[0]["faults"]


def test_departments_with_their_operations_and_every_fault_are_listed(boxes: Running, command: Command) -> None:
    listed: Any = command("sandbox", "list", "--json").json
    assert {one["name"]: one["address"] for one in listed["departments"]} == boxes.stage.sandboxes
    assert {one["name"]: one["answers"] for one in listed["departments"]} == dict.fromkeys(boxes.stage.sandboxes, True)
    assert "update_family_status" in listed["departments"][0]["operations"]
    assert [one["name"] for one in listed["faults"]] == list(FAULT_NAMES)
    said = command("sandbox", "list")
    assert all(name in said.out for name in (*FAULT_NAMES, *boxes.stage.sandboxes))


def test_a_fault_is_set_hits_and_is_counted(boxes: Running, command: Command) -> None:
    set_one = command("sandbox", "set", "exit_entry", "drop_reply", "--times", "2", "--operation", "apply_passport", "--json")
    assert set_one.code == 0, set_one.err
    assert shown(command, "exit_entry") == [{"fault": "drop_reply", "times": 2, "operation": "apply_passport"}]
    filed: Any = command("submit", SAMPLES / "passport.sample.json", "--json").json
    [delivery] = filed["deliveries"]
    assert until(command, delivery["id"], "in_doubt")["problem"] == "connection_lost"
    assert shown(command, "exit_entry") == [{"fault": "drop_reply", "times": 1, "operation": "apply_passport"}]
    assert shown(command, "tax") == []
    assert "until cleared" in command("sandbox", "set", "tax", "slow").out
    assert command("sandbox", "clear", "exit_entry").code == 0
    assert (shown(command, "exit_entry"), [one["fault"] for one in shown(command, "tax")]) == ([], ["slow"])
    assert command("sandbox", "clear").code == 0
    assert shown(command, "tax") == []


def test_all_that_a_fault_can_be_told_can_be_said(boxes: Running, command: Command) -> None:
    said = {
        "times": 3, "operation": "status", "probability": 0.5, "seconds": 1.5, "processed": True, "fields": ["name", "id"],
        "code": "C1", "reason": "退回", "status": 503, "size": 7, "framed": True,
    }  # fmt: skip
    assert {"fault", *said} == set(Fault.model_fields)
    options = ["--field", "name", "--field", "id", "--processed", "--framed"]
    options += [word for name, value in said.items() if name not in {"fields", "processed", "framed"} for word in (f"--{name}", str(value))]
    assert command("sandbox", "set", "tax", "returned", *options).code == 0
    assert shown(command, "tax") == [{"fault": "returned", **said}]


def test_every_fault_can_be_set_by_its_name(boxes: Running, command: Command) -> None:
    assert command("sandbox", "set", "marriage", "refuse", "--seconds", "0.1").code == 0
    wait_until(lambda: shown(command, "marriage") is not None, why="the port did not open again")
    others = [name for name in FAULT_NAMES if name != "refuse"]
    for name in others:
        assert command("sandbox", "set", "marriage", name).code == 0, name
    assert [one["fault"] for one in shown(command, "marriage")] == others


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("tax", "explode"), 2, f"there is no fault explode; there are: {', '.join(FAULT_NAMES)}"),
        (("traffic", "slow"), 1, "there is no department traffic; departments with one: exit_entry, marriage"),
        (("tax", "slow", "--operation", "zzz"), 1, "operation: is not one of activate_invoicing"),
        (("tax", "slow", "--times", "0", "--probability", "2"), 1, "times: Input should be greater than or equal to 1; probability:"),
        (("tax", "refuse", "--times", "2"), 1, "say only seconds"),
    ],
)
def test_what_cannot_be_set_is_told_with_what_can(
    boxes: Running, command: Command, arguments: tuple[str, ...], code: int, told: str
) -> None:
    refused = command("sandbox", "set", *arguments)
    assert refused.code == code
    assert told in refused.err
    assert shown(command, "tax") == []


def test_sandboxes_that_do_not_run_are_named(stopped: Path, command: Command) -> None:
    refused = command("sandbox", "set", "tax", "slow")
    assert refused.code == 3
    assert "no sandbox of tax answers at http://127.0.0.1:" in refused.err
    assert command("sandbox", "show", "tax").out.count("does not answer") == 1


def test_a_department_on_a_real_system_has_none(stopped: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    config = stopped / "config"
    assert command("init", config).code == 0
    file = config / "departments" / "tax.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("endpoint: sandbox", "endpoint: https://tax.example.gov.cn"), encoding="utf-8")
    monkeypatch.setenv("GATEWAY_CONFIG", str(config))
    refused = command("sandbox", "set", "tax", "slow")
    assert refused.code == 1
    assert "tax is no sandbox" in refused.err

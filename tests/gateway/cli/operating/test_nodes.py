"""``gateway nodes``: the one that runs, one that left, one that was killed and what it left."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

import gateway
from gateway.cli.running.stage import RunningGateway
from tests.gateway.cli.conftest import SAMPLES, Command, Running, serve
from tests.patience import end_of, output, until


def nodes(command: Command) -> list[dict[str, Any]]:
    found: Any = command("nodes", "--json").json
    return list(found["items"])


def test_the_node_that_runs(running: Running, command: Command) -> None:
    [one] = [node for node in nodes(command) if node["state"] == "alive"]
    assert (one["own"], one["process"], one["address"]) == (True, running.process.pid, running.stage.address)
    assert (one["version"], one["roles"], one["host"]) == (gateway.__version__, ["api", "dispatch"], os.uname().nodename)
    said = command("nodes").out
    assert one["id"] in said
    assert "no node lives" not in said


@pytest.mark.slow("a dozen processes, three of them gateways; that the node that runs is told, and operations/watch/test_presence, stay")
def test_one_that_left_and_one_that_was_killed_and_what_it_left_and_that_it_is_taken_over(stopped: Path, process: Command) -> None:
    sandboxes = serve(dict(os.environ), command="sandbox")
    first = _started()
    output(first)
    [left] = nodes(process)
    assert (left["state"], left["left_at"] is not None, left["next"]) == ("left", True, None)
    assert "no node lives: start one with gateway serve" in process("nodes").out

    killed = _started()
    assert process("sandbox", "set", "exit_entry", "hang").code == 0
    filed: Any = process("submit", SAMPLES / "passport.sample.json", "--json").json
    [delivery] = filed["deliveries"]
    until(lambda: json.loads(process("show", delivery["id"], "--json").out)["state"] == "sending")
    killed.kill()
    end_of(killed)
    killed.communicate()
    dead, before = nodes(process)
    assert (dead["state"], dead["process"], before["id"]) == ("dead", killed.pid, left["id"])
    assert dead["claims"]["deliveries"] == {"exit_entry": 1}
    assert "the next start takes it over" in dead["next"]["en"]
    assert "exit_entry 1" in process("nodes").out

    assert process("sandbox", "clear").code == 0
    third = _started()
    until(lambda: nodes(process)[1]["claims"]["deliveries"] == {})
    alive, dead, _ = nodes(process)
    assert (alive["state"], dead["process"], dead["next"]["en"]) == (
        "alive",
        killed.pid,
        "it left nothing, or all of it has been taken over",
    )
    state: Any = process("show", delivery["id"], "--json").json
    assert state["state"] == "in_doubt"  # exit-entry may never be sent twice
    output(third)
    output(sandboxes)


def _started() -> subprocess.Popen[str]:
    stage = RunningGateway(folder=Path(), environment=dict(os.environ))
    process = serve(stage.environment)
    assert process.stdout is not None
    while not (line := process.stdout.readline()).startswith("signed heads"):
        assert line, "it ended"
        stage.hear(line)
    return process

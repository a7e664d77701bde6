"""Send many again: say what would happen, do it, follow it, stop it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import orjson
import pytest

from gateway.model.os_user import own_actor
from tests.gateway.cli.conftest import SAMPLES, Command, Running, until
from tests.patience import PATIENCE, output, stretched


@pytest.fixture
def held(running: Running, command: Command) -> dict[str, Any]:
    """A marriage that the department refused as malformed: held, with four steps waiting for it."""
    address = f"{running.stage.sandboxes['marriage']}/_sandbox/faults"
    fault = orjson.dumps({"fault": "soap_fault", "code": "Client", "times": 1, "operation": "register"})
    with urlopen(Request(address, fault, {"Content-Type": "application/json"}), timeout=stretched(PATIENCE)) as answer:  # noqa: S310  # our own sandbox
        assert answer.status == 200
    application: Any = command("submit", SAMPLES / "newlywed.sample.json", "--json").json
    return until(command, application["deliveries"][0]["id"], "held")


def test_what_would_happen_is_shown_and_nothing_done(held: dict[str, Any], command: Command) -> None:
    shown = command("retry", "--department", "marriage", "--dry-run")
    assert shown.code == 0
    assert "sent again" in shown.out
    foreseen: Any = command("retry", "--all", "--dry-run", "--json").json
    assert foreseen["would"]["sent_again"] >= 1
    assert command("show", held["id"], "--json").json["state"] == "held"  # type: ignore[index]  # a JSON object
    assert command("retry", held["id"], "--json").code == 0
    until(command, held["id"], "approved")  # or it would meet the next test's fault


def test_all_that_fit_are_sent_again_and_the_job_is_followed(held: dict[str, Any], command: Command) -> None:
    shown = command("retry", "--state", "held", "--department", "marriage", "--problem", held["problem"], "--reason", "对方已修复")
    assert shown.code == 0
    assert "released" in shown.out
    assert until(command, held["id"], "approved")["attempts"] == 2
    jobs: Any = command("jobs", "--json").json
    job = jobs[0]["id"]
    assert job in command("jobs").out
    report: Any = command("jobs", "show", job, "--follow", "--json").json
    assert (report["state"], report["released"], report["reason"]) == ("ended", report["selected"], "对方已修复")
    assert (report["actor"], report["stopped_by"]) == (own_actor(), None)
    assert "对方已修复" in shown.out
    each: Any = command("jobs", "deliveries", job, "--json").json
    assert held["id"] in [d["delivery_id"] for d in each]
    assert "approved" in command("jobs", "deliveries", job, "--result", "released").out
    ended = command("jobs", "stop", job)
    assert (ended.code, "409" in ended.err) == (1, True)


def test_what_fits_nothing_is_1_and_what_is_half_said_is_2(running: Running, command: Command) -> None:
    assert command("retry", "--problem", "no_such_problem").code == 1
    assert command("retry", "--state", "approved").code == 1
    assert command("retry").code == 2
    assert command("retry", "x", "--all").code == 2
    assert command("jobs", "show", "x").code == 1


def test_a_job_that_is_left_goes_on(held: dict[str, Any], command: Command, tmp_path: Path) -> None:
    # A gateway of its own that answers for the job, but never ends it, is what ctrl-c is about: here the process is interrupted
    # before its first look, a second after the job was begun.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # whoever started the tests may ignore it
    program = f"{heard}; import gateway.cli.cases.jobs as j, gateway.cli as c; j._EVERY = 60; c.main(['retry', '--department', 'marriage'])"
    process = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ)
    until(command, held["id"], "approved")
    process.send_signal(signal.SIGINT)
    _, said = output(process)
    job: Any = command("jobs", "--json").json
    assert process.returncode == 4
    assert f"gateway jobs stop {job[0]['id']}" in said


def test_without_a_gateway_the_job_is_kept(stopped: Path, command: Command) -> None:
    refused = command("retry", "--all")  # nothing is there to be sent again
    assert refused.code == 1
    assert "filter" in refused.err
    assert command("jobs", "--json").json == []

"""The events of all applications: some, from where the last time ended, and as they happen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import orjson

from tests.gateway.cli.conftest import SAMPLES, Command, Running
from tests.patience import output


def test_some_are_shown_and_the_rest_begins_where_they_end(running: Running, command: Command) -> None:
    begun: Any = command("events", "--after", "now", "--json").json
    assert begun["items"] == []
    filed: Any = command("submit", SAMPLES / "passport.sample.json", "--wait", "--json").json

    shown: Any = command("events", "--after", begun["next"], "--limit", 2, "--json").json
    rest: Any = command("events", "--after", shown["next"], "--json").json
    told = [one["no"] for one in shown["items"] + rest["items"] if one["application_id"] == filed["id"]]
    assert len(shown["items"]) == 2
    assert told == list(range(1, len(told) + 1))
    lines = command("events", "--after", begun["next"]).out
    assert filed["number"] in lines
    assert "the application was received" in lines
    assert "Go on: gateway events --after " in lines
    wrong = command("events", "--after", "nowhere")
    assert (wrong.code, "after" in wrong.err) == (1, True)


def test_they_are_followed_until_ctrl_c(running: Running, command: Command) -> None:
    begun: Any = command("events", "--after", "now", "--json").json
    following = subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", "events", "--follow", "--json", "--after", begun["next"]],
        env=os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    filed: Any = command("submit", SAMPLES / "passport.sample.json", "--json").json
    assert following.stdout is not None
    assert orjson.loads(following.stdout.readline())["number"] == filed["number"]
    following.send_signal(signal.SIGINT)
    _, error = output(following)
    assert (following.returncode, error) == (0, "")

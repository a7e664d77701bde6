"""The gateway of an installation: the running one, or one made for the command, or a clear refusal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gateway.journal.database import Lock
from gateway.settings import load_settings
from tests.gateway.cli.conftest import SAMPLES, Command


def test_a_stopped_gateway_is_worked_on_and_nothing_is_sent(stopped: Path, process: Command) -> None:
    made = process("key", "create", "front-end")
    assert made.code == 0
    assert made.out.startswith("gw_")
    assert made.out.count("\n") == 1
    filed: Any = process("submit", SAMPLES / "passport.sample.json", "--json").json
    assert [d["state"] for d in filed["deliveries"]] == ["ready"]
    assert [d["attempts"] for d in filed["deliveries"]] == [0]
    assert not load_settings().socket.exists()
    verified = process("audit", "verify")
    assert verified.code == 0, verified.out + verified.err


def test_data_that_another_process_holds_is_refused(stopped: Path, process: Command) -> None:
    """A gateway that is starting or stopping: it has the data, but does not listen."""
    with Lock(load_settings().database_url):
        refused = process("departments")
    assert refused.code == 3
    assert "owns this journal" in refused.err
    assert "Traceback" not in refused.err


def test_a_socket_that_a_killed_gateway_left_is_no_gateway(stopped: Path, process: Command) -> None:
    import socket

    settings = load_settings()
    settings.data.mkdir()
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(settings.socket))
    left.close()
    assert process("departments", "--json").code == 0


def test_a_wrong_configuration_is_3_with_its_place(stopped: Path, process: Command, tmp_path: Path) -> None:
    config = tmp_path / "config"
    assert process("init", config).code == 0
    (config / "departments" / "tax.yaml").write_text("title: {zh: 税务, en: Tax}\nendpoint: sandbox\nlimits: {concurrency: none}\n")
    import os

    os.environ["GATEWAY_CONFIG"] = str(config)  # the fixture puts it back
    refused = process("departments")
    assert refused.code == 3
    assert "tax.yaml:3" in refused.err
    assert "Traceback" not in refused.err

"""The key of commitments, rotated from the command line, the gateway running or not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.cli.conftest import Command, Running


def test_it_is_rotated_while_the_gateway_runs(running: Running, command: Command) -> None:
    done = command("secrets", "rotate-hmac-key")
    assert done.code == 0, done.err
    found = re.search(r"(/\S+/hmac-[0-9a-f]{16}\.key)", done.out)
    assert found is not None
    assert Path(found[1]).stat().st_mode & 0o777 == 0o600
    assert "keep the old file" in done.out


def test_it_is_rotated_on_the_data_of_a_stopped_gateway(stopped: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    first: Any = command("secrets", "rotate-hmac-key", "--json").json
    second: Any = command("secrets", "rotate-hmac-key", "--json").json
    assert (first["rotated"], second["rotated"]) == (True, True)
    assert first["file"] != second["file"]
    monkeypatch.setenv("GATEWAY_LANGUAGE", "zh")
    assert "新密钥已启用" in command("secrets", "rotate-hmac-key").out

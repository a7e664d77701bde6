"""What people read: an id is one piece in a pipe, in a narrow terminal and in a wide one."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from typing import Any

import pytest

from gateway.cli.terminal.output import awaits_person
from tests.gateway.cli.cases.test_jobs import held
from tests.gateway.cli.conftest import Command, Running, until
from tests.patience import run

__all__ = ["held"]  # the fixture

ID = "0190a000-0000-7000-8000-00000000000f"
NUMBER = "9" * 43
WORDS = "请向部门核实后填写结果（resolve），或按重发规则再送（retry）。"
PRINTS = f"""
from gateway.cli.terminal.output import Rows, coloured, console
rows = [("{ID}", "{ID}", "tax", coloured("held"), 3, "CRJ20261123-000003", "2026-11-23 09:30:00", "{WORDS}" * 3)] * 2
console().print(Rows(["交办", "办件", "部门", "状态", "次数", "编号", "下次", "下一步"], rows, "办件 {NUMBER}"))
console().print("编号  {NUMBER}", markup=False)
"""


def in_terminal(columns: int, *command: str) -> str:
    """What a command prints into a terminal so wide, without the colours."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")} | {"TERM": "xterm"}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    said = b""
    while True:
        try:
            read = os.read(ours, 65536)
        except OSError:  # Linux's way to say that the other end is closed
            break
        if not read:
            break
        said += read
    os.close(ours)
    assert process.wait() == 0
    return re.sub(r"\x1b\[[0-9;]*m", "", said.decode().replace("\r\n", "\n"))


@pytest.mark.parametrize("columns", [30, 80, 200, 400])
def test_in_a_terminal_of_any_width_ids_are_whole(columns: int) -> None:
    said = in_terminal(columns, sys.executable, "-c", PRINTS)
    assert said.count(ID) == 4
    assert said.count(NUMBER) == 2
    assert said.count("2026-11-23 09:30:00") == 2
    table = "────" in said
    assert table is (columns >= 200)
    longest = max(len(line) for line in said.splitlines() if ID in line and table) if table else 0
    assert longest <= columns


def test_in_a_pipe_a_row_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    done = run([sys.executable, "-c", PRINTS])
    assert done.returncode == 0
    rows = [line for line in done.stdout.splitlines() if ID in line]
    assert [line.count(ID) for line in rows] == [2, 2]
    assert all(WORDS * 3 in line for line in rows)
    assert done.stdout.count(NUMBER) == 2


def test_every_command_that_lists_has_whole_ids_in_a_pipe_and_in_a_terminal(
    running: Running, held: dict[str, Any], command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    application: Any = command("show", held["application_id"], "--json").json
    number, steps = application["number"], [d["id"] for d in application["deliveries"]]
    assert command("retry", "--state", "held", "--department", "marriage", "--reason", "对方已修复").code == 0
    until(command, held["id"], "approved")
    jobs: Any = command("jobs", "--json").json
    for arguments, ids in (
        (("deliveries", "--application", application["id"]), [application["id"], *steps]),
        (("show", number), [application["id"], number, *steps]),
        (("show", held["id"]), [held["id"], application["id"]]),
        (("why", number), [number]),
        (("jobs",), [jobs[0]["id"]]),
        (("jobs", "show", jobs[0]["id"]), [jobs[0]["id"]]),
        (("jobs", "deliveries", jobs[0]["id"]), [held["id"]]),
    ):
        lines = command(*arguments).out.splitlines()
        for one in ids:
            assert any(one in line for line in lines), (arguments, one)
    narrow = in_terminal(50, sys.executable, "-m", "gateway.cli", "deliveries", "--application", application["id"])
    assert all(one in narrow for one in steps)


def test_only_what_goes_on_by_nobodys_hand_but_a_persons_awaits_one() -> None:
    assert [
        awaits_person({"state": state, "due_at": due})
        for state, due in (("held", None), ("in_doubt", None), ("in_doubt", "x"), ("ready", "x"))
    ] == [
        True,
        True,
        False,
        False,
    ]

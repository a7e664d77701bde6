"""The day's book on the command line: the file that the interface gives, byte for byte."""

from __future__ import annotations

from tests.gateway.cli.conftest import Command, Running


def test_it_prints_the_file(running: Running, command: Command) -> None:
    shown = command("book", "--day", "2026-11-01", "--to", "2026-11-02", "--state", "late")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("\ufeffCase,Service,Received,")
    assert len(shown.out.splitlines()) == 1
    refused = command("book", "--day", "2026-11-02", "--to", "2026-11-01")
    assert (refused.code, "to" in refused.err) == (1, True)

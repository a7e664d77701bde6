"""Options and arguments that commands of several rooms take, and the file that one names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.terminal import texts
from gateway.cli.terminal.exits import Exit, Failed

JsonOption = Annotated[bool, typer.Option("--json", help=texts.JSON_HELP)]
Reason = Annotated[str, typer.Option(help=texts.REASON_HELP)]
DepartmentArgument = Annotated[str, typer.Argument(help=texts.DEPARTMENT_HELP, metavar="DEPARTMENT")]


def read(file: Path) -> bytes:
    """Read the file that is named, or stdin for ``-``. Raises Failed."""
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise Failed(Exit.USAGE, texts.unreadable(file, error.strerror)) from error

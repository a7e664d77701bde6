"""Options and arguments that commands of several rooms take."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli.terminal import texts

JsonOption = Annotated[bool, typer.Option("--json", help=texts.JSON_HELP)]
Reason = Annotated[str, typer.Option(help=texts.REASON_HELP)]
DepartmentArgument = Annotated[str, typer.Argument(help=texts.DEPARTMENT_HELP, metavar="DEPARTMENT")]

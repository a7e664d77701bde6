"""``gateway book``: the day's book (台账) as CSV, for a file that a timer writes."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from gateway.cli.cases import texts
from gateway.cli.terminal.place import speak


def book(
    *,
    day: Annotated[str | None, typer.Option(help=texts.BOOK_DAY_HELP, metavar="YYYY-MM-DD")] = None,
    to: Annotated[str | None, typer.Option(help=texts.BOOK_TO_HELP, metavar="YYYY-MM-DD")] = None,
    service: Annotated[str | None, typer.Option(help=texts.SERVICE_HELP)] = None,
    state: Annotated[str | None, typer.Option(help=texts.BOOK_STATE_HELP)] = None,
) -> None:
    """Print the day's book as CSV: what was received, through whom, and where it stands."""
    asked = {"day": day, "to": to, "service": service, "state": state}
    params = {name: value for name, value in asked.items() if value is not None}
    sys.stdout.buffer.write(speak(lambda client: client.read("/v1/book", params)))

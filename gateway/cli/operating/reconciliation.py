"""``gateway reconciliation``: the deliveries sent to a department on one day, and its answers."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from gateway.cli.operating import texts
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import DepartmentArgument, JsonOption
from gateway.cli.terminal.output import Rows, coloured, console, print_json, time_word
from gateway.cli.terminal.place import speak
from gateway.model import JsonObject


def reconciliation(
    name: DepartmentArgument,
    *,
    date: Annotated[str | None, typer.Option(help=texts.DATE_HELP, metavar="YYYY-MM-DD")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help=texts.CSV_HELP)] = False,
    as_json: JsonOption = False,
) -> None:
    """List what was sent to a department on one day and what it answered, for it to compare with its own record."""
    if as_csv and as_json:
        raise Failed(Exit.USAGE, texts.CSV_OR_JSON)
    path, params = f"/v1/departments/{name}/reconciliation", {"date": date} if date is not None else {}
    if as_csv:
        sys.stdout.buffer.write(speak(lambda client: client.read(path, {**params, "format": "csv"})))
        return
    found = speak(lambda client: client.pages(path, params))
    if as_json:
        print_json(found)
        return
    _show(found)


def _show(found: JsonObject) -> None:
    rows = [
        (
            one["key"],
            one["application_number"],
            one["step"],
            one["operation"],
            one["attempts"],
            time_word(one["first_sent_at"]),
            time_word(one["last_sent_at"]),
            one["reference"],
            one["answer"],
            time_word(one["answered_at"]),
            coloured(one["state"]),
            texts.YES if one["in_doubt"] else "",
        )
        for one in found["items"]
    ]
    console().print(Rows(texts.SENT, rows, title=f"{found['department']} {found['date']}"))
    doubtful = sum(1 for one in found["items"] if one["in_doubt"])
    typer.echo(texts.counted(len(rows), doubtful))

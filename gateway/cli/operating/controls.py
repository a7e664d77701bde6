"""``gateway pause``, ``gateway resume`` and ``gateway limit``: an operator's control of a department, over its configuration."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli.operating import texts
from gateway.cli.operating.departments import show_departments
from gateway.cli.terminal.asking import ask
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import DepartmentArgument, JsonOption, Reason
from gateway.cli.terminal.output import print_json
from gateway.model import JsonObject

_CONFIGURED = "configured"


def pause(department: DepartmentArgument, *, reason: Reason, as_json: JsonOption = False) -> None:
    """Begin no call to a department until it is resumed. Its queue waits, callbacks are taken."""
    _say(department, {"paused": True, "reason": reason}, as_json=as_json)


def resume(department: DepartmentArgument, *, reason: Reason, as_json: JsonOption = False) -> None:
    """Resume a department: its queue goes out in order."""
    _say(department, {"paused": False, "reason": reason}, as_json=as_json)


def limit(
    department: DepartmentArgument,
    *,
    reason: Reason,
    concurrency: Annotated[str | None, typer.Option(help=texts.CONCURRENCY_HELP, metavar="N")] = None,
    rate: Annotated[str | None, typer.Option(help=texts.RATE_HELP, metavar="R")] = None,
    as_json: JsonOption = False,
) -> None:
    """Limit a department over its configuration. `configured` goes back to it."""
    limits: dict[str, float | None] = {}
    if concurrency is not None:
        limits["concurrency"] = _number("--concurrency", concurrency, int)
    if rate is not None:
        limits["rate_per_second"] = _number("--rate", rate, float)
    _say(department, {"limits": limits, "reason": reason}, as_json=as_json)


def _number(option: str, text: str, kind: type[int | float]) -> float | None:
    if text == _CONFIGURED:
        return None
    try:
        return kind(text)
    except ValueError as error:
        raise Failed(Exit.USAGE, texts.no_number(option, _CONFIGURED)) from error


def _say(department: str, body: JsonObject, *, as_json: bool) -> None:
    found = ask("PATCH", f"/v1/departments/{department}", body=body)
    if as_json:
        print_json(found)
        return
    show_departments([found])
    if found["paused"]:
        typer.echo(texts.PAUSED_NOW)

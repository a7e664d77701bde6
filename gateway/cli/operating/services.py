"""``gateway service``: a service suspended with a public notice, and resumed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated

import typer

from gateway.cli.operating import texts
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import JsonOption, Reason
from gateway.cli.terminal.output import Rows, act_line, console, print_json, time_word
from gateway.cli.terminal.place import ask
from gateway.cli.terminal.words import say
from gateway.model import JsonView
from gateway.model.identifiers import CHINA
from gateway.texts.instants import microseconds

app = typer.Typer(no_args_is_help=True)

ServiceCode = Annotated[str, typer.Argument(help=texts.SERVICE_HELP, metavar="SERVICE")]
Until = Annotated[str | None, typer.Option(help=texts.LAST_DAY_HELP, metavar="DAY")]


@app.command(help=texts.SUSPEND_HELP)
def suspend(
    service: ServiceCode,
    *,
    notice: Annotated[str, typer.Option(help=texts.NOTICE_HELP)],
    reason: Reason,
    notice_en: Annotated[str | None, typer.Option("--notice-en", help=texts.NOTICE_EN_HELP)] = None,
    since: Annotated[str | None, typer.Option(help=texts.FIRST_DAY_HELP, metavar="DAY")] = None,
    until: Until = None,
    as_json: JsonOption = False,
) -> None:
    """Suspend a service."""
    body = {
        "notice": {"zh": notice, "en": notice_en},
        "since": _time("--since", since),
        "until": _time("--until", until, end=True),
        "reason": reason,
    }
    _show([ask("POST", f"/v1/services/{service}/suspend", body=body)], as_json=as_json)


@app.command(help=texts.RESUME_SERVICE_HELP)
def resume(
    service: ServiceCode,
    *,
    reason: Reason,
    suspension: Annotated[str | None, typer.Option(help=texts.SUSPENSION_HELP, metavar="ID")] = None,
    as_json: JsonOption = False,
) -> None:
    """Resume a service, and show what is left."""
    _show(ask("POST", f"/v1/services/{service}/resume", body={"suspension": suspension, "reason": reason})["items"], as_json=as_json)


@app.command(help=texts.CHANGE_SUSPENSION_HELP)
def change(
    suspension: Annotated[str, typer.Argument(help=texts.SUSPENSION_HELP, metavar="ID")],
    *,
    reason: Reason,
    until: Until = None,
    as_json: JsonOption = False,
) -> None:
    """Give a suspension another end."""
    body = {"until": _time("--until", until, end=True), "reason": reason}
    _show([ask("PATCH", f"/v1/suspensions/{suspension}", body=body)], as_json=as_json)


@app.command("list", help=texts.LIST_SUSPENSIONS_HELP)
def list_suspensions(*, as_json: JsonOption = False) -> None:
    """List suspensions."""
    _show(ask("GET", "/v1/suspensions")["items"], as_json=as_json)


def _time(option: str, said: str | None, *, end: bool = False) -> str | None:
    """Give the time at which a day begins, or ends, and a time as it is."""
    if said is None or microseconds(said) is not None:
        return said
    try:
        day = date.fromisoformat(said) + timedelta(days=end)
    except (ValueError, OverflowError) as error:
        raise Failed(Exit.USAGE, texts.no_day(option)) from error
    if not end and day == datetime.now(CHINA).date():
        return None  # it has begun
    return datetime.combine(day, time(), CHINA).isoformat()


def _show(found: Sequence[JsonView], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    out = console()
    if not found:
        typer.echo(texts.NO_SUSPENSIONS)
        return
    out.print(Rows(texts.SUSPENSIONS, [_row(one) for one in found]))
    for one in found:
        out.print(f"{one['id']}  {say(one['notice']['zh'], one['notice']['en'])}", markup=False, highlight=False, soft_wrap=True)
        for act in one["acts"]:
            out.print(f"  {act_line(act)}", markup=False, soft_wrap=True)


def _row(one: JsonView) -> list[object]:
    title = say(one["title"]["zh"], one["title"]["en"]) if one["title"] else ""
    until = texts.FURTHER_NOTICE if one["until"] is None else time_word(one["until"])
    return [one["service"], title, texts.IN_FORCE if one["in_force"] else texts.PLANNED, time_word(one["since"]), until, one["id"]]

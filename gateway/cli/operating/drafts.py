"""``gateway draft``: the drafts of a clerk, listed without what was typed, and handed over when the clerk leaves."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli.operating import texts
from gateway.cli.operating.users import Login, user_id
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import Rows, console, print_json, time_word
from gateway.cli.terminal.place import ask

app = typer.Typer(no_args_is_help=True)


@app.command("list", help=texts.LIST_DRAFTS_HELP)
def list_drafts(login: Login, *, as_json: JsonOption = False) -> None:
    """List a clerk's open drafts."""
    found = ask("GET", f"/v1/users/{user_id(login)}/drafts")["items"]
    if as_json:
        print_json(found)
        return
    times = ("began_at", "saved_at", "expires_at")
    rows = [(one["id"], one["service"], one["group"], *(time_word(one[when]) for when in times)) for one in found]
    console().print(Rows(texts.DRAFTS, rows))


@app.command("hand-over", help=texts.HAND_OVER_HELP)
def hand_over(login: Login, *, to: Annotated[str, typer.Option(help=texts.TO_HELP, metavar="LOGIN")], as_json: JsonOption = False) -> None:
    """Give a clerk's open drafts to another clerk of the same group."""
    told = ask("POST", f"/v1/users/{user_id(login)}/drafts/hand-over", body={"to": to})
    if as_json:
        print_json(told)
    else:
        typer.echo(texts.handed_over(told["drafts"], to))

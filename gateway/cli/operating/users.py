"""``gateway user``: accounts of people, and their sessions."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli.operating import texts
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import Rows, console, print_json, time_word
from gateway.cli.terminal.place import ask
from gateway.model import JsonObject

app = typer.Typer(no_args_is_help=True)

Login = Annotated[str, typer.Argument(help=texts.LOGIN_HELP, metavar="LOGIN")]
Role = Annotated[str, typer.Argument(help=texts.USER_ROLE_HELP, metavar="ROLE")]
Group = Annotated[str | None, typer.Option(help=texts.USER_GROUP_HELP)]
Name = Annotated[str | None, typer.Option(help=texts.USER_NAME_HELP)]


@app.command(help=texts.ADD_USER_HELP)
def add(login: Login, role: Role, *, name: Name = None, group: Group = None, as_json: JsonOption = False) -> None:
    """Make an account, and print its password once, and the secret of its codes where it has them."""
    body = {"login": login, "role": role, "name": name or login, "group": group}
    _tell(ask("POST", "/v1/users", body=body), as_json=as_json)


@app.command("list", help=texts.LIST_USERS_HELP)
def list_users(*, as_json: JsonOption = False) -> None:
    """List accounts."""
    found = ask("GET", "/v1/users")["items"]
    if as_json:
        print_json(found)
        return
    rows = [
        (
            one["login"],
            one["name"],
            one["role"],
            one["group"] or "",
            texts.HAS_CODE if one["one_time_code"] else "",
            time_word(one["created_at"]),
            time_word(one["disabled_at"]),
        )
        for one in found
    ]
    console().print(Rows(texts.USERS, rows))


@app.command(help=texts.SET_ROLE_HELP)
def role(login: Login, role: Role, *, name: Name = None, group: Group = None, as_json: JsonOption = False) -> None:
    """Give an account another role, and end its sessions."""
    _tell(ask("POST", f"/v1/users/{user_id(login)}/role", body={"role": role, "name": name, "group": group}), as_json=as_json)


@app.command(help=texts.NEW_WORD_HELP)
def password(login: Login, *, as_json: JsonOption = False) -> None:
    """Make another password, print it once, and end the account's sessions."""
    _tell(ask("POST", f"/v1/users/{user_id(login)}/password"), as_json=as_json)


@app.command(help=texts.CODE_HELP)
def code(
    login: Login,
    *,
    new: Annotated[bool, typer.Option("--new", help=texts.RENEW_CODES_HELP)] = False,
    remove: Annotated[bool, typer.Option("--remove", help=texts.NO_CODES_HELP)] = False,
    as_json: JsonOption = False,
) -> None:
    """Print the one-time code of this moment (in a sandbox), or make or take away the secret of the codes."""
    if new or remove:
        _tell(ask("POST", f"/v1/users/{user_id(login)}/code", body={"wanted": not remove}), as_json=as_json)
        return
    found = ask("GET", f"/v1/users/{user_id(login)}/code")
    if as_json:
        print_json(found)
    elif found["code"] is None:
        raise Failed(Exit.NO, texts.no_code(login))
    else:
        typer.echo(found["code"])


@app.command(help=texts.DISABLE_HELP)
def disable(login: Login) -> None:
    """Let nobody sign in with an account, and end its sessions."""
    ask("POST", f"/v1/users/{user_id(login)}/disable")


@app.command(help=texts.ENABLE_HELP)
def enable(login: Login) -> None:
    """Let a disabled account's person sign in again."""
    ask("POST", f"/v1/users/{user_id(login)}/enable")


@app.command(help=texts.SESSIONS_HELP)
def sessions(login: Login, *, as_json: JsonOption = False) -> None:
    """List an account's sessions."""
    found = ask("GET", f"/v1/users/{user_id(login)}/sessions")["items"]
    if as_json:
        print_json(found)
        return
    rows = [(one["id"], *(time_word(one[when]) for when in ("began_at", "seen_at", "ends_at"))) for one in found]
    console().print(Rows(texts.SESSIONS, rows))


@app.command(help=texts.END_HELP)
def end(session: Annotated[str, typer.Argument(help=texts.SESSION_HELP, metavar="ID")]) -> None:
    """End a session, on every node within a second."""
    ask("DELETE", f"/v1/sessions/{session}")


def user_id(login: str) -> str:
    """Give the id of an account: a login stands in no address, since it may be a person's name."""
    for one in ask("GET", "/v1/users")["items"]:
        if one["login"] == login:
            return str(one["id"])
    raise Failed(Exit.NO, texts.no_user(login))


def _tell(told: JsonObject, *, as_json: bool) -> None:
    if as_json:
        print_json(told)
        return
    if told["password"] is not None:
        typer.echo(told["password"])
    if told["secret"] is not None:
        typer.echo(told["secret"])
        typer.echo(told["address"])

"""``gateway key``: make, list, rotate and revoke API keys. ``gateway secrets``: the installation's own key of commitments."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated

import typer

from gateway.cli.operating import texts
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import Rows, console, print_json, time_word
from gateway.cli.terminal.place import ask
from gateway.model import JsonObject

app = typer.Typer(no_args_is_help=True)
secrets = typer.Typer(no_args_is_help=True)

Expires = Annotated[str | None, typer.Option(help=texts.EXPIRES_HELP, metavar="WHEN")]

_CHINA = timezone(timedelta(hours=8))
_SPAN = re.compile(r"([1-9][0-9]{0,4})([dh])")


@app.command(help=texts.CREATE_KEY_HELP)
def create(
    role: Annotated[str, typer.Argument(help=texts.ROLE_HELP, metavar="ROLE")],
    *,
    name: Annotated[str | None, typer.Option(help=texts.KEY_NAME_HELP)] = None,
    group: Annotated[str | None, typer.Option(help=texts.GROUP_HELP)] = None,
    expires: Expires = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key and print it, alone, once: it cannot be seen again."""
    grouped = {} if group is None else {"group": group}
    _tell(ask("POST", "/v1/keys", body={"role": role, "name": name or role, **grouped, **_ends(expires)}), as_json=as_json)


@app.command(help=texts.JOIN_GROUP_HELP)
def join(
    key: Annotated[str, typer.Argument(help=texts.KEY_HELP, metavar="ID")],
    *,
    group: Annotated[str, typer.Option(help=texts.GROUP_HELP)],
    as_json: JsonOption = False,
) -> None:
    """Put a front end's key into a group, with what it filed."""
    joined = ask("POST", f"/v1/keys/{key}/group", body={"group": group})
    if as_json:
        print_json(joined)


@app.command(help=texts.ROTATE_KEY_HELP)
def rotate(
    key: Annotated[str, typer.Argument(help=texts.OLD_KEY_HELP, metavar="ID")],
    *,
    overlap: Annotated[str, typer.Option(help=texts.OVERLAP_HELP, metavar="SPAN")] = "7d",
    expires: Expires = None,
    as_json: JsonOption = False,
) -> None:
    """Make the key that takes a key's place and print it, alone, once. Both work for a while."""
    wanted = {"overlap_seconds": int(_span(overlap).total_seconds()), **_ends(expires)}
    _tell(made := ask("POST", f"/v1/keys/{key}/successor", body=wanted), as_json=as_json)
    if not as_json:
        ends = {k["id"]: time_word(k["expires_at"]) or texts.HAS_NO_END for k in ask("GET", "/v1/keys")["items"]}
        typer.echo(texts.key_rotated(ends[made["id"]], ends[key.lower()]), err=True)


@app.command("list", help=texts.LIST_KEYS_HELP)
def list_keys(*, as_json: JsonOption = False) -> None:
    """List keys, without the keys."""
    found = ask("GET", "/v1/keys")["items"]
    if as_json:
        print_json(found)
        return
    names = [k["name"] if k["caller_id"] == k["id"] else texts.acts_as(k["name"], k["caller_id"]) for k in found]
    rows = [
        (
            k["id"],
            k["role"],
            name,
            k["group"] or "",
            time_word(k["created_at"]),
            time_word(k["last_used_at"])[:16],
            _end(k),
            time_word(k["revoked_at"]),
        )
        for k, name in zip(found, names, strict=True)
    ]
    console().print(Rows(texts.KEYS, rows))


@app.command(help=texts.REVOKE_KEY_HELP)
def revoke(key: Annotated[str, typer.Argument(help=texts.KEY_HELP, metavar="ID")]) -> None:
    """Revoke a key, at once."""
    ask("DELETE", f"/v1/keys/{key}")


def _tell(made: JsonObject, *, as_json: bool) -> None:
    if as_json:
        print_json(made)
    else:
        typer.echo(made["key"])


def _end(key: JsonObject) -> str:
    """Give a key's end, with the days left where it is near."""
    if key["expires_at"] is None:
        return ""
    left = datetime.fromisoformat(key["expires_at"]) - datetime.now(UTC)
    if left <= timedelta(0):
        return f"{time_word(key['expires_at'])}{texts.KEY_OVER}"
    if left < timedelta(days=1):
        return f"{time_word(key['expires_at'])}{texts.KEY_ENDS_TODAY}"
    soon = texts.days_left(left.days) if left <= timedelta(days=30) else ""
    return time_word(key["expires_at"]) + soon


def _ends(text: str | None) -> dict[str, str]:
    """Give the request's ``expires_at``, where an end is wanted."""
    if text is None:
        return {}
    if _SPAN.fullmatch(text):
        return {"expires_at": (datetime.now(UTC) + _span(text)).isoformat(timespec="seconds")}
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _unreadable(text) from None
    return {"expires_at": (moment if moment.tzinfo else moment.replace(tzinfo=_CHINA)).isoformat(timespec="seconds")}


def _span(text: str) -> timedelta:
    found = _SPAN.fullmatch(text)
    if text in ("0", "0d", "0h"):
        return timedelta(0)
    if found is None:
        raise _unreadable(text)
    return timedelta(days=int(found[1])) if found[2] == "d" else timedelta(hours=int(found[1]))


def _unreadable(text: str) -> Failed:
    return Failed(Exit.USAGE, texts.no_time(text))


@secrets.command("rotate-hmac-key", help=texts.ROTATE_HMAC_KEY_HELP)
def rotate_hmac_key(*, as_json: JsonOption = False) -> None:
    """Let a new key make commitments, indexes, digests and MACs. Whatever the one before made is found as before."""
    done = ask("POST", "/v1/secrets/hmac-key")
    if as_json:
        print_json(done)
    elif done["rotated"]:
        typer.echo(texts.hmac_key_rotated(done["file"], done["keys"]))
    else:
        typer.echo(texts.hmac_key_lacking(", ".join(done["lacking"]), done["file"]))
    raise typer.Exit(Exit.OK if done["rotated"] else Exit.NO)

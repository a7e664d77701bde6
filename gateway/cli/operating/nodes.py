"""``gateway nodes``: the nodes that live, since when, and the work that a dead one left."""

from __future__ import annotations

import typer

from gateway.cli.operating import texts
from gateway.cli.terminal import texts as shared
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import Rows, coloured, console, print_json, time_word
from gateway.cli.terminal.place import ask
from gateway.cli.terminal.words import say
from gateway.model import JsonView


def nodes(*, as_json: JsonOption = False) -> None:
    """Show the nodes: who lives, since when, what each holds, what a dead one left."""
    found = ask("GET", "/v1/nodes")
    if as_json:
        print_json(found)
        return
    if found["items"]:
        console().print(Rows(texts.NODES, [_row(one) for one in found["items"]]))
    for one in found["items"]:
        if one["next"] is not None:
            typer.echo(f"{one['id']}{shared.COLON}{say(one['next']['zh'], one['next']['en'])}")
    if not any(one["state"] == "alive" for one in found["items"]):
        typer.echo(texts.NO_NODE)


def _row(one: JsonView) -> list[object]:
    host = f"{one['host']} ({one['process']})" if one["host"] is not None else texts.OLDER_NODE
    row = [one["id"], coloured(one["state"]), host, one["address"], " ".join(one["roles"] or ()), one["version"]]
    return [*row, time_word(one["started_at"]), _heartbeat(one), _holds(one["claims"])]


def _heartbeat(one: JsonView) -> str:
    if one["left_at"] is not None:
        return texts.left(time_word(one["left_at"]))
    if one["state"] == "dead":
        return texts.last_seen(time_word(one["seen_at"]))
    return texts.seconds_ago(one["heartbeat_age_seconds"])


def _holds(claims: JsonView) -> str:
    held = [f"{department} {count}" for department, count in sorted(claims["deliveries"].items())]
    if claims["jobs"]:
        held.append(texts.held_jobs(claims["jobs"]))
    if not held:
        return ""
    return " ".join(held) + texts.held_until(time_word(claims["until"]))

"""``gateway check --live``: open deliveries of the running gateway that wait for nothing."""

from __future__ import annotations

import asyncio
from typing import NoReturn

import typer

from gateway.cli.cases import texts
from gateway.cli.terminal.exits import Exit, Unreachable
from gateway.cli.terminal.output import console, print_json, table
from gateway.cli.terminal.words import say
from gateway.model import JsonObject
from gateway.model.code_names import STUCK_KINDS


def check_live(*, as_json: bool) -> NoReturn:
    """Print the stuck deliveries. Raises typer.Exit: 0 when there are none, 1 when there are. Raises Unreachable when no gateway runs."""
    found = asyncio.run(_look())
    if as_json:
        print_json({"ok": not found, "stuck": found})
    elif found:
        rows = [(d["delivery_id"], d["application_id"], d["department"], say(*STUCK_KINDS[d["kind"]])) for d in found]
        console().print(table(texts.STUCK, rows))
    else:
        typer.echo(texts.NOTHING_STUCK)
    raise typer.Exit(Exit.NO if found else Exit.OK)


async def _look() -> list[JsonObject]:
    from gateway.cli.terminal.client import over_socket
    from gateway.cli.terminal.place import is_running
    from gateway.installation.settings import load_settings

    settings = load_settings()
    if not await is_running(settings):
        raise Unreachable(str(settings.socket), str(texts.NO_GATEWAY))
    async with over_socket(settings.socket) as client:
        return list((await client.get("/v1/deliveries/stuck"))["items"])

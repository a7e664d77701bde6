"""``gateway reload``: the running gateway reads its configuration again."""

from __future__ import annotations

import asyncio

import typer

from gateway.cli.operating import texts
from gateway.cli.terminal import texts as shared
from gateway.cli.terminal.client import over_socket
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import print_json
from gateway.cli.terminal.place import listens
from gateway.installation.settings import load_settings
from gateway.model import JsonObject, JsonView


def reload(*, as_json: JsonOption = False) -> None:
    """Have the running gateway read departments, services and calendar again. Wrong ones change nothing."""
    report = asyncio.run(_reload())
    if as_json:
        print_json(report)
        return
    for line in _lines(report):
        typer.echo(line)


async def _reload() -> JsonObject:
    socket = load_settings().socket
    if not await listens(socket):
        raise Failed(Exit.UNREACHABLE, texts.NO_GATEWAY)
    async with over_socket(socket) as client:
        return await client.call("POST", "/v1/configuration/reload", wait=60)


def _lines(report: JsonView) -> list[str]:
    lines = []
    for part, title in texts.RELOADED_PARTS.items():
        found = [f"{texts.RELOADED[kind]} {', '.join(names)}" for kind, names in report[part].items() if names]
        lines.append(f"{title}{shared.COLON}{str(shared.SEMICOLON).join(found) or texts.NO_CHANGE}")
    if report["calendar"]:
        lines.append(f"{texts.CALENDAR}{', '.join(map(str, report['calendar']))}")
    if report["restart_needed"]:
        lines.append(f"{texts.AT_NEXT_START}{', '.join(report['restart_needed'])}")
    return lines

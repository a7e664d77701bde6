"""``gateway events``: what happens to all applications."""

from __future__ import annotations

import asyncio
from typing import Annotated

import orjson
import typer

from gateway.cli.cases import texts
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import print_json, time_word
from gateway.cli.terminal.place import with_gateway
from gateway.cli.terminal.words import say
from gateway.model import JsonObject, JsonView
from gateway.model.code_names import EVENTS

#: Seconds that one question waits for the next event.
_WAIT = 30
_PAGE_LARGEST = 200


def events(
    *,
    after: Annotated[str | None, typer.Option(help=texts.AFTER_HELP)] = None,
    follow: Annotated[bool, typer.Option("--follow", help=texts.FOLLOW_EVENTS_HELP)] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help=texts.MOST_HELP)] = 50,
    as_json: JsonOption = False,
) -> None:
    """Show what happened to all applications, oldest first."""
    if follow:
        try:
            asyncio.run(_follow(after or "now", as_json=as_json))
        except KeyboardInterrupt:
            return
    found, following = asyncio.run(_some(after, limit))
    if as_json:
        print_json({"items": found, "next": following})
        return
    typer.echo("".join(f"{_line(one)}\n" for one in found) + texts.events_go_on(following))


async def _follow(after: str, *, as_json: bool) -> None:
    async with with_gateway() as client:
        while True:
            page = await client.call("GET", "/v1/events", params={"after": after}, headers={"Prefer": f"wait={_WAIT}"}, wait=_WAIT)
            for one in page["items"]:
                typer.echo(orjson.dumps(one) if as_json else _line(one))
            after = page["next"]


async def _some(after: str | None, limit: int) -> tuple[list[JsonObject], str]:
    found: list[JsonObject] = []
    async with with_gateway() as client:
        while True:
            size = str(min(_PAGE_LARGEST, limit - len(found)))
            page = await client.get("/v1/events", {"limit": size, **({"after": after} if after else {})})
            found += page["items"]
            after = str(page["next"])
            if not page["more"] or len(found) >= limit:
                return found, after


def _line(one: JsonView) -> str:
    moves = ", ".join(f"{move['step']} → {move['state']}" for move in one["moves"])
    said = " · ".join(part for part in (one["result"], moves) if part)
    return f"{time_word(one['at'])}  {one['number']}  {one['no']:>3}  {say(*EVENTS[one['event']])}  {said}".rstrip()

"""``gateway receipt``, and receipts as commands show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from gateway.cli.cases import texts
from gateway.cli.cases.applications import find
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import print_json, show_receipts
from gateway.cli.terminal.place import speak

if TYPE_CHECKING:
    from gateway.cli.terminal.client import Client
    from gateway.model import JsonObject


def receipt(
    which: Annotated[str, typer.Argument(help=texts.APPLICATION_HELP, metavar="ID|NUMBER")],
    *,
    role: Annotated[str, typer.Option(help=texts.ROLE_HELP)] = "applicant",
    as_json: JsonOption = False,
) -> None:
    """Issue a party's receipt again."""
    issued = speak(lambda client: _issue(client, which, role))
    print_json(issued) if as_json else show_receipts([issued])


async def _issue(client: Client, which: str, role: str) -> JsonObject:
    application = await find(client, which)
    return await client.call("POST", f"/v1/applications/{application['id']}/receipt", body=orjson.dumps({"role": role}))

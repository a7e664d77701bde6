"""``gateway submit``, ``gateway show``, ``gateway move`` and ``gateway void``."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from typing import Annotated

import orjson
import typer

from gateway.cli.cases import texts
from gateway.cli.terminal.client import Client
from gateway.cli.terminal.exits import Answered, Exit, Failed, Unreachable
from gateway.cli.terminal.options import JsonOption, Reason, read
from gateway.cli.terminal.output import print_json, show_application, show_delivery, show_receipts, show_warnings
from gateway.cli.terminal.place import speak
from gateway.model import JsonObject

Which = Annotated[str, typer.Argument(help=texts.ANY_ID_HELP, metavar="ID|NUMBER")]

#: The most seconds that the interface grants to ``Prefer: wait``.
_WAIT_LONGEST = 60
_ENDED = {"approved": Exit.OK, "rejected": Exit.NO, "withdrawn": Exit.NO}


def submit(
    file: Annotated[Path, typer.Argument(help=texts.FILE_HELP, metavar="FILE")],
    *,
    wait: Annotated[bool, typer.Option("--wait", help=texts.WAIT_HELP)] = False,
    seconds: Annotated[int, typer.Option(min=1, help=texts.SECONDS_HELP)] = 600,
    key: Annotated[str | None, typer.Option(help=texts.FILING_KEY_HELP)] = None,
    as_json: JsonOption = False,
) -> None:
    """File an application."""
    body = read(file)
    application = speak(lambda client: _submit(client, body, key or str(uuid.uuid4()), seconds if wait else None))
    if as_json:
        print_json(application)
    else:
        show_application(application)
        show_receipts(application["receipts"])
        show_warnings(application["warnings"])
    if wait:
        raise typer.Exit(_ENDED.get(application["state"], Exit.OPEN))


async def _submit(client: Client, body: bytes, key: str, seconds: int | None) -> JsonObject:
    """File it, and ask for it until it has ended or ``seconds`` have passed."""
    clock = asyncio.get_running_loop().time
    until = clock() + (seconds or 0)  # the interface's wait may end earlier, when a person must act
    headers = {"Idempotency-Key": key}
    first = min(seconds or 0, _WAIT_LONGEST)
    if first:
        headers["Prefer"] = f"wait={first}"
    try:
        application = await client.call("POST", "/v1/applications", body=body, headers=headers, wait=first)
    except Unreachable as error:
        raise Unreachable(error.place, f"{error.detail}; {texts.may_be_filed(key)}") from error
    if seconds is None or application["state"] in _ENDED:
        return application
    while True:
        decided = await client.get(f"/v1/applications/{application['id']}")
        if decided["state"] in _ENDED or clock() >= until:
            return {**decided, "warnings": application["warnings"], "receipts": application["receipts"]}
        await asyncio.sleep(min(1.0, max(0.0, until - clock())))


def show(which: Which, *, as_json: JsonOption = False) -> None:
    """Show an application, or one delivery with its attempts."""
    found = speak(lambda client: find(client, which))
    if as_json:
        print_json(found)
    elif "deliveries" in found:
        show_application(found)
    else:
        show_delivery(found)


async def find(client: Client, which: str) -> JsonObject:
    """Find the application of that number or id, or of the delivery of that id. Raises Failed or Answered when there is none."""
    if not _is_id(which):
        return await client.get(f"/v1/applications/{await _numbered(client, which)}")
    try:
        return await client.get(f"/v1/applications/{which}")
    except Answered as error:
        if error.status != 404:
            raise
    return await client.get(f"/v1/deliveries/{which}")


def move(
    which: Annotated[str, typer.Argument(help=texts.APPLICATION_HELP, metavar="ID|NUMBER")],
    *,
    reason: Reason,
    as_json: JsonOption = False,
) -> None:
    """Move an application with a held delivery to its service's current definition."""
    _act(which, "definition", reason, as_json=as_json)


def void(
    which: Annotated[str, typer.Argument(help=texts.APPLICATION_HELP, metavar="ID|NUMBER")],
    *,
    reason: Reason,
    as_json: JsonOption = False,
) -> None:
    """Void an application that was filed by mistake."""
    _act(which, "void", reason, as_json=as_json)


def _act(which: str, act: str, reason: str, *, as_json: bool) -> None:
    found = speak(lambda client: _acted(client, which, act, reason))
    print_json(found) if as_json else show_application(found)


async def _acted(client: Client, which: str, act: str, reason: str) -> JsonObject:
    application_id = which if _is_id(which) else await _numbered(client, which)
    return await client.call("POST", f"/v1/applications/{application_id}/{act}", body=orjson.dumps({"reason": reason}))


async def _numbered(client: Client, number: str) -> str:
    page = await client.get("/v1/applications", {"number": number})
    if not page["items"]:
        raise Failed(Exit.NO, texts.no_application(number))
    return str(page["items"][0]["id"])


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False

"""``gateway submit``, ``gateway show`` and ``gateway move``."""

from __future__ import annotations

import asyncio
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from gateway.cli.terminal.exits import Answered, Exit, Failed, Unreachable
from gateway.cli.terminal.output import Json, print_json, show_application, show_delivery, show_warnings
from gateway.cli.terminal.words import say

if TYPE_CHECKING:
    from gateway.cli.terminal.client import Client

JsonOption = Annotated[bool, typer.Option("--json", help="JSON for machines · 输出 JSON")]

#: The most seconds that the interface grants to ``Prefer: wait``.
_WAIT_LONGEST = 60
_ENDED = {"approved": Exit.OK, "rejected": Exit.NO, "withdrawn": Exit.NO}


def submit(
    file: Annotated[Path, typer.Argument(help="The application as JSON; - reads stdin · 办件 JSON 文件", metavar="FILE")],
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it is decided · 等到办结")] = False,
    seconds: Annotated[int, typer.Option(min=1, help="With --wait: at most so long · 最多等待秒数")] = 600,
    key: Annotated[str | None, typer.Option(help="Idempotency-Key; the same one never files twice · 幂等键")] = None,
    as_json: JsonOption = False,
) -> None:
    """File an application · 提交办件.

    Exits 0 when it is filed (with --wait: approved), 1 when it is refused or rejected, 4 when it is not decided in time.
    """
    body = _read(file)
    application = asyncio.run(_submit(body, key or str(uuid.uuid4()), seconds if wait else None))
    if as_json:
        print_json(application)
    else:
        show_application(application)
        show_warnings(application["warnings"])
    if wait:
        raise typer.Exit(_ENDED.get(application["state"], Exit.OPEN))


def _read(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        zh, en = f"无法读取 {file}:{error.strerror}", f"{file} cannot be read: {error.strerror}"
        raise Failed(Exit.USAGE, zh, en) from error


async def _submit(body: bytes, key: str, seconds: int | None) -> Json:
    from gateway.cli.terminal.place import with_gateway

    async with with_gateway() as client:
        clock = asyncio.get_running_loop().time
        until = clock() + (seconds or 0)  # the interface's wait may end earlier, when a person must act
        headers = {"Idempotency-Key": key}
        first = min(seconds or 0, _WAIT_LONGEST)
        if first:
            headers["Prefer"] = f"wait={first}"
        try:
            application = await client.call("POST", "/v1/applications", body=body, headers=headers, wait=first)
        except Unreachable as error:
            again = say(
                f"不确定是否已受理；请用 --key {key} 重新提交，不会重复",
                f"it may have been filed: repeat with --key {key}, it is never filed twice",
            )
            raise Unreachable(error.place, f"{error.detail}; {again}") from error
        if seconds is not None and application["state"] not in _ENDED:
            decided = await follow(client, application["id"], until - clock())
            application = {**decided, "warnings": application["warnings"]}
    return application


async def follow(client: Client, application_id: str, seconds: float) -> Json:
    """Ask for the application until it has ended or ``seconds`` have passed, and give its last state."""
    clock = asyncio.get_running_loop().time
    until = clock() + seconds
    while True:
        application = await client.get(f"/v1/applications/{application_id}")
        if application["state"] in _ENDED or clock() >= until:
            return application
        await asyncio.sleep(min(1.0, max(0.0, until - clock())))


def show(
    which: Annotated[str, typer.Argument(help="An application's id or number, or a delivery's id · 办件编号或标识", metavar="ID|NUMBER")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Show an application, or one delivery with its attempts, why it stands where it stands and what happens next · 查看办件或交办."""
    found = asyncio.run(_find(which))
    if as_json:
        print_json(found)
    elif "deliveries" in found:
        show_application(found)
    else:
        show_delivery(found)


async def _find(which: str) -> Json:
    from gateway.cli.terminal.place import with_gateway

    async with with_gateway() as client:
        return await find(client, which)


async def find(client: Client, which: str) -> Json:
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
    which: Annotated[str, typer.Argument(help="The application's id or number · 办件编号或标识", metavar="ID|NUMBER")],
    *,
    reason: Annotated[str, typer.Option(help="Why; kept and audited · 原因")],
    as_json: JsonOption = False,
) -> None:
    """Move an application with a held delivery to its service's current definition; then retry the delivery · 改用更正后的事项定义."""
    found = asyncio.run(_move(which, reason))
    print_json(found) if as_json else show_application(found)


async def _move(which: str, reason: str) -> Json:
    from gateway.cli.terminal.place import with_gateway

    async with with_gateway() as client:
        application_id = which if _is_id(which) else await _numbered(client, which)
        return await client.call("POST", f"/v1/applications/{application_id}/definition", body=orjson.dumps({"reason": reason}))


async def _numbered(client: Client, number: str) -> str:
    page = await client.get("/v1/applications", {"number": number})
    if not page["items"]:
        raise Failed(Exit.NO, f"没有编号为 {number} 的办件", f"there is no application with the number {number}")
    return str(page["items"][0]["id"])


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False

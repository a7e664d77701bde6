"""``gateway pause``, ``gateway resume`` and ``gateway limit``: an operator's control of a department, over its configuration."""

from __future__ import annotations

import asyncio
from typing import Annotated

import orjson
import typer

from gateway.cli.cases.applications import JsonOption
from gateway.cli.operating.departments import show_departments
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.output import Json, print_json
from gateway.cli.terminal.words import say

_CONFIGURED = "configured"

Name = Annotated[str, typer.Argument(help="The department · 部门名", metavar="DEPARTMENT")]
Reason = Annotated[str, typer.Option(help="Why; kept and audited · 原因")]


def pause(department: Name, *, reason: Reason, as_json: JsonOption = False) -> None:
    """Begin no call to a department until it is resumed; its queue waits, callbacks are taken · 暂停部门."""
    _say(department, {"paused": True, "reason": reason}, as_json=as_json)


def resume(department: Name, *, reason: Reason, as_json: JsonOption = False) -> None:
    """Resume a department: its queue goes out in order · 恢复部门."""
    _say(department, {"paused": False, "reason": reason}, as_json=as_json)


def limit(
    department: Name,
    *,
    reason: Reason,
    concurrency: Annotated[str | None, typer.Option(help="Calls under way at once, or: configured · 并发", metavar="N")] = None,
    rate: Annotated[str | None, typer.Option(help="Calls begun a second, or: configured · 每秒", metavar="R")] = None,
    as_json: JsonOption = False,
) -> None:
    """Limit a department over its configuration; `configured` goes back to it · 限制部门."""
    limits: dict[str, float | None] = {}
    if concurrency is not None:
        limits["concurrency"] = _number("--concurrency", concurrency, int)
    if rate is not None:
        limits["rate_per_second"] = _number("--rate", rate, float)
    _say(department, {"limits": limits, "reason": reason}, as_json=as_json)


def _number(option: str, text: str, kind: type[int | float]) -> float | None:
    if text == _CONFIGURED:
        return None
    try:
        return kind(text)
    except ValueError as error:
        zh, en = f"{option} 应为数字或 {_CONFIGURED}", f"{option} must be a number or {_CONFIGURED}"
        raise Failed(Exit.USAGE, zh, en) from error


def _say(department: str, body: Json, *, as_json: bool) -> None:
    found = asyncio.run(_call(department, body))
    if as_json:
        print_json(found)
        return
    show_departments([found])
    if found["paused"]:
        typer.echo(say("已暂停：不再发起任何调用", "paused: no call is begun"))


async def _call(department: str, body: Json) -> Json:
    from gateway.cli.terminal.place import with_gateway

    async with with_gateway() as client:
        return await client.call("PATCH", f"/v1/departments/{department}", body=orjson.dumps(body))

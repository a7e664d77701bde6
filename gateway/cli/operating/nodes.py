"""``gateway nodes``: the nodes that live, since when, and the work that a dead one left."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import typer

from gateway.cli.cases.applications import JsonOption
from gateway.cli.terminal.output import Json, coloured, console, print_json, table, time_word
from gateway.cli.terminal.words import say


def nodes(*, as_json: JsonOption = False) -> None:
    """Show the nodes: who lives, since when, what each holds, what a dead one left · 查看各节点."""
    found = asyncio.run(_ask())
    if as_json:
        print_json(found)
        return
    columns = [say("节点", "node"), say("状态", "state"), say("主机（进程）", "host (process)"), say("地址", "address")]
    columns += [say("职责", "roles"), say("版本", "version"), say("启动", "since"), say("心跳", "heartbeat"), say("占用", "holds")]
    if found["items"]:
        console().print(table(columns, [_row(one) for one in found["items"]]))
    for one in found["items"]:
        if one["next"] is not None:
            typer.echo(f"{one['id']}{say('：', ': ')}{say(one['next']['zh'], one['next']['en'])}")
    if not any(one["state"] == "alive" for one in found["items"]):
        typer.echo(say("没有节点在运行：gateway serve 启动", "no node lives: start one with gateway serve"))


async def _ask() -> Json:
    from gateway.cli.terminal.place import with_gateway

    async with with_gateway() as client:
        return await client.get("/v1/nodes")


def _row(one: Mapping[str, Any]) -> list[object]:
    host = f"{one['host']} ({one['process']})" if one["host"] is not None else say("旧版本", "a version before")
    row = [one["id"], coloured(one["state"]), host, one["address"], " ".join(one["roles"] or ()), one["version"]]
    return [*row, time_word(one["started_at"]), _heartbeat(one), _holds(one["claims"])]


def _heartbeat(one: Mapping[str, Any]) -> str:
    if one["left_at"] is not None:
        return say(f"{time_word(one['left_at'])} 退出", f"left {time_word(one['left_at'])}")
    if one["state"] == "dead":
        return say(f"最后 {time_word(one['seen_at'])}", f"last {time_word(one['seen_at'])}")
    return say(f"{one['heartbeat_age_seconds']:g} 秒前", f"{one['heartbeat_age_seconds']:g} s ago")


def _holds(claims: Mapping[str, Any]) -> str:
    held = [f"{department} {count}" for department, count in sorted(claims["deliveries"].items())]
    if claims["jobs"]:
        held.append(say(f"批量任务 {claims['jobs']}", f"jobs {claims['jobs']}"))
    if not held:
        return ""
    return " ".join(held) + say(f"，至 {time_word(claims['until'])}", f", until {time_word(claims['until'])}")

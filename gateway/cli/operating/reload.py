"""``gateway reload``: the running gateway reads its configuration again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import typer

from gateway.cli.cases.applications import JsonOption
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.output import Json, print_json
from gateway.cli.terminal.words import say


def reload(*, as_json: JsonOption = False) -> None:
    """Have the running gateway read departments, services and calendar again; wrong ones change nothing · 重新加载配置."""
    report = asyncio.run(_reload())
    if as_json:
        print_json(report)
        return
    for line in _lines(report):
        typer.echo(line)


async def _reload() -> Json:
    from gateway.cli.terminal.client import over_socket
    from gateway.cli.terminal.place import listens
    from gateway.installation.settings import load_settings

    socket = load_settings().socket
    if not await listens(socket):
        zh = "没有运行中的网关：启动时会读取配置；检查配置用 gateway check"
        en = "no gateway runs: it reads the configuration at its start; see whether it is right with gateway check"
        raise Failed(Exit.UNREACHABLE, zh, en)
    async with over_socket(socket) as client:
        return await client.call("POST", "/v1/configuration/reload", wait=60)


def _lines(report: Mapping[str, Any]) -> list[str]:
    words = {"added": say("新增", "added"), "changed": say("更改", "changed"), "removed": say("移除", "removed")}
    words["reopened"] = say("重新连接", "reopened")
    lines = []
    for part, title in (("services", say("事项", "services")), ("departments", say("部门", "departments"))):
        found = [f"{words[kind]} {', '.join(names)}" for kind, names in report[part].items() if names]
        lines.append(f"{title}{say('：', ': ')}{say('；', '; ').join(found) or say('无变化', 'no change')}")
    if report["calendar"]:
        lines.append(f"{say('日历：', 'calendar: ')}{', '.join(map(str, report['calendar']))}")
    if report["restart_needed"]:
        lines.append(say("须重启才生效：", "take effect at the next start only: ") + ", ".join(report["restart_needed"]))
    return lines

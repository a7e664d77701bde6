"""``gateway reconciliation``: the deliveries sent to a department on one day, and its answers."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from gateway.cli.cases.applications import JsonOption
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.output import Json, coloured, console, print_json, table, time_word
from gateway.cli.terminal.words import say

_PAGE = "200"


def reconciliation(
    name: Annotated[str, typer.Argument(help="The department · 部门名", metavar="DEPARTMENT")],
    *,
    date: Annotated[str | None, typer.Option(help="The day (Asia/Shanghai), today unless given · 日期", metavar="YYYY-MM-DD")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, for a spreadsheet · CSV 表格")] = False,
    as_json: JsonOption = False,
) -> None:
    """List what was sent to a department on one day and what it answered, for it to compare with its own record · 对账清单."""
    if as_csv and as_json:
        raise Failed(Exit.USAGE, "--csv 与 --json 只能选一个", "give --csv or --json, not both")
    path, params = f"/v1/departments/{name}/reconciliation", {"date": date} if date is not None else {}
    if as_csv:
        sys.stdout.buffer.write(asyncio.run(_csv(path, params)))
        return
    found = asyncio.run(_all(path, params))
    if as_json:
        print_json(found)
        return
    _show(found)


async def _csv(path: str, params: dict[str, str]) -> bytes:
    from gateway.cli.terminal.place import with_gateway

    async with with_gateway() as client:
        return await client.read(path, {**params, "format": "csv"})


async def _all(path: str, params: dict[str, str]) -> Json:
    """Every page of the day as one."""
    from gateway.cli.terminal.place import with_gateway

    asked = {**params, "limit": _PAGE}
    items: list[Json] = []
    async with with_gateway() as client:
        while True:
            page = await client.get(path, asked)
            items += page["items"]
            if page["next"] is None:
                return {**page, "items": items}
            asked |= {"cursor": page["next"], "date": page["date"]}  # the same day, even when midnight comes between two pages


def _show(found: Json) -> None:
    columns = [say("交办键", "key"), say("办件编号", "application"), say("环节", "step"), say("事项", "operation"), say("次数", "attempts")]
    columns += [say("首次发送", "first sent"), say("末次发送", "last sent"), say("部门编号", "reference")]
    columns += [say("答复", "answer"), say("答复时间", "answered"), say("状态", "state"), say("存疑", "in doubt")]
    rows = [
        (
            one["key"],
            one["application_number"],
            one["step"],
            one["operation"],
            one["attempts"],
            time_word(one["first_sent_at"]),
            time_word(one["last_sent_at"]),
            one["reference"],
            one["answer"],
            time_word(one["answered_at"]),
            coloured(one["state"]),
            say("是", "yes") if one["in_doubt"] else "",
        )
        for one in found["items"]
    ]
    console().print(table(columns, rows, title=f"{found['department']} {found['date']}"))
    doubtful = sum(1 for one in found["items"] if one["in_doubt"])
    typer.echo(say(f"共 {len(rows)} 条，存疑 {doubtful} 条", f"{len(rows)} in all, {doubtful} in doubt"))

"""``gateway deliveries``, ``gateway retry`` and ``gateway resolve``: find what is stuck, and repair it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import orjson
import typer

from gateway.cli.cases.applications import JsonOption
from gateway.cli.cases.jobs import retry_many
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.output import Json, console, deliveries_table, print_json, show_delivery
from gateway.cli.terminal.words import say

_PAGE_LARGEST = 100

OperationOption = Annotated[str | None, typer.Option(help="Of this operation · 部门事项")]
ServiceOption = Annotated[str | None, typer.Option(help="Of applications for this service · 事项代码")]


def deliveries(
    *,
    department: Annotated[str | None, typer.Option(help="Of this department · 部门")] = None,
    state: Annotated[str | None, typer.Option(help="In this state, such as held or in_doubt · 状态")] = None,
    application: Annotated[str | None, typer.Option(help="Of the application with this id · 办件标识")] = None,
    operation: OperationOption = None,
    service: ServiceOption = None,
    problem: Annotated[str | None, typer.Option(help="Whose last failure has this code, such as timeout · 故障代码")] = None,
    told_otherwise: Annotated[
        bool, typer.Option("--told-otherwise", help="Whose department was told otherwise than the application says now · 部门所知已有更正")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many · 最多条数")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List deliveries, newest first, each with what happens next or what to do · 列出交办."""
    wanted = {
        "department": department,
        "state": state,
        "application": application,
        "operation": operation,
        "service": service,
        "problem": problem,
        "told_otherwise": "true" if told_otherwise else None,
    }
    found, more = asyncio.run(_list({name: value for name, value in wanted.items() if value is not None}, limit))
    if as_json:
        print_json(found)
        return
    out = console()
    out.print(deliveries_table(found, with_application=True, with_next=True))
    if more:
        out.print(say(f"只显示了前 {limit} 条；用 --limit 查看更多", f"only the first {limit} are shown; see more with --limit"))


async def _list(params: dict[str, str], limit: int) -> tuple[list[Json], bool]:
    from gateway.cli.terminal.place import with_gateway

    found: list[Json] = []
    cursor: str | None = None
    async with with_gateway() as client:
        while True:
            size = str(min(_PAGE_LARGEST, limit - len(found)))
            page = await client.get("/v1/deliveries", {**params, "limit": size, **({"cursor": cursor} if cursor else {})})
            found += page["items"]
            cursor = page["next"]
            if cursor is None or len(found) >= limit:
                return found, cursor is not None


DeliveryId = Annotated[str, typer.Argument(help="The delivery's id · 交办标识", metavar="DELIVERY")]


def retry(
    delivery: Annotated[str | None, typer.Argument(help="One delivery's id; none: all that fit · 交办标识", metavar="DELIVERY")] = None,
    *,
    all_: Annotated[bool, typer.Option("--all", help="All that are held or in doubt · 全部")] = False,
    state: Annotated[list[str] | None, typer.Option(help="held, in_doubt; both unless given · 状态")] = None,
    department: Annotated[str | None, typer.Option(help="Of this department · 部门")] = None,
    operation: OperationOption = None,
    service: ServiceOption = None,
    problem: Annotated[str | None, typer.Option(help="Whose last failure has this code · 故障代码")] = None,
    updated_after: Annotated[str | None, typer.Option(help="Changed then or later (RFC 3339) · 变化时间起")] = None,
    updated_before: Annotated[str | None, typer.Option(help="Changed then or before · 变化时间止")] = None,
    received_after: Annotated[str | None, typer.Option(help="Filed then or later · 受理时间起")] = None,
    received_before: Annotated[str | None, typer.Option(help="Filed then or before · 受理时间止")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would happen · 只统计")] = False,
    reason: Annotated[str | None, typer.Option(help="Why; kept and audited · 原因")] = None,
    key: Annotated[str | None, typer.Option(help="Idempotency-Key; the same one never begins twice · 幂等键")] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Follow the job until it ends · 跟随到结束")] = True,
    as_json: JsonOption = False,
) -> None:
    """Send again, by the resend rule of each: one delivery, or as a job all that fit (see --dry-run first) · 重新发送.

    A job is worked in the background, in order of arrival; ctrl-c leaves it running (exit code 4).
    """
    asked = {
        "state": state or None,
        "department": department,
        "operation": operation,
        "service": service,
        "problem": problem,
        "updated_after": updated_after,
        "updated_before": updated_before,
        "received_after": received_after,
        "received_before": received_before,
    }
    wanted = {name: value for name, value in asked.items() if value is not None}
    if delivery is not None:
        if all_ or wanted or dry_run:
            raise Failed(Exit.USAGE, "请给出一个交办，或给出筛选条件，不能两者都给", "name one delivery or a filter, not both")
        said = {} if reason is None else {"reason": reason}
        _shown(asyncio.run(_call(f"/v1/deliveries/{delivery}/retry", said)), as_json=as_json)
        return
    if not (all_ or wanted):
        raise Failed(Exit.USAGE, "请给出交办标识、筛选条件或 --all", "name a delivery, a filter, or --all")
    retry_many(wanted, dry_run=dry_run, reason=reason, key=key, wait=wait, as_json=as_json)


def resolve(
    delivery: DeliveryId,
    *,
    happened: Annotated[bool, typer.Option("--happened", help="The department has it · 部门已收到")] = False,
    did_not_happen: Annotated[bool, typer.Option("--did-not-happen", help="It has not: it is sent again · 部门未收到，重新发送")] = False,
    reason: Annotated[str, typer.Option(help="How it is known; kept and audited · 依据")],
    outcome: Annotated[
        Path | None, typer.Option(help='What it said, a JSON file: {"kind": "approved", "output": {…}} · 部门结论', metavar="FILE")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what became of a delivery in doubt or held · 人工核实结果不明的交办."""
    if happened == did_not_happen:
        raise Failed(Exit.USAGE, "请给出 --happened 或 --did-not-happen 之一", "say one of --happened and --did-not-happen")
    body: Json = {"happened": happened, "reason": reason}
    if outcome is not None:
        try:
            body["outcome"] = orjson.loads(outcome.read_bytes())
        except (OSError, orjson.JSONDecodeError) as error:
            raise Failed(Exit.USAGE, f"{outcome} 不是可读的 JSON 文件", f"{outcome} is no readable JSON file") from error
    _shown(asyncio.run(_call(f"/v1/deliveries/{delivery}/resolve", body)), as_json=as_json)


def unresolve(
    delivery: DeliveryId,
    *,
    reason: Annotated[str, typer.Option(help="Why; kept and audited · 原因")],
    as_json: JsonOption = False,
) -> None:
    """Take back what was said of a delivery, as long as nothing came of it; then resolve it rightly · 撤回判定."""
    _shown(asyncio.run(_call(f"/v1/deliveries/{delivery}/unresolve", {"reason": reason})), as_json=as_json)


async def _call(path: str, body: Json) -> Json:
    from gateway.cli.terminal.place import with_gateway

    async with with_gateway() as client:
        return await client.call("POST", path, body=orjson.dumps(body))


def _shown(delivery: Json, *, as_json: bool) -> None:
    print_json(delivery) if as_json else show_delivery(delivery)

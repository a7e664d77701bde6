"""``gateway sandbox``: run the sandboxes alone, or make running ones misbehave through their control paths (``/_sandbox/faults``)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from gateway.cli.cases.applications import JsonOption
from gateway.cli.running.serve import WithParent, serve_all_sandboxes
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.output import Json, console, print_json, table
from gateway.cli.terminal.words import say

if TYPE_CHECKING:
    import aiohttp

app = typer.Typer(invoke_without_command=True)

#: Seconds that a sandbox may take to answer its control paths.
_PATIENCE = 10.0

Name = Annotated[str, typer.Argument(help="The department · 部门名", metavar="DEPARTMENT")]
OneOrAll = Annotated[str | None, typer.Argument(help="One department; all unless given · 部门名，默认全部", metavar="[DEPARTMENT]")]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """A department's sandbox, as the configuration has it."""

    name: str
    title: str
    address: str


@app.callback()
def run_sandboxes(context: typer.Context, *, with_parent: WithParent = False) -> None:
    """Run the sandboxes of the departments that are configured so; or have those that run misbehave · 启动各部门沙箱，或令其出错.

    The commands speak to the sandboxes of this configuration, whether `gateway serve --sandbox` runs them or `gateway sandbox`.
    """
    if context.invoked_subcommand is None:
        from gateway.assembly.process import run

        run(serve_all_sandboxes(with_parent=with_parent))


@app.command("list")
def list_faults(*, as_json: JsonOption = False) -> None:
    """List the departments with a sandbox, and the faults that each can be given · 列出有沙箱的部门与可设的故障."""
    from gateway.sdk.sandbox.texts import FAULT_TEXTS

    boxes = _boxes()
    operations = asyncio.run(_ask(boxes, "operations"))
    if as_json:
        faults = [{"name": name, "zh": zh, "en": en} for name, (zh, en) in FAULT_TEXTS.items()]
        print_json({"departments": [_listed(box, operations[box.name]) for box in boxes], "faults": faults})
        return
    columns = [say("部门", "department"), say("名称", "title"), say("地址", "address"), say("操作", "operations")]
    rows = [(box.name, box.title, box.address, _words(operations[box.name])) for box in boxes]
    console().print(table(columns, rows))
    faults_of_all = [(name, say(*both)) for name, both in FAULT_TEXTS.items()]
    console().print(table([say("故障", "fault"), say("说明", "is")], faults_of_all))


@app.command()
def show(department: OneOrAll = None, *, as_json: JsonOption = False) -> None:
    """Show which faults are set · 查看已设的故障."""
    boxes = _boxes(department)
    found = asyncio.run(_ask(boxes, "faults"))
    if as_json:
        print_json([{"department": box.name, "address": box.address, "faults": found[box.name]} for box in boxes])
        return
    _show(boxes, found)


@app.command("set")
def set_fault(
    department: Name,
    fault: Annotated[str, typer.Argument(help="Its name, from `gateway sandbox list` · 故障名", metavar="FAULT")],
    *,
    times: Annotated[int | None, typer.Option(help="For so many requests; until it is cleared unless given · 次数")] = None,
    operation: Annotated[str | None, typer.Option(help="For this operation alone · 仅此操作", metavar="OP")] = None,
    probability: Annotated[float | None, typer.Option(help="Of being hit, over 0 to 1 · 概率")] = None,
    seconds: Annotated[float | None, typer.Option(help="How long it takes · 秒数")] = None,
    processed: Annotated[bool, typer.Option("--processed", help="Carry the request out, then answer like this · 办理后再如此应答")] = False,
    field: Annotated[
        list[str] | None, typer.Option(help="Of returned: the contract's name of what is wrong · 须更正的字段", metavar="NAME")
    ] = None,
    code: Annotated[str | None, typer.Option(help="The department's code · 部门代码")] = None,
    reason: Annotated[str | None, typer.Option(help="The department's words · 部门说明")] = None,
    status: Annotated[int | None, typer.Option(help="Of soap_fault: the HTTP status · HTTP 状态")] = None,
    size: Annotated[int | None, typer.Option(help="Of huge and gzip_bomb: bytes · 字节数")] = None,
    framed: Annotated[bool, typer.Option("--framed", help="Of truncated: HTTP sees nothing of it · 长度照截断后的申报")] = False,
    as_json: JsonOption = False,
) -> None:
    """Have a department's sandbox misbehave; the same fault for the same operation takes its place · 设置故障."""
    _require_known(fault)
    said: dict[str, object] = {
        "times": times,
        "operation": operation,
        "probability": probability,
        "seconds": seconds,
        "processed": processed or None,
    }
    said |= {"fields": field, "code": code, "reason": reason, "status": status, "size": size, "framed": framed or None}
    order = {"fault": fault, **{name: value for name, value in said.items() if value is not None}}
    _order(_boxes(department), order, as_json=as_json)


@app.command()
def clear(department: OneOrAll = None, *, as_json: JsonOption = False) -> None:
    """Have a department's sandbox, or all of them, behave again · 清除故障."""
    _order(_boxes(department), {"fault": None}, as_json=as_json)


def _order(boxes: Sequence[_Box], order: Mapping[str, object], *, as_json: bool) -> None:
    found = asyncio.run(_ask(boxes, "faults", order))
    if silent := [box for box in boxes if found[box.name] is None]:
        raise _no_answer(silent[0])
    if as_json:
        print_json([{"department": box.name, "address": box.address, "faults": found[box.name]} for box in boxes])
        return
    _show(boxes, found)


def _boxes(name: str | None = None) -> list[_Box]:
    """Give the sandboxes of the configuration, or that of one department. Raises Failed when there is none, ConfigError."""
    from gateway.installation.host import sandbox_ports
    from gateway.installation.settings import SANDBOX, load_departments, load_settings

    settings = load_settings()
    configs, _ = load_departments(settings.config)
    ports = sandbox_ports(configs, settings)
    boxes = [
        _Box(name=one.name, title=say(one.title.zh, one.title.en), address=f"http://127.0.0.1:{ports[one.name]}")
        for one in configs.values()
        if one.endpoint == SANDBOX and one.enabled
    ]
    if name is None and boxes:
        return boxes
    if found := [box for box in boxes if box.name == name]:
        return found
    there = ", ".join(box.name for box in boxes) or say("无", "none")
    if name is None:
        raise Failed(Exit.NO, "没有部门配置为使用沙箱", "no department is configured to be its sandbox")
    why = (f"{name} 不使用沙箱", f"{name} is no sandbox") if name in configs else (f"没有部门 {name}", f"there is no department {name}")
    raise Failed(Exit.NO, f"{why[0]}；有沙箱的部门：{there}", f"{why[1]}; departments with one: {there}")


def _require_known(fault: str) -> None:
    from gateway.sdk.sandbox.faults import FAULT_NAMES

    if fault not in FAULT_NAMES:
        there = ", ".join(FAULT_NAMES)
        raise Failed(Exit.USAGE, f"没有故障 {fault}；可设的有：{there}", f"there is no fault {fault}; there are: {there}")


async def _ask(boxes: Sequence[_Box], path: str, order: Mapping[str, object] | None = None) -> Json:
    """Give each sandbox's answer by name, none where nothing answers. Raises Failed with every error in an order."""
    async with _session() as session:
        answers = await asyncio.gather(*(_one(session, box, path, order) for box in boxes))
    return {box.name: answer for box, answer in zip(boxes, answers, strict=True)}


@asynccontextmanager
async def _session() -> AsyncIterator[aiohttp.ClientSession]:
    import aiohttp

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PATIENCE)) as session:
        yield session


async def _one(session: aiohttp.ClientSession, box: _Box, path: str, order: Mapping[str, object] | None) -> Any:  # noqa: ANN401  # JSON
    from aiohttp import ClientError

    body = None if order is None else orjson.dumps(order)
    try:
        async with session.request("GET" if order is None else "POST", f"{box.address}/_sandbox/{path}", data=body) as answer:
            said = orjson.loads(await answer.read())
    except (ClientError, TimeoutError, orjson.JSONDecodeError):
        return None
    if answer.ok:
        return said
    wrong = "; ".join(f"{one['pointer'].removeprefix('/') or 'order'}: {one['detail']}" for one in said.get("errors", ()))
    raise Failed(Exit.NO, f"{box.name} 不接受：{wrong or said.get('title')}", f"{box.name} refuses it: {wrong or said.get('title')}")


def _no_answer(box: _Box) -> Failed:
    zh = f"{box.name} 的沙箱（{box.address}）没有应答："
    zh += "请先启动（gateway serve --sandbox 或 gateway sandbox）；刚设过 refuse 的，稍后再试"
    en = f"no sandbox of {box.name} answers at {box.address}: "
    en += "start it (gateway serve --sandbox, or gateway sandbox); after refuse, try again in a moment"
    return Failed(Exit.UNREACHABLE, zh, en)


def _listed(box: _Box, operations: Sequence[str] | None) -> dict[str, object]:
    return {"name": box.name, "title": box.title, "address": box.address, "answers": operations is not None, "operations": operations or []}


def _words(operations: Sequence[str] | None) -> str:
    return say("没有应答", "does not answer") if operations is None else ", ".join(operations)


def _show(boxes: Sequence[_Box], found: Mapping[str, Any]) -> None:
    columns = [
        say("部门", "department"),
        say("故障", "fault"),
        say("剩余次数", "times left"),
        say("操作", "operation"),
        say("其他", "more"),
    ]
    rows: list[tuple[object, ...]] = []
    for box in boxes:
        faults = found[box.name]
        if not faults:
            rows.append((box.name, say("没有应答", "does not answer") if faults is None else say("无", "none"), "", "", ""))
        for one in faults or ():
            more = {name: value for name, value in one.items() if name not in {"fault", "times", "operation"}}
            left = say("直至清除", "until cleared") if one.get("times") is None else one["times"]
            left = "" if one["fault"] == "refuse" else left
            rows.append((box.name, one["fault"], left, one.get("operation"), " ".join(f"{name}={value}" for name, value in more.items())))
    console().print(table(columns, rows))

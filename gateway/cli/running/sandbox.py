"""``gateway sandbox``: run the sandboxes alone, or make running ones misbehave through their control paths (``/_sandbox/faults``)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from gateway.cli.running import texts
from gateway.cli.running.serve import WithParent, serve_all_sandboxes
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import DepartmentArgument, JsonOption
from gateway.cli.terminal.output import console, print_json, table
from gateway.cli.terminal.words import say
from gateway.model import JsonObject, JsonView

if TYPE_CHECKING:
    import aiohttp

app = typer.Typer(invoke_without_command=True)

#: Seconds that a sandbox may take to answer its control paths.
_PATIENCE = 10.0

OneOrAll = Annotated[str | None, typer.Argument(help=texts.ONE_OR_ALL_HELP, metavar="[DEPARTMENT]")]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """A department's sandbox, as the configuration has it."""

    name: str
    title: str
    address: str


@app.callback(help=texts.SANDBOX_HELP)
def run_sandboxes(context: typer.Context, *, with_parent: WithParent = False) -> None:
    """Run the sandboxes of the departments that are configured so, or have those that run misbehave."""
    if context.invoked_subcommand is None:
        from gateway.assembly.process import run

        run(serve_all_sandboxes(with_parent=with_parent))


@app.command("list", help=texts.LIST_FAULTS_HELP)
def list_faults(*, as_json: JsonOption = False) -> None:
    """List the departments with a sandbox, and the faults that each can be given."""
    from gateway.sdk.sandbox.texts import FAULT_TEXTS

    boxes = _boxes()
    operations = asyncio.run(_ask(boxes, "operations"))
    if as_json:
        faults = [{"name": name, "zh": zh, "en": en} for name, (zh, en) in FAULT_TEXTS.items()]
        print_json({"departments": [_listed(box, operations[box.name]) for box in boxes], "faults": faults})
        return
    rows = [(box.name, box.title, box.address, _words(operations[box.name])) for box in boxes]
    console().print(table(texts.SANDBOXES, rows))
    console().print(table(texts.FAULTS, [(name, say(*both)) for name, both in FAULT_TEXTS.items()]))


@app.command(help=texts.SHOW_FAULTS_HELP)
def show(department: OneOrAll = None, *, as_json: JsonOption = False) -> None:
    """Show which faults are set."""
    boxes = _boxes(department)
    found = asyncio.run(_ask(boxes, "faults"))
    if as_json:
        print_json([{"department": box.name, "address": box.address, "faults": found[box.name]} for box in boxes])
        return
    _show(boxes, found)


@app.command("set", help=texts.SET_FAULT_HELP)
def set_fault(
    department: DepartmentArgument,
    fault: Annotated[str, typer.Argument(help=texts.FAULT_HELP, metavar="FAULT")],
    *,
    times: Annotated[int | None, typer.Option(help=texts.TIMES_HELP)] = None,
    operation: Annotated[str | None, typer.Option(help=texts.OPERATION_HELP, metavar="OP")] = None,
    probability: Annotated[float | None, typer.Option(help=texts.PROBABILITY_HELP)] = None,
    seconds: Annotated[float | None, typer.Option(help=texts.SECONDS_HELP)] = None,
    processed: Annotated[bool, typer.Option("--processed", help=texts.PROCESSED_HELP)] = False,
    field: Annotated[list[str] | None, typer.Option(help=texts.FIELD_HELP, metavar="NAME")] = None,
    code: Annotated[str | None, typer.Option(help=texts.CODE_HELP)] = None,
    reason: Annotated[str | None, typer.Option(help=texts.REASON_HELP)] = None,
    status: Annotated[int | None, typer.Option(help=texts.STATUS_HELP)] = None,
    size: Annotated[int | None, typer.Option(help=texts.SIZE_HELP)] = None,
    framed: Annotated[bool, typer.Option("--framed", help=texts.FRAMED_HELP)] = False,
    as_json: JsonOption = False,
) -> None:
    """Have a department's sandbox misbehave. The same fault for the same operation takes its place."""
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


@app.command(help=texts.CLEAR_FAULTS_HELP)
def clear(department: OneOrAll = None, *, as_json: JsonOption = False) -> None:
    """Have a department's sandbox, or all of them, behave again."""
    _order(_boxes(department), {"fault": None}, as_json=as_json)


def _order(boxes: Sequence[_Box], order: Mapping[str, object], *, as_json: bool) -> None:
    found = asyncio.run(_ask(boxes, "faults", order))
    if silent := [box for box in boxes if found[box.name] is None]:
        raise Failed(Exit.UNREACHABLE, texts.sandbox_silent(silent[0].name, silent[0].address))
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
    if name is None:
        raise Failed(Exit.NO, texts.NO_SANDBOX)
    there = ", ".join(box.name for box in boxes) or str(texts.NONE)
    why = texts.not_a_sandbox if name in configs else texts.no_department
    raise Failed(Exit.NO, why(name, there))


def _require_known(fault: str) -> None:
    from gateway.sdk.sandbox.faults import FAULT_NAMES

    if fault not in FAULT_NAMES:
        raise Failed(Exit.USAGE, texts.no_fault(fault, ", ".join(FAULT_NAMES)))


async def _ask(boxes: Sequence[_Box], path: str, order: Mapping[str, object] | None = None) -> JsonObject:
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
    raise Failed(Exit.NO, texts.refused(box.name, wrong or said.get("title")))


def _listed(box: _Box, operations: Sequence[str] | None) -> dict[str, object]:
    return {"name": box.name, "title": box.title, "address": box.address, "answers": operations is not None, "operations": operations or []}


def _words(operations: Sequence[str] | None) -> str:
    return str(texts.NO_ANSWER) if operations is None else ", ".join(operations)


def _show(boxes: Sequence[_Box], found: JsonView) -> None:
    rows: list[tuple[object, ...]] = []
    for box in boxes:
        faults = found[box.name]
        if not faults:
            rows.append((box.name, texts.NO_ANSWER if faults is None else texts.NONE, "", "", ""))
        for one in faults or ():
            more = {name: value for name, value in one.items() if name not in {"fault", "times", "operation"}}
            left = texts.UNTIL_CLEARED if one.get("times") is None else one["times"]
            left = "" if one["fault"] == "refuse" else left
            rows.append((box.name, one["fault"], left, one.get("operation"), " ".join(f"{name}={value}" for name, value in more.items())))
    console().print(table(texts.FAULTS_SET, rows))

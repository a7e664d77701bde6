"""``gateway sandbox``: run the sandboxes alone, or make running ones misbehave through their control paths (``/_sandbox/faults``)."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import aiohttp
import orjson
import typer

from gateway.assembly.process import run
from gateway.cli.running import texts
from gateway.cli.running.lifetime import PATIENCE, WithParent, cannot_listen, stop_asked
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import DepartmentArgument, JsonOption
from gateway.cli.terminal.output import Rows, console, print_json
from gateway.cli.terminal.words import say
from gateway.installation.host import load_plugins, make_sandboxes, sandbox_ports
from gateway.installation.secrets import Secrets
from gateway.installation.settings import SANDBOX, load_departments, load_settings
from gateway.model import JsonObject, JsonView
from gateway.sdk.sandbox import serve_sandboxes
from gateway.sdk.sandbox.faults import FAULT_NAMES
from gateway.sdk.sandbox.texts import FAULT_TEXTS
from gateway.telemetry.logs import configure_logs

app = typer.Typer(invoke_without_command=True)

#: Seconds that a sandbox may take to answer its control paths.
_TIMEOUT = aiohttp.ClientTimeout(total=10.0)

OneOrAll = Annotated[str | None, typer.Argument(help=texts.ONE_OR_ALL_HELP, metavar="[DEPARTMENT]")]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """A department's sandbox, as the configuration has it."""

    name: str
    title: str
    address: str


@app.callback()
def run_sandboxes(context: typer.Context, *, with_parent: WithParent = False) -> None:
    """Run the sandboxes of the departments that are configured so, or have those that run misbehave."""
    if context.invoked_subcommand is None:
        run(_serve(with_parent=with_parent))


async def _serve(*, with_parent: bool) -> None:
    """Run the sandboxes of all departments that are configured so, until SIGTERM, SIGINT or the parent's end."""
    stop = stop_asked(with_parent=with_parent)
    settings = load_settings()
    sink = configure_logs(settings.log_format, settings.log_level, stream=sys.stderr)
    try:
        configs, _ = load_departments(settings.config)
        plugins = load_plugins()
        until = asyncio.get_running_loop().time() + PATIENCE
        while not stop.is_set():
            made = make_sandboxes(plugins, configs, settings, Secrets(settings.secrets_folder))
            try:
                async with serve_sandboxes(made):
                    for one, port in made:
                        typer.echo(f"sandbox {one.context.name} http://127.0.0.1:{port}")
                    typer.echo("sandboxes ready")
                    await stop.wait()
            except OSError as error:
                if asyncio.get_running_loop().time() > until:
                    raise cannot_listen(error) from error
                await asyncio.sleep(0.2)
    finally:
        sink.close()


@app.command("list", help=texts.LIST_FAULTS_HELP)
def list_faults(*, as_json: JsonOption = False) -> None:
    """List the departments with a sandbox, and the faults that each can be given."""
    boxes = _boxes()
    operations = asyncio.run(_ask(boxes, "operations"))
    if as_json:
        faults = [{"name": name, "zh": zh, "en": en} for name, (zh, en) in FAULT_TEXTS.items()]
        answers = [(box, operations[box.name]) for box in boxes]
        departments = [{**asdict(box), "answers": known is not None, "operations": known or []} for box, known in answers]
        print_json({"departments": departments, "faults": faults})
        return
    known = {name: texts.NO_ANSWER if found is None else ", ".join(found) for name, found in operations.items()}
    rows = [(box.name, box.title, box.address, known[box.name]) for box in boxes]
    console().print(Rows(texts.SANDBOXES, rows))
    console().print(Rows(texts.FAULTS, [(name, say(*both)) for name, both in FAULT_TEXTS.items()]))


@app.command(help=texts.SHOW_FAULTS_HELP)
def show(department: OneOrAll = None, *, as_json: JsonOption = False) -> None:
    """Show which faults are set."""
    boxes = _boxes(department)
    _show(boxes, asyncio.run(_ask(boxes, "faults")), as_json=as_json)


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
    if fault not in FAULT_NAMES:
        raise Failed(Exit.USAGE, texts.no_fault(fault, ", ".join(FAULT_NAMES)))
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
    _show(boxes, found, as_json=as_json)


def _boxes(name: str | None = None) -> list[_Box]:
    """Give the sandboxes of the configuration, or that of one department. Raises Failed when there is none, ConfigError."""
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


async def _ask(boxes: Sequence[_Box], path: str, order: Mapping[str, object] | None = None) -> JsonObject:
    """Give each sandbox's answer by name, none where nothing answers. Raises Failed with every error in an order."""
    async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
        answers = await asyncio.gather(*(_one(session, box, path, order) for box in boxes))
    return {box.name: answer for box, answer in zip(boxes, answers, strict=True)}


async def _one(session: aiohttp.ClientSession, box: _Box, path: str, order: Mapping[str, object] | None) -> Any:  # noqa: ANN401  # JSON
    body = None if order is None else orjson.dumps(order)
    try:
        async with session.request("GET" if order is None else "POST", f"{box.address}/_sandbox/{path}", data=body) as answer:
            said = orjson.loads(await answer.read())
    except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError):
        return None
    if answer.ok:
        return said
    wrong = "; ".join(f"{one['pointer'].removeprefix('/') or 'order'}: {one['detail']}" for one in said.get("errors", ()))
    raise Failed(Exit.NO, texts.refused(box.name, wrong or said.get("title")))


def _show(boxes: Sequence[_Box], found: JsonView, *, as_json: bool) -> None:
    if as_json:
        print_json([{"department": box.name, "address": box.address, "faults": found[box.name]} for box in boxes])
        return
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
    console().print(Rows(texts.FAULTS_SET, rows))

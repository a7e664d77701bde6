"""``gateway demo``: one application goes to five departments, then another, with a department that fails and one whose reply is lost."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import aiohttp
import orjson
import typer
from rich.console import Console
from rich.live import Live

from gateway.cli.running import texts
from gateway.cli.running.lifetime import stop_asked
from gateway.cli.running.stage import RunningGateway, staged
from gateway.cli.terminal.client import Client, over_tcp
from gateway.cli.terminal.exits import Exit, Unreachable
from gateway.cli.terminal.output import Rows, coloured, console
from gateway.model import JsonObject, JsonView

#: Seconds one application may take.
_PATIENCE = 60.0
#: Seconds between two looks at it.
_EVERY = 0.1
_ENDED = frozenset({"approved", "rejected", "withdrawn"})
#: The departments that fail in the second act: one refuses twice, one does its part and the reply is lost.
_BUSY, _LOST = "tax", "real_estate"
#: What there is to see, and where.
_PLACES = {texts.DEMO_PAGES: "/", texts.DEMO_SIGN_IN: "/sign-in", texts.DEMO_CONSOLE: "/console", "API": "/v1", texts.DEMO_DOCS: "/docs"}
_FAULTS = {_BUSY: {"fault": "too_many", "times": 2, "seconds": 1}, _LOST: {"fault": "drop_reply", "times": 1}}


def demo(
    *,
    keep: Annotated[bool, typer.Option("--keep", help=texts.KEEP_HELP)] = False,
    stay: Annotated[bool, typer.Option("--stay", help=texts.STAY_HELP)] = False,
) -> None:
    """Show it: five sandboxes, a gateway, two applications, the verified audit."""
    out = console()
    folder = Path(tempfile.mkdtemp(prefix="gateway-demo-"))
    try:
        held = asyncio.run(_play(folder, out, stay=stay))
    finally:
        if keep:
            out.print(texts.demo_folder(folder), markup=False)
        else:
            shutil.rmtree(folder)
    if not held:
        raise typer.Exit(Exit.NO)


@dataclass(slots=True, kw_only=True)
class _Play:
    """The common part of both acts: the clients of the gateway, and the effects to be found in the end."""

    stage: RunningGateway
    front_end: Client
    out: Console
    titles: dict[str, str]
    resend: dict[tuple[str, str], str]  # department and operation → resend rule
    keys: Counter[str] = field(default_factory=Counter)  # of every delivery that acted
    wrong: list[str] = field(default_factory=list)


async def _play(folder: Path, out: Console, *, stay: bool) -> bool:
    """Play both acts and say what held, then ``stay`` until a signal where that is wanted. True when everything held."""
    out.print(texts.DEMO_STARTS)
    async with staged(folder) as stage:
        async with (
            over_tcp(stage.address, stage.keys["front-end"]) as front_end,
            over_tcp(stage.address, stage.keys["operator"]) as operator,
        ):
            departments = (await operator.get("/v1/departments"))["items"]
            titles = {d["name"]: f"{d['title']['zh']} {d['title']['en']}" for d in departments}
            resend = {(d["name"], o["name"]): o["resend"] for d in departments for o in d["operations"]}
            play = _Play(stage=stage, front_end=front_end, out=out, titles=titles, resend=resend)
            out.print(texts.demo_runs(stage.address, ", ".join(sorted(stage.sandboxes))), markup=False)
            if missing := titles.keys() - stage.sandboxes.keys():
                play.wrong.append(texts.demo_no_sandbox(", ".join(sorted(missing))))
            else:
                await _first_act(play)
                await _second_act(play)
        for line in play.wrong:
            out.print(f"✗ {line}", style="red", markup=False)
        if not play.wrong:
            out.print(texts.DEMO_HELD, style="green")
        if stay:
            await _stay(stage, out)
        return not play.wrong


async def _stay(stage: RunningGateway, out: Console) -> None:
    """Say where everything is and how each role signs in, and wait for SIGINT or SIGTERM."""
    stop = stop_asked(with_parent=False)
    out.print()
    for line in places(stage):
        out.print(line, markup=False, highlight=False, soft_wrap=True)  # to be copied whole
    await stop.wait()
    out.print(texts.DEMO_ENDS)


def places(stage: RunningGateway) -> Iterator[str]:
    """Give the lines that tell a person with a browser where to go, and what to type there."""
    for what, path in _PLACES.items():
        yield f"{what}  {stage.address}{path}"
    command = f"GATEWAY_DATA={stage.environment['GATEWAY_DATA']} {Path(sys.executable).with_name('gateway')} user code"
    for role, one in stage.sign_ins.items():
        yield texts.demo_sign_in(role, one.login, one.password) + (texts.demo_code(f"{command} {one.login}") if one.has_code else "")
    yield texts.DEMO_STAYS


async def _first_act(play: _Play) -> None:
    play.out.print(texts.DEMO_FIRST, style="bold")
    await _file_and_watch(play, "demo-1")
    await _check_ledgers(play)
    await _verify_audit(play)


async def _second_act(play: _Play) -> None:
    play.out.print(texts.DEMO_SECOND, style="bold")
    for department, fault in _FAULTS.items():
        await _control(play, department, "faults", fault)
    application = await _file_and_watch(play, "demo-2")
    for delivery in application["deliveries"]:
        if delivery["department"] in _FAULTS:
            await _tell(play, delivery["id"])
    await _check_ledgers(play)
    await _verify_audit(play)


async def _file_and_watch(play: _Play, key: str) -> JsonObject:
    """File the sample with a front-end key and show it until it is decided."""
    sample = (await play.front_end.get("/v1/services/newlywed"))["sample"]
    filed = await play.front_end.call("POST", "/v1/applications", body=orjson.dumps(sample), headers={"Idempotency-Key": key})
    application = await _watch(play.front_end, filed, play.titles, play.out, _PATIENCE)
    if application["state"] != "approved":
        play.wrong.append(texts.demo_not_approved(_PATIENCE, application["state"]))
    approved = [d for d in application["deliveries"] if d["state"] == "approved"]
    if len(approved) != len(play.stage.sandboxes):
        play.wrong.append(texts.demo_too_few(len(play.stage.sandboxes), len(approved)))
    # A department recognises a repeat by the delivery's id and round: that is what its ledger holds.
    play.keys.update(f"{d['id'].replace('-', '')}-{d['round']}" for d in application["deliveries"])
    return application


async def _watch(client: Client, application: JsonObject, titles: Mapping[str, str], out: Console, seconds: float) -> JsonObject:
    """Show the application until it has ended or ``seconds`` have passed: a live table in a terminal, a line a change elsewhere.

    Gives its last state, each delivery with its ``times``. ``titles`` are the departments' names for people.
    """
    clock = asyncio.get_running_loop().time
    until = clock() + seconds
    path = f"/v1/applications/{application['id']}"
    live = Live(console=out, auto_refresh=False) if out.is_terminal else None
    seen: dict[str, tuple[object, ...]] = {}
    try:
        if live is not None:
            live.start()
        while True:
            application = await client.get(path)
            events = (await client.get(f"{path}/events"))["items"]
            add_times(application, events)
            if live is not None:
                live.update(_deliveries(application, titles), refresh=True)
            else:
                _print_changes(application, titles, seen, out)
            if application["state"] in _ENDED or clock() > until:
                break
            await asyncio.sleep(_EVERY)
    finally:
        if live is not None:
            live.stop()
    if live is None:
        out.print(_deliveries(application, titles))
    return application


def add_times(application: JsonObject, events: list[JsonObject]) -> None:
    """Give each delivery ``times``, in seconds after filing: by state its first time there, and as ``changed`` its last move."""
    filed = datetime.fromisoformat(application["received_at"])
    times: dict[str, dict[str, float]] = {}
    last: dict[str, float] = {}
    for event in events:
        after = (datetime.fromisoformat(event["at"]) - filed).total_seconds()
        for move in event["moves"]:
            times.setdefault(move["delivery_id"], {}).setdefault(move["state"], after)
            last[move["delivery_id"]] = after
    for delivery in application["deliveries"]:
        delivery["times"] = times.get(delivery["id"], {})
        delivery["changed"] = last.get(delivery["id"])


def _deliveries(application: JsonView, titles: Mapping[str, str]) -> Rows:
    """The deliveries as a table, in both languages."""
    rows = []
    for d in application["deliveries"]:
        sent = _seconds(d["times"].get("sending"))
        decided = _seconds(d["times"].get(d["state"]) if d["state"] in _ENDED else None)
        rows.append((titles[d["department"]], coloured(d["state"]), d["attempts"], d["reference"], sent, decided, d["problem"]))
    return Rows(texts.DEMO_WATCHED, rows, title=texts.demo_watched(application["number"]))


def _print_changes(application: JsonView, titles: Mapping[str, str], seen: dict[str, tuple[object, ...]], out: Console) -> None:
    for d in application["deliveries"]:
        now = (d["state"], d["attempts"], d["reference"], d["problem"])
        if seen.get(d["id"]) == now:
            continue
        seen[d["id"]] = now
        after = _seconds(d["changed"])
        told = " · ".join(str(part) for part in (d["reference"], d["problem"]) if part)
        out.print(f"{after:>9}  {titles[d['department']]}: {d['state']} ({d['attempts']}) {told}".rstrip(), markup=False)


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2f} s"


async def _tell(play: _Play, delivery_id: str) -> None:
    """Tell in words the history of one delivery."""
    delivery = await play.front_end.get(f"/v1/deliveries/{delivery_id}")
    name, rule = delivery["department"], play.resend[delivery["department"], delivery["operation"]]
    made = [(a["action"], a["result"]) for a in delivery["attempts_made"]]
    trail = " → ".join(f"{action}: {result}" for action, result in made)
    sent = sum(action == "submit" for action, _ in made)
    play.out.print(f"· {play.titles[name]}  {trail}", markup=False)
    if name == _BUSY:
        said, held = texts.demo_was_busy(sent), sent == 3
    else:
        said, held = texts.demo_was_lost(rule, sent), sent == 1 and rule == "ask"
    play.out.print(said, markup=False)
    if not held:
        play.wrong.append(f"{name}: {trail}")


async def _check_ledgers(play: _Play) -> None:
    """Compare the departments' effects with those that were due: one a key."""
    effects: Counter[str] = Counter()
    for department in play.stage.sandboxes:
        effects.update(effect["key"] for effect in await _control(play, department, "ledger"))
    if effects != play.keys:
        doubled = sorted(key for key, times in effects.items() if times > 1)
        lost, more = sorted(play.keys - effects), sorted(effects - play.keys)
        play.wrong.append(texts.demo_ledgers_differ(doubled, lost, more))
    else:
        play.out.print(texts.demo_ledgers(effects.total()), style="green")


async def _control(play: _Play, department: str, path: str, order: JsonObject | None = None) -> Any:  # noqa: ANN401  # JSON
    """Steer a sandbox, or ask it."""
    address = f"{play.stage.sandboxes[department]}/_sandbox/{path}"
    method = "GET" if order is None else "POST"
    try:
        async with aiohttp.request(method, address, json=order, raise_for_status=True) as response:
            return await response.json()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Unreachable(address, str(error) or type(error).__name__) from error


async def _verify_audit(play: _Play) -> None:
    """Run `gateway audit verify` beside the running gateway."""
    command = (sys.executable, "-m", "gateway.cli", "audit", "verify", "--json")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe, env=play.stage.environment)
    said, errors = await asyncio.wait_for(process.communicate(), _PATIENCE)
    if process.returncode != Exit.OK:
        play.wrong.append(texts.demo_not_verified((said or errors).decode(errors="replace")[:2000]))
        return
    report = orjson.loads(said)
    play.out.print(texts.demo_verified(report["entries"], report["heads_lines"]), style="green")

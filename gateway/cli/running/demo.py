"""``gateway demo``: one application goes to five departments, then another, with a department that fails and one whose reply is lost."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.running import texts
from gateway.cli.terminal.exits import Exit, Unreachable
from gateway.model import JsonObject

if TYPE_CHECKING:
    from rich.console import Console

    from gateway.cli.running.stage import RunningGateway
    from gateway.cli.terminal.client import Client


#: Seconds one application may take.
_PATIENCE = 60.0
#: The departments that fail in the second act: one refuses twice, one does its part and the reply is lost.
_BUSY, _LOST = "tax", "real_estate"
_FAULTS = {_BUSY: {"fault": "too_many", "times": 2, "seconds": 1}, _LOST: {"fault": "drop_reply", "times": 1}}


def demo(*, keep: Annotated[bool, typer.Option("--keep", help=texts.KEEP_HELP)] = False) -> None:
    """Show it: five sandboxes, a gateway, two applications, the verified audit."""
    from gateway.cli.terminal.output import console

    out = console()
    folder = Path(tempfile.mkdtemp(prefix="gateway-demo-"))
    try:
        wrong = asyncio.run(_play(folder, out))
    finally:
        if keep:
            out.print(texts.demo_folder(folder), markup=False)
        else:
            shutil.rmtree(folder)
    for line in wrong:
        out.print(f"✗ {line}", style="red", markup=False)
    if wrong:
        raise typer.Exit(Exit.NO)
    out.print(texts.DEMO_HELD, style="green")


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


async def _play(folder: Path, out: Console) -> list[str]:
    """Play both acts, and give what did not hold."""
    from gateway.cli.running.stage import staged
    from gateway.cli.terminal.client import over_tcp

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
                return [texts.demo_no_sandbox(", ".join(sorted(missing)))]
            await _first_act(play)
            await _second_act(play)
        return play.wrong


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
    import orjson

    from gateway.cli.cases.watching import watch

    sample = (await play.front_end.get("/v1/services/newlywed"))["sample"]
    filed = await play.front_end.call("POST", "/v1/applications", body=orjson.dumps(sample), headers={"Idempotency-Key": key})
    application = await watch(play.front_end, filed, play.titles, play.out, _PATIENCE)
    if application["state"] != "approved":
        play.wrong.append(texts.demo_not_approved(_PATIENCE, application["state"]))
    approved = [d for d in application["deliveries"] if d["state"] == "approved"]
    if len(approved) != len(play.stage.sandboxes):
        play.wrong.append(texts.demo_too_few(len(play.stage.sandboxes), len(approved)))
    # A department recognises a repeat by the delivery's id and round: that is what its ledger holds.
    play.keys.update(f"{d['id'].replace('-', '')}-{d['round']}" for d in application["deliveries"])
    return application


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
    import aiohttp

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
    import orjson

    report = orjson.loads(said)
    play.out.print(texts.demo_verified(report["entries"], report["heads_lines"]), style="green")

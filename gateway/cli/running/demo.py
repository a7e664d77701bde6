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

from gateway.cli.terminal.exits import Exit, Unreachable

if TYPE_CHECKING:
    from rich.console import Console

    from gateway.cli.running.stage import RunningGateway
    from gateway.cli.terminal.client import Client
    from gateway.cli.terminal.output import Json

#: Seconds one application may take.
_PATIENCE = 60.0
#: The departments that fail in the second act: one refuses twice, one does its part and the reply is lost.
_BUSY, _LOST = "tax", "real_estate"
_FAULTS = {_BUSY: {"fault": "too_many", "times": 2, "seconds": 1}, _LOST: {"fault": "drop_reply", "times": 1}}


def demo(
    *, keep: Annotated[bool, typer.Option("--keep", help="Keep the folder with journal, ledgers and logs · 保留数据目录")] = False
) -> None:
    """Show it: five sandboxes, a gateway, two applications, the verified audit · 演示.

    Exits 0 only when everything held: all approved, one effect a delivery in the departments' ledgers, the audit verified.
    """
    from gateway.cli.terminal.output import console

    out = console()
    folder = Path(tempfile.mkdtemp(prefix="gateway-demo-"))
    try:
        wrong = asyncio.run(_play(folder, out))
    finally:
        if keep:
            out.print(f"数据目录 folder  {folder}", markup=False)
        else:
            shutil.rmtree(folder)
    for line in wrong:
        out.print(f"✗ {line}", style="red", markup=False)
    if wrong:
        raise typer.Exit(Exit.NO)
    out.print("✓ 全部成立 everything held", style="green")


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

    out.print("启动五个部门的沙箱与网关…… starting the five sandboxes and the gateway …")
    async with staged(folder) as stage:
        async with (
            over_tcp(stage.address, stage.keys["front-end"]) as front_end,
            over_tcp(stage.address, stage.keys["operator"]) as operator,
        ):
            departments = (await operator.get("/v1/departments"))["items"]
            titles = {d["name"]: f"{d['title']['zh']} {d['title']['en']}" for d in departments}
            resend = {(d["name"], o["name"]): o["resend"] for d in departments for o in d["operations"]}
            play = _Play(stage=stage, front_end=front_end, out=out, titles=titles, resend=resend)
            out.print(f"网关 gateway {stage.address}；沙箱 sandboxes {', '.join(sorted(stage.sandboxes))}\n", markup=False)
            if missing := titles.keys() - stage.sandboxes.keys():
                return [f"不是沙箱，演示不会向其发送 no sandbox, the demo sends nothing there: {', '.join(sorted(missing))}"]
            await _first_act(play)
            await _second_act(play)
        return play.wrong


async def _first_act(play: _Play) -> None:
    play.out.print("一、提交一件“公民婚育”，送达五个部门 · 1. One application, newlywed, to five departments", style="bold")
    await _file_and_watch(play, "demo-1")
    await _check_ledgers(play)
    await _verify_audit(play)


async def _second_act(play: _Play) -> None:
    play.out.print(
        "\n二、再来一件：税务连续两次拒收，不动产已办但回复丢失 · 2. Another: tax refuses twice, real estate does it and its reply is lost",
        style="bold",
    )
    for department, fault in _FAULTS.items():
        await _control(play, department, "faults", fault)
    application = await _file_and_watch(play, "demo-2")
    for delivery in application["deliveries"]:
        if delivery["department"] in _FAULTS:
            await _tell(play, delivery["id"])
    await _check_ledgers(play)
    await _verify_audit(play)


async def _file_and_watch(play: _Play, key: str) -> Json:
    """File the sample with a front-end key and show it until it is decided."""
    import orjson

    from gateway.cli.cases.watching import watch

    sample = (await play.front_end.get("/v1/services/newlywed"))["sample"]
    filed = await play.front_end.call("POST", "/v1/applications", body=orjson.dumps(sample), headers={"Idempotency-Key": key})
    application = await watch(play.front_end, filed, play.titles, play.out, _PATIENCE)
    if application["state"] != "approved":
        play.wrong.append(f"办件未在 {_PATIENCE:.0f} 秒内通过 the application was not approved in time: {application['state']}")
    approved = [d for d in application["deliveries"] if d["state"] == "approved"]
    if len(approved) != len(play.stage.sandboxes):
        play.wrong.append(f"应有 {len(play.stage.sandboxes)} 个部门通过 departments should have approved, not {len(approved)}")
    # A department's ledger holds the delivery's id and round, by which it recognises a repeat.
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
        zh = f"两次答复“请求过多”（未处理），按其要求等待后再发，共发送 {sent} 次，最终通过；这是存下的到期时间，不是占着线程等待。"
        en = f"twice it said it was too busy (nothing was done); sent again when it had asked for, {sent} times in all, then approved."
        held = sent == 3
    else:
        zh = f"部门已办理但回复丢失：结果不明。该操作的重发规则为“{rule}”：先询问再决定；查到已办，因此没有再发（共发送 {sent} 次）。"
        en = (
            f"it was done but the reply was lost: in doubt. The operation's resend rule is “{rule}”: asked first, found, "
            f"so not sent again (sent {sent} time)."
        )
        held = sent == 1 and rule == "ask"
    play.out.print(f"  {zh}\n  {en}", markup=False)
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
        play.wrong.append(f"台账不符 ledgers differ: 重复 doubled {doubled}，缺失 lost {lost}，多出 more {more}")
    else:
        play.out.print(
            f"✓ 各部门台账共 {effects.total()} 项，每次交办恰有一项 · {effects.total()} effects in the ledgers, one a delivery",
            style="green",
        )


async def _control(play: _Play, department: str, path: str, order: Json | None = None) -> Any:  # noqa: ANN401  # JSON
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
        play.wrong.append(f"审计校验未通过 the audit does not verify: {(said or errors).decode(errors='replace')[:2000]}")
        return
    import orjson

    report = orjson.loads(said)
    play.out.print(
        f"✓ 审计校验通过：{report['entries']} 条，签名链头 {report['heads_lines']} 行 · "
        f"audit verified: {report['entries']} entries, {report['heads_lines']} signed heads",
        style="green",
    )

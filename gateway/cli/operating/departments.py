"""``gateway departments``: the health of each department."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from gateway.cli.cases.applications import JsonOption
from gateway.cli.terminal.output import Json, act_line, coloured, console, print_json, table, time_word
from gateway.cli.terminal.words import say, state_word, tier_word
from gateway.model.code_names import AVAILABILITY, TIERS


def departments(
    name: Annotated[str | None, typer.Argument(help="One department alone · 部门名")] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Show the departments: health, queue, oldest open delivery, version · 查看各部门."""
    found = asyncio.run(_ask(name))
    if as_json:
        print_json(found)
        return
    show_departments(found)


def show_departments(found: Sequence[Mapping[str, Any]]) -> None:
    """Show departments as the interface gives them, one a row."""
    columns = [say("部门", "department"), say("名称", "title"), say("通断", "breaker"), say("在办", "open"), say("最早", "oldest open")]
    columns += [say("限额", "limits"), say("受理", "hours"), say("适配器", "adapter"), say("评级", "quality"), say("问题", "problem")]
    out = console()
    out.print(table(columns, [_row(one) for one in found]))
    for one in found:
        overridden = one["paused"] or any(value is not None for value in one["overrides"].values())
        for act in one["acts"] if len(found) == 1 else one["acts"][:1] if overridden else ():
            out.print(f"{one['name']}  {act_line(act)}", markup=False, soft_wrap=True)


async def _ask(name: str | None) -> list[Json]:
    from gateway.cli.terminal.place import with_gateway

    async with with_gateway() as client:
        if name is not None:
            return [await client.get(f"/v1/departments/{name}")]
        return list((await client.get("/v1/departments"))["items"])


def _row(d: Mapping[str, Any]) -> list[object]:
    open_ = " ".join(f"{state_word(state)} {count}" for state, count in d["open"].items() if count)
    adapter = f"{d['adapter']} {d['version']}" if d["adapter"] else ""
    title = say(d["title"]["zh"], d["title"]["en"])
    standing = say("已暂停", "paused") if d["paused"] else coloured(d["breaker"])
    row = [d["name"], title, standing, open_, time_word(d["oldest_open_at"]), _limits(d), _hours(d)]
    certificates = d["tls"] and d["tls"]["why"] and say(d["tls"]["why"]["zh"], d["tls"]["why"]["en"])
    return [*row, adapter, _tier(d["quality"]), d["problem"] or certificates or d["warning"]]


def _tier(quality: Mapping[str, Any] | None) -> str:
    """Give the tier that is reached, with a mark where the adapter claims a higher one."""
    if quality is None:
        return ""
    order = list(TIERS)
    untrue = quality["claimed"] is not None and order.index(quality["claimed"]) > order.index(quality["tier"])
    return tier_word(quality["tier"]) + ("!" if untrue else "")


def _limits(d: Mapping[str, Any]) -> str:
    """Give the limits in force, with a mark on each that an operator has set."""
    concurrency, rate = d["limits"]["concurrency"], d["limits"]["rate_per_second"]
    words = [f"{concurrency}{'*' if d['overrides']['concurrency'] is not None else ''}"]
    if rate is not None:
        words.append(f"{rate:g}/s{'*' if d['overrides']['rate_per_second'] is not None else ''}")
    return " ".join(words)


def _hours(d: Mapping[str, Any]) -> str:
    """Tell whether it takes work now and until when, and how much of its quota is used."""
    state, until = d["availability"]["state"], d["availability"]["until"]
    word = say(*AVAILABILITY[state])
    if until is not None:
        word += say(f"至 {time_word(until)}", f" until {time_word(until)}")
    if d["quota"] is not None:
        word += say(f" · 限额 {d['quota']['used']}/{d['quota']['daily']}", f" · quota {d['quota']['used']}/{d['quota']['daily']}")
    return word

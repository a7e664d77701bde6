"""``gateway departments``, and an operator's control of one over its configuration: ``pause``, ``resume`` and ``limit``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from gateway.cli.operating import texts
from gateway.cli.terminal.exits import Exit, Failed
from gateway.cli.terminal.options import DepartmentArgument, JsonOption, Reason
from gateway.cli.terminal.output import Rows, act_line, coloured, console, print_json, time_word
from gateway.cli.terminal.place import ask
from gateway.cli.terminal.words import say, state_word, tier_word
from gateway.model import JsonObject, JsonView
from gateway.model.code_names import AVAILABILITY, TIERS

_CONFIGURED = "configured"


def departments(
    name: Annotated[str | None, typer.Argument(help=texts.ONE_DEPARTMENT_HELP)] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Show the departments: health, queue, oldest open delivery, version."""
    found = [ask("GET", f"/v1/departments/{name}")] if name is not None else ask("GET", "/v1/departments")["items"]
    if as_json:
        print_json(found)
        return
    show_departments(found)


def show_departments(found: Sequence[JsonView]) -> None:
    """Departments as the interface gives them, one a row."""
    out = console()
    out.print(Rows(texts.DEPARTMENTS, [_row(one) for one in found]))
    for one in found:
        overridden = one["paused"] or any(value is not None for value in one["overrides"].values())
        for act in one["acts"] if len(found) == 1 else one["acts"][:1] if overridden else ():
            out.print(f"{one['name']}  {act_line(act)}", markup=False, soft_wrap=True)


def _row(d: JsonView) -> list[object]:
    open_ = " ".join(f"{state_word(state)} {count}" for state, count in d["open"].items() if count)
    adapter = f"{d['adapter']} {d['version']}" if d["adapter"] else ""
    title = say(d["title"]["zh"], d["title"]["en"])
    standing = texts.PAUSED if d["paused"] else coloured(d["breaker"])
    row = [d["name"], title, standing, open_, time_word(d["oldest_open_at"]), _limits(d), _hours(d)]
    certificates = d["tls"] and d["tls"]["why"] and say(d["tls"]["why"]["zh"], d["tls"]["why"]["en"])
    return [*row, adapter, _tier(d["quality"]), d["problem"] or certificates or d["warning"]]


def _tier(quality: JsonView | None) -> str:
    """Give the tier that is reached, with a mark where the adapter claims a higher one."""
    if quality is None:
        return ""
    order = list(TIERS)
    untrue = quality["claimed"] is not None and order.index(quality["claimed"]) > order.index(quality["tier"])
    return tier_word(quality["tier"]) + ("!" if untrue else "")


def _limits(d: JsonView) -> str:
    """Give the limits in force, with a mark on each that an operator has set."""
    concurrency, rate = d["limits"]["concurrency"], d["limits"]["rate_per_second"]
    words = [f"{concurrency}{'*' if d['overrides']['concurrency'] is not None else ''}"]
    if rate is not None:
        words.append(f"{rate:g}/s{'*' if d['overrides']['rate_per_second'] is not None else ''}")
    return " ".join(words)


def _hours(d: JsonView) -> str:
    """Tell whether it takes work now and until when, and how much of its quota is used."""
    state, until = d["availability"]["state"], d["availability"]["until"]
    word = say(*AVAILABILITY[state])
    if until is not None:
        word += texts.open_until(time_word(until))
    if d["quota"] is not None:
        word += texts.quota(d["quota"]["used"], d["quota"]["daily"])
    return word


def pause(department: DepartmentArgument, *, reason: Reason, as_json: JsonOption = False) -> None:
    """Begin no call to a department until it is resumed. Its queue waits, callbacks are taken."""
    _say(department, {"paused": True, "reason": reason}, as_json=as_json)


def resume(department: DepartmentArgument, *, reason: Reason, as_json: JsonOption = False) -> None:
    """Resume a department: its queue goes out in order."""
    _say(department, {"paused": False, "reason": reason}, as_json=as_json)


def limit(
    department: DepartmentArgument,
    *,
    reason: Reason,
    concurrency: Annotated[str | None, typer.Option(help=texts.CONCURRENCY_HELP, metavar="N")] = None,
    rate: Annotated[str | None, typer.Option(help=texts.RATE_HELP, metavar="R")] = None,
    as_json: JsonOption = False,
) -> None:
    """Limit a department over its configuration. `configured` goes back to it."""
    limits: dict[str, float | None] = {}
    if concurrency is not None:
        limits["concurrency"] = _number("--concurrency", concurrency, int)
    if rate is not None:
        limits["rate_per_second"] = _number("--rate", rate, float)
    _say(department, {"limits": limits, "reason": reason}, as_json=as_json)


def _number(option: str, text: str, kind: type[int | float]) -> float | None:
    if text == _CONFIGURED:
        return None
    try:
        return kind(text)
    except ValueError as error:
        raise Failed(Exit.USAGE, texts.no_number(option, _CONFIGURED)) from error


def _say(department: str, body: JsonObject, *, as_json: bool) -> None:
    found = ask("PATCH", f"/v1/departments/{department}", body=body)
    if as_json:
        print_json(found)
        return
    show_departments([found])
    if found["paused"]:
        typer.echo(texts.PAUSED_NOW)

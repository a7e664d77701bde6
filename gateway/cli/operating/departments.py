"""``gateway departments``: the health of each department."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from gateway.cli.operating import texts
from gateway.cli.terminal.asking import ask
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import act_line, coloured, console, print_json, table, time_word
from gateway.cli.terminal.words import say, state_word, tier_word
from gateway.model import JsonView
from gateway.model.code_names import AVAILABILITY, TIERS


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
    out.print(table(texts.DEPARTMENTS, [_row(one) for one in found]))
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

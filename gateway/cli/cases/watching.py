"""Watch one application's deliveries as they are decided: a live table in a terminal, a line a change elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from rich.live import Live

from gateway.cli.cases import texts
from gateway.cli.terminal.output import Rows, coloured, table
from gateway.model import JsonObject, JsonView

if TYPE_CHECKING:
    from rich.console import Console

    from gateway.cli.terminal.client import Client

_ENDED = frozenset({"approved", "rejected", "withdrawn"})
#: Seconds between two looks.
_EVERY = 0.1


async def watch(client: Client, application: JsonObject, titles: Mapping[str, str], out: Console, seconds: float) -> JsonObject:
    """Show the application until it has ended or ``seconds`` have passed. Gives its last state, each delivery with its ``times``.

    ``titles`` are the departments' names for people.
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
                live.update(deliveries(application, titles), refresh=True)
            else:
                _print_changes(application, titles, seen, out)
            if application["state"] in _ENDED or clock() > until:
                break
            await asyncio.sleep(_EVERY)
    finally:
        if live is not None:
            live.stop()
    if live is None:
        out.print(deliveries(application, titles))
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


def deliveries(application: JsonView, titles: Mapping[str, str]) -> Rows:
    """The deliveries as a table, in both languages."""
    rows = []
    for d in application["deliveries"]:
        sent = _seconds(d["times"].get("sending"))
        decided = _seconds(d["times"].get(d["state"]) if d["state"] in _ENDED else None)
        rows.append((titles[d["department"]], coloured(d["state"]), d["attempts"], d["reference"], sent, decided, d["problem"]))
    return table(texts.WATCHED, rows, title=texts.watched_title(application["number"]))


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

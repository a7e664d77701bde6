"""What commands print: JSON for machines, tables for people."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from gateway.cli.words import say, state_word

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

#: Columns of a table that goes into a file or a pipe, where nothing says how wide it may be.
_WIDTH = 200

_COLOURS = {
    "approved": "green",
    "rejected": "red",
    "returned": "yellow",
    "in_doubt": "red",
    "held": "red",
    "sending": "cyan",
    "deciding": "cyan",
    "closed": "green",
    "open": "red",
    "half_open": "yellow",
    "stopped": "red",
    "running": "cyan",
    "ended": "green",
    "alive": "green",
    "dead": "red",
}


def print_json(value: object) -> None:
    """One JSON document, indented, on stdout."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")


def console() -> Console:
    """Where people read: coloured in a terminal, plain and wide elsewhere."""
    from rich.console import Console  # noqa: PLC0415  # rich takes a tenth of a second, which `gateway --help` need not pay

    return Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str | None = None) -> Table:
    """A table; what stands in it is shown as it is (no markup)."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415  # as above
    from rich.table import Table  # noqa: PLC0415  # as above
    from rich.text import Text  # noqa: PLC0415  # as above

    made = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text("" if cell is None else str(cell)) for cell in row))
    return made


def coloured(state: str) -> object:
    """A state in its colour."""
    from rich.text import Text  # noqa: PLC0415  # as above

    return Text(state_word(state), style=_COLOURS.get(state, ""))


def time_word(value: str | None) -> str:
    """A time of the interface (RFC 3339, China's offset) for people: to the second."""
    return "" if value is None else value[:19].replace("T", " ")


def deliveries_table(deliveries: Iterable[Mapping[str, Any]], *, with_application: bool, with_next: bool = False) -> Table:
    """Deliveries as the interface gives them, one a row; with what happens next where the interface says it of each."""
    columns = [say("递送", "delivery"), say("步骤", "step"), say("部门", "department"), say("状态", "state"), say("次数", "attempts")]
    columns += [say("部门编号", "reference"), say("下次", "due"), say("说明", "problem or outcome")]
    if with_next:
        columns.append(say("下一步", "next"))
    if with_application:
        columns.insert(1, say("办件", "application"))
    rows = []
    for d in deliveries:
        outcome = d["outcome"] or {}
        remark = d["problem"] or outcome.get("reason") or outcome.get("code") or d["skip_reason"]
        if d["told_otherwise"]:
            remark = " · ".join([say("部门所知已有更正", "told otherwise"), *([remark] if remark else [])])
        row = [d["id"], d["step"], d["department"], coloured(d["state"]), d["attempts"], d["reference"], time_word(d["due_at"]), remark]
        if with_next:
            row.append(say(d["next"]["zh"], d["next"]["en"]))
        if with_application:
            row.insert(1, d["application_id"])
        rows.append(row)
    return table(columns, rows)


def show_application(application: Mapping[str, Any]) -> None:
    """An application and its deliveries, as the interface gives them."""
    out = console()
    attention = say(" · 需要人工处理", " · needs attention") if application["needs_attention"] else ""
    if rejected := ", ".join(application["rejected_steps"]):
        attention += say(f" · 部门不予办理的步骤:{rejected}", f" · rejected steps: {rejected}")
    out.print(f"{say('办件编号', 'number')}  {application['number']}", markup=False)
    out.print(f"{say('办件', 'application')}  {application['id']} · {application['service']}", markup=False)
    out.print(f"{say('状态', 'state')}  ", coloured(application["state"]), attention, sep="")
    received, due = time_word(application["received_at"]), time_word(application["due_at"])
    out.print(f"{say('受理', 'received')}  {received}" + (f" · {say('承诺办结', 'due')} {due}" if due else ""), markup=False)
    out.print(deliveries_table(application["deliveries"], with_application=False))


def show_warnings(warnings: Sequence[Mapping[str, Any]]) -> None:
    """What an application was taken with and will trouble somebody."""
    out = console()
    for one in warnings:
        out.print(f"{say('注意', 'note')}  {one['pointer']}  {one['detail']}", markup=False)


def show_delivery(delivery: Mapping[str, Any]) -> None:
    """One delivery with its attempts, why it stands where it stands and what happens next."""
    out = console()
    out.print(deliveries_table([delivery], with_application=True))
    for name, title in (("why", say("为何", "why")), ("next", say("下一步", "next"))):
        text = delivery[name]
        out.print(f"{title}  {say(text['zh'], text['en'])}", markup=False)
    rows = [
        (a["round"], a["number"], a["action"], time_word(a["started_at"]), time_word(a["ended_at"]), a["result"], a["detail"])
        for a in delivery["attempts_made"]
    ]
    columns = [say("轮次", "round"), say("第几次", "attempt"), say("动作", "action"), say("开始", "started"), say("结束", "ended")]
    out.print(table([*columns, say("结果", "result"), say("细节", "detail")], rows))

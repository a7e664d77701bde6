"""The output of commands: JSON for machines, tables for people."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence

import orjson
from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from gateway.cli.terminal import texts
from gateway.cli.terminal.words import say, state_word
from gateway.model import JsonView
from gateway.model.code_names import ACTS

#: Columns in a file or a pipe, which have no width of their own: a row is a line.
_UNBOUNDED = 100_000
#: The least columns of a text beside the ids of a table. A terminal without that room gets a block a row.
_READABLE = 12
#: Spaces between two columns, and before the first and after the last together.
_GAP, _EDGES = 3, 2

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
    """Make the console that people read: coloured in a terminal, plain elsewhere, with lines broken only within the columns of a table."""
    return Console(width=None if sys.stdout.isatty() else _UNBOUNDED, highlight=False, soft_wrap=True)


class Rows:
    """Rows under headings: a table, or a block a row where a terminal is too narrow for one. An id is one piece in both.

    Whatever stands in them is shown as it is (no markup).
    """

    def __init__(self, columns: Iterable[object], rows: Iterable[Sequence[object]], title: str | None = None) -> None:
        self._columns = [str(column) for column in columns]
        self._rows = [[cell if isinstance(cell, Text) else Text("" if cell is None else str(cell)) for cell in row] for row in rows]
        self._title = title

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        """Rich's way to be printed."""
        if self._title is not None:
            yield Text(self._title, style="italic", no_wrap=True, overflow="ignore")
        widths = [self._least(place) for place in range(len(self._columns))]
        if sum(widths) + _GAP * (len(widths) - 1) + _EDGES <= options.max_width:
            yield self._table(widths)
        else:
            yield from self._blocks()

    def _least(self, place: int) -> int:
        """Give the least width of a column: all of it for ids and numbers, enough to read for a text."""
        longest = max((row[place].cell_len for row in self._rows), default=0)
        return longest if self._whole(place) else min(longest, _READABLE)

    def _whole(self, place: int) -> bool:
        """Tell whether a column holds ids, numbers and times alone, which must not be broken."""
        return all(row[place].plain.isascii() and row[place].plain.count(" ") <= (":" in row[place].plain) for row in self._rows)

    def _table(self, widths: Sequence[int]) -> Table:
        made = Table(box=SIMPLE_HEAD, pad_edge=False)
        for place, (column, width) in enumerate(zip(self._columns, widths, strict=True)):
            made.add_column(column, overflow="fold", min_width=width, no_wrap=self._whole(place))
        for row in self._rows:
            made.add_row(*row)
        return made

    def _blocks(self) -> Iterator[Text]:
        for row in self._rows:
            yield Text("")
            for column, cell in zip(self._columns, row, strict=True):
                if cell.plain:
                    yield Text.assemble((column, "bold"), "  ", cell, no_wrap=True, overflow="ignore")


def coloured(state: str) -> Text:
    """A state in its colour."""
    return Text(state_word(state), style=_COLOURS.get(state, ""))


def time_word(value: str | None) -> str:
    """Write a time of the interface (RFC 3339, China's offset) for people, to the second."""
    return "" if value is None else value[:19].replace("T", " ")


def awaits_person(d: JsonView) -> bool:
    """Tell whether a delivery goes on only when somebody of the centre acts. One that is being asked about goes on by itself."""
    return d["state"] == "held" or (d["state"] == "in_doubt" and d["due_at"] is None)


def deliveries_table(deliveries: Iterable[JsonView], *, with_application: bool, with_next: bool = False) -> Rows:
    """Deliveries as the interface gives them, one a row, with what happens next where the interface says it of each."""
    columns = [*texts.DELIVERIES]
    if with_next:
        columns.append(texts.NEXT)
    if with_application:
        columns.insert(1, texts.APPLICATION)
    rows = []
    for d in deliveries:
        outcome = d["outcome"] or {}
        remark = d["problem"] or outcome.get("reason") or outcome.get("code") or d["skip_reason"]
        if d["told_otherwise"]:
            remark = " · ".join([str(texts.TOLD_OTHERWISE), *([remark] if remark else [])])
        row = [d["id"], d["step"], d["department"], coloured(d["state"]), d["attempts"], d["reference"], time_word(d["due_at"]), remark]
        if with_next:
            row.append(say(d["next"]["zh"], d["next"]["en"]))
        if with_application:
            row.insert(1, d["application_id"])
        rows.append(row)
    return Rows(columns, rows)


def show_application(application: JsonView) -> None:
    """Show an application and its deliveries, as the interface gives them."""
    out = console()
    attention = str(texts.NEEDS_ATTENTION) if any(map(awaits_person, application["deliveries"])) else ""
    if rejected := ", ".join(application["rejected_steps"]):
        attention += texts.rejected_steps(rejected)
    out.print(f"{texts.NUMBER}  {application['number']}", markup=False)
    out.print(f"{texts.APPLICATION}  {application['id']} · {application['service']}", markup=False)
    out.print(f"{texts.STATE}  ", coloured(application["state"]), _voided(application), attention, sep="")
    out.print(f"{texts.RECEIVED}  {_times(application)}", markup=False)
    out.print(deliveries_table(application["deliveries"], with_application=False))
    show_acts(application.get("acts", ()))  # an application that was only just filed has none


def _voided(application: JsonView) -> str:
    return str(texts.VOIDED) if application["end_reason"] == "voided" else ""


def _times(application: JsonView) -> str:
    """Give when it was received and, where there is such, handed in, and by when it is promised."""
    times = time_word(application["received_at"])
    if application["handed_in_at"]:
        times += f" · {texts.HANDED_IN} {time_word(application['handed_in_at'])}"
    if application["due_at"]:
        times += f" · {texts.PROMISED} {time_word(application['due_at'])}"
        times += str(texts.PROVISIONAL) if application["due_provisional"] else ""
    return times


def show_acts(acts: Sequence[JsonView]) -> None:
    """Show operators' acts, a line each: who, what, when, why."""
    out = console()
    for one in acts:
        line = act_line(one)
        about = "" if one["delivery_id"] is None else f"  {one['delivery_id']}"
        out.print(f"{texts.OPERATOR}  {line}{about}", markup=False, soft_wrap=True)


def show_receipts(receipts: Sequence[JsonView]) -> None:
    """Show what the people of a case are given, a line each."""
    for one in receipts:
        line = f"{texts.RECEIPT}  {one['query_code']} · {one['link']} · {', '.join(one['roles'])}"
        console().print(line, markup=False, highlight=False, soft_wrap=True)


def act_line(one: JsonView) -> str:
    """One act for people: when, who, what, and why in their own words."""
    who = one["name"] or one["actor"] or str(texts.NOT_RECORDED)
    if one["actor"] and one["actor"].startswith("caller:"):
        who += str(texts.BY_KEY)
    why = f"{texts.COLON}{one['reason']}" if one["reason"] else ""
    job = f" · {texts.JOB} {one['job_id']}" if one["job_id"] else ""
    return f"{time_word(one['at'])}  {who} · {say(*ACTS[one['act']])}{job}{why}"


def show_warnings(warnings: Sequence[JsonView]) -> None:
    """Show the warnings that an application was taken with."""
    out = console()
    for one in warnings:
        out.print(f"{texts.NOTE}  {one['pointer']}  {one['detail']}", markup=False)


def show_delivery(delivery: JsonView) -> None:
    """Show one delivery with its attempts, the reason for its state and its next event."""
    out = console()
    out.print(deliveries_table([delivery], with_application=True))
    for name, title in (("why", texts.WHY), ("next", texts.NEXT)):
        text = delivery[name]
        out.print(f"{title}  {say(text['zh'], text['en'])}", markup=False)
    rows = [
        (a["round"], a["number"], a["action"], time_word(a["started_at"]), time_word(a["ended_at"]), a["result"], a["detail"], a["said"])
        for a in delivery["attempts_made"]
    ]
    show_acts([{**one, "delivery_id": None} for one in delivery["acts"]])
    out.print(Rows(texts.ATTEMPTS, rows))

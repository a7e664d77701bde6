"""``gateway digest``: a day in figures, and what needs somebody now, short enough to be read out or sent on."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli.operating import texts
from gateway.cli.terminal.options import JsonOption
from gateway.cli.terminal.output import Rows, coloured, console, print_json, time_word
from gateway.cli.terminal.place import ask
from gateway.cli.terminal.words import say
from gateway.model import JsonObject, JsonView
from gateway.model.code_names import ENDING_KINDS

_HOURS = 24


def digest(
    *,
    day: Annotated[str | None, typer.Option(help=texts.DAY_HELP, metavar="YYYY-MM-DD")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a day's digest: what came and ended, how each department fared, what needs somebody now."""
    found = ask("GET", "/v1/digest", params=None if day is None else {"day": day})
    if as_json:
        print_json(found)
        return
    for line in _lines(found):
        typer.echo(line)
    if found["departments"]:
        console().print(Rows(texts.DIGEST_DEPARTMENTS, [_row(one) for one in found["departments"]]))
    for one in found["endings"]:
        typer.echo(texts.digest_ending(say(*ENDING_KINDS[one["kind"]]), one["of"], one["name"], time_word(one["until"])))


def _lines(found: JsonObject) -> list[str]:
    """Give the sentences: of the day, of now, and of what is the matter."""
    cases, now, jobs, audit = found["cases"], found["now"], found["jobs"], found["audit_problem"]
    lines = [texts.digest_day(found["day"])]
    if found["hours_counted"] < _HOURS:
        lines.append(texts.digest_hours(found["hours_counted"]))
    lines.append(texts.digest_cases(cases["received"], cases["approved"], cases["rejected"], cases["withdrawn"]))
    if cases["on_time_share"] is not None:
        lines.append(texts.digest_on_time(cases["on_time"], cases["promised"], cases["on_time_share"] * 100))
    lines.append(texts.digest_open(now["in_progress"], now["returned"], now["past_due"]))
    if now["oldest_received_at"] is not None:
        lines.append(texts.digest_oldest(time_word(now["oldest_received_at"])))
    attention = now["needing_attention"]
    lines.append(texts.digest_attention(attention, now["in_doubt"], now["held"]) if attention else str(texts.NO_ATTENTION))
    lines.append(texts.digest_jobs(jobs["begun"], jobs["running"]))
    lines.append(str(texts.AUDIT_SOUND) if audit is None else texts.digest_audit(audit))
    return lines


def _row(one: JsonView) -> list[object]:
    figures = one["figures"]
    standing = texts.PAUSED if one["paused"] else coloured(one["breaker"])
    counts = [figures[name] for name in ("sent", "sent_again", "failed", "approved", "rejected", "returned")]
    times = [_seconds(figures[name]) for name in ("p50_seconds", "p95_seconds")]
    return [one["department"], say(one["title"]["zh"], one["title"]["en"]), *counts, *times, one["open"], standing]


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.2f} s"

"""The gateway's own section of docs/performance.md, with its figures as JSON and a chart as SVG, from the rounds of one run."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from bench import scale
from bench.aims import Aim, verdicts
from bench.contest import APPLICATIONS, AT_ONCE, PER_SECOND, Round, percentile

DOCS = Path(__file__).parents[1] / "docs"
_BARE_CPU_WHERE_AIMED = 0.78  # ms an application

_HEAD = """\
## Beside the bare calls, on one core · 与直接调用相比(一个核)

**这一节说什么。** 同一批申请、同样的五个部门(各在 5 毫秒后应答,在自己的进程里)、同一台机器、轮流各跑几轮:网关带上收件、
落盘(fsync)、审计与日志之后,能做到“直接发出同样的调用”的几成,每件多用多少 CPU、多等多久。绝对值随机器而变,只有同一次运行中的比值可以比较。

The same applications, the same five departments (each answers after 5 ms, in a process of its own), the same machine, in turns: what
of the throughput of the bare calls (`asyncio.gather` over aiohttp) is left when everything is filed over HTTP, kept with fsync, audited
and logged. Each contestant has one core; the departments and the load have the other. **Absolute figures change with the machine: compare
within one run.**

"""


def record(rounds: Mapping[str, Sequence[Round]], more: Mapping[str, Any], docs: Path = DOCS) -> dict[str, Any]:
    """Write the figures and the chart, and give the figures. ``more`` is the part that :mod:`bench.scale` shows."""
    recorded: dict[str, Any] = {"machine": machine(), "figures": figures_of(rounds), **more}
    (docs / "performance.json").write_bytes(orjson.dumps(recorded, option=orjson.OPT_INDENT_2) + b"\n")
    (docs / "performance.svg").write_text(chart(recorded["figures"]), encoding="utf-8")
    return recorded


def section(recorded: Mapping[str, Any]) -> str:
    """Write the section from the record."""
    figures = recorded["figures"]
    table = "\n".join(table_of(figures))
    reached = verdicts([*wanted(figures), *scale.aims(recorded)])
    return f"{_HEAD}{recorded['machine']}\n\n{table}\n\n![throughput and CPU](performance.svg)\n{reached}{scale.section(recorded)}"


def machine() -> str:
    """Describe the time and the machine of the measurement."""
    optimized = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
    python = f"Python {platform.python_version()} (built {'with' if optimized else 'without'} PGO)"
    system = f"{os.cpu_count()} CPUs, {platform.system()} {platform.release().split('-')[0]}, {python}"
    load = f"{APPLICATIONS} applications a round, {AT_ONCE} at a time"
    return f"{datetime.now(UTC):%Y-%m-%d} · {system}, SQLite {sqlite3.sqlite_version} · {load}"


def figures_of(rounds: Mapping[str, Sequence[Round]]) -> dict[str, dict[str, Any]]:
    """Give the medians of each contestant over its rounds, and the range of its throughput."""
    figures: dict[str, dict[str, Any]] = {}
    for name, of in rounds.items():
        ratios = [one.per_second / other.per_second for one, other in zip(of, rounds["bare"], strict=True)]
        figures[name] = {
            "per_second": median(of, lambda one: one.per_second),
            "per_second_range": [min(one.per_second for one in of), max(one.per_second for one in of)],
            "of_bare": statistics.median(ratios),
            "of_bare_range": [min(ratios), max(ratios)],
            "cpu_ms": median(of, lambda one: one.cpu_ms),
            "alone_p50_ms": median(of, lambda one: percentile(one.alone, 50)),
            "alone_p95_ms": median(of, lambda one: percentile(one.alone, 95)),
            "unhurried_p50_ms": median(of, lambda one: percentile(one.unhurried, 50)),
            "unhurried_p95_ms": median(of, lambda one: percentile(one.unhurried, 95)),
            "unhurried_p99_ms": median(of, lambda one: percentile(one.unhurried, 99)),
            "peak_mb": median(of, lambda one: one.peak_bytes / 1e6),
        }
    return figures


def median(rounds: Sequence[Round], figure: Callable[[Round], float]) -> float:
    """Give the median of one figure over the rounds."""
    return statistics.median(figure(one) for one in rounds)


_ROWS = (
    ("applications a second · 每秒件数", "per_second", "{:.0f}"),
    ("of the bare calls' · 为直接调用的", "of_bare", "{:.2f}"),
    ("CPU an application, ms · 每件 CPU 毫秒", "cpu_ms", "{:.2f}"),
    ("one alone, p50 ms · 单件中位", "alone_p50_ms", "{:.1f}"),
    ("one alone, p95 ms", "alone_p95_ms", "{:.1f}"),
    (f"at {PER_SECOND:g} a second, p50 ms", "unhurried_p50_ms", "{:.1f}"),
    (f"at {PER_SECOND:g} a second, p95 ms", "unhurried_p95_ms", "{:.1f}"),
    (f"at {PER_SECOND:g} a second, p99 ms", "unhurried_p99_ms", "{:.1f}"),
    ("memory at most, MB · 内存峰值", "peak_mb", "{:.0f}"),
)


def table_of(figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Write a table with a column a contestant: medians, and in brackets the range over the rounds."""
    lines = ["| | " + " | ".join(figures) + " |", "|---" * (len(figures) + 1) + "|"]
    for name, key, form in _ROWS:
        cells = []
        for figure in figures.values():
            low, high = figure.get(f"{key}_range", (None, None))
            around = "" if low is None else f" ({form.format(low)} to {form.format(high)})"
            cells.append(form.format(figure[key]) + around)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def wanted(figures: Mapping[str, Mapping[str, Any]]) -> list[Aim]:
    """Give the aims beside the bare calls, and whether this run reached them."""
    sqlite, bare = figures["gateway on SQLite"], figures["bare"]
    above = sqlite["unhurried_p50_ms"] - bare["unhurried_p50_ms"]
    # On the machine of the aims the bare calls cost 0.78 ms an application. The ratio tells how much slower this machine is.
    slower = bare["cpu_ms"] / _BARE_CPU_WHERE_AIMED
    aims = [
        Aim(
            what="throughput on SQLite, of the bare calls'",
            wanted="0.40 or more",
            came=f"{sqlite['of_bare']:.2f}",
            reached=sqlite["of_bare"] >= 0.40,
            else_because=f"{sqlite['cpu_ms'] - bare['cpu_ms']:.1f} ms of CPU beyond the calls' own {bare['cpu_ms']:.1f} ms on one core; "
            "`make profile` shows where they go: no hot spot is left",
        ),
        Aim(
            what="CPU an application, gateway and database",
            wanted="1.5 ms or less",
            came=f"{sqlite['cpu_ms']:.2f} ms",
            reached=sqlite["cpu_ms"] <= 1.5,
            else_because=f"the bare calls alone cost {bare['cpu_ms']:.2f} ms here ({_BARE_CPU_WHERE_AIMED} ms where the aim was set): "
            f"this machine's share of it is {sqlite['cpu_ms'] / slower:.2f} ms",
        ),
        Aim(
            what=f"p50 at {PER_SECOND:g} a second, above the bare calls'",
            wanted="5 ms or less",
            came=f"{above:.1f} ms",
            reached=above <= 5,
            else_because=f"{sqlite['cpu_ms'] - bare['cpu_ms']:.1f} ms of CPU, and the syncs of filing and outcomes, one after the other",
        ),
    ]
    if (postgres := figures.get("gateway on PostgreSQL")) is not None:
        share = postgres["per_second"] / sqlite["per_second"]
        aims.append(
            Aim(
                what="PostgreSQL, of SQLite's throughput",
                wanted="0.70 or more",
                came=f"{share:.2f}",
                reached=share >= 0.70,
                else_because=f"{postgres['cpu_ms'] - sqlite['cpu_ms']:.1f} ms more CPU an application: the server's own, and the driver's",
            )
        )
    return aims


def chart(figures: Mapping[str, Mapping[str, Any]], *, label: int = 190) -> str:
    """Draw bars of throughput and of CPU an application. They begin at ``label``, right of the names."""
    panels = (("applications a second", "per_second", "{:.0f}"), ("CPU an application, ms", "cpu_ms", "{:.2f}"))
    height = 40 + len(panels) * (30 + 26 * len(figures))
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{label + 450}" height="{height}" font-family="sans-serif" font-size="13">']
    y = 24
    for title, key, form in panels:
        parts.append(f'<text x="8" y="{y}" font-weight="bold">{title}</text>')
        most = max(figure[key] for figure in figures.values())
        for name, figure in figures.items():
            y += 26
            width = 330 * figure[key] / most
            parts.append(
                f'<text x="8" y="{y}">{name}</text><rect x="{label}" y="{y - 13}" width="{width:.0f}" height="16" fill="#3367d6"/>'
            )
            parts.append(f'<text x="{label + 6 + width:.0f}" y="{y}">{form.format(figure[key])}</text>')
        y += 34
    return "\n".join([*parts, "</svg>"]) + "\n"

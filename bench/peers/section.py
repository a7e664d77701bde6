"""The peers' section of docs/performance.md, with its figures as JSON and a chart as SVG, from the rounds of one run."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from bench.aims import Aim, verdicts
from bench.contest import AT_ONCE, PER_SECOND, Round, percentile
from bench.page import DOCS, chart, machine, median

US = "gateway on SQLite"
#: Aims against each engine's best set-up: the multiple of its throughput, and the share of the best peer's CPU.
WANTED = {"DBOS": 8.0, "Procrastinate": 3.0, "PgQueuer": 1.8, "Restate": 1.4}
WANTED_CPU = 0.5

_HEAD = f"""
## Beside other engines · 与其他引擎相比

<!-- Made by `make bench-peers` (bench/peers/): change nothing here by hand. -->

**这一节说什么。** 同样的五个调用、同样的 1.5 KB 正文,由其他引擎各按其文档推荐的最佳方式完成并持久记录;网关与各引擎轮流运行,
都可使用全部的核。网关的申请经 HTTP 收件并留审计;其他引擎由其客户端接口直接入队,没有审计,入队一方所用的 CPU 也不计入——
有疑处都取对其他引擎有利的一边。机器上另有负载时(见 load average),吞吐随之起伏,应先比 CPU、看区间。

The same five calls with the same body of 1.5 KB, done and durably recorded by other engines, each in its documented best set-up
(PostgreSQL with `fsync` and `synchronous_commit` on; Restate's own log with its syncs); in turns with the gateway, everybody on all
cores. Applications are filed with the gateway over HTTP, {AT_ONCE} at a time, and audited; the others are handed theirs by their client,
without an audit, and what the client uses is not counted (DBOS has none: what starts a workflow runs it). Where there was a choice it
fell in the peer's favour. CPU and memory are those of all processes of the contestant, its database or server among them; the latency
is from handing an application over until it was recorded as done, at {PER_SECOND:g} a second. Where others use the machine too (see
the load average), throughput moves with them: compare CPU first, and ranges before medians.

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A contestant as the page tells it: its engine, its set-up, and its applications a round."""

    engine: str
    how: str
    applications: int


def figures_of(rounds: Mapping[str, Sequence[Round]], told: Mapping[str, Told]) -> dict[str, dict[str, Any]]:
    """Give the medians of each contestant over its rounds, and the ratio of the gateway's throughput to its own in the same round."""
    figures: dict[str, dict[str, Any]] = {}
    for name, of in rounds.items():
        ratios = [our.per_second / one.per_second for our, one in zip(rounds[US], of, strict=True)]
        figures[name] = {
            "engine": told[name].engine,
            "set_up": told[name].how,
            "applications": told[name].applications,
            "per_second": median(of, lambda one: one.per_second),
            "per_second_range": [min(one.per_second for one in of), max(one.per_second for one in of)],
            "ours_over": statistics.median(ratios),
            "ours_over_range": [min(ratios), max(ratios)],
            "cpu_ms": median(of, lambda one: one.cpu_ms),  # an application, so also seconds a thousand
            "unhurried_p50_ms": median(of, lambda one: percentile(one.unhurried, 50)),
            "unhurried_p95_ms": median(of, lambda one: percentile(one.unhurried, 95)),
            "unhurried_p99_ms": median(of, lambda one: percentile(one.unhurried, 99)),
            "peak_mb": median(of, lambda one: one.peak_bytes / 1e6),
        }
    return figures


def record(figures: Mapping[str, Mapping[str, Any]], skipped: Mapping[str, str], docs: Path = DOCS, *, busy: float = 0.0) -> dict[str, Any]:
    """Write the figures and the chart, and give the figures. ``busy`` tells what else used the cores when the run began."""
    recorded = {"machine": f"{machine()} · load average of others at the beginning: {busy:.1f}", "figures": figures, "skipped": skipped}
    (docs / "performance-peers.json").write_bytes(orjson.dumps(recorded, option=orjson.OPT_INDENT_2) + b"\n")
    (docs / "performance-peers.svg").write_text(chart(figures, label=270), encoding="utf-8")
    return recorded


def section(recorded: Mapping[str, Any]) -> str:
    """Write the section from the record."""
    figures, skipped = recorded["figures"], recorded["skipped"]
    lines = [recorded["machine"], "", *table_of(figures, skipped), "", "![throughput and CPU](performance-peers.svg)", ""]
    lines += ["How each was set up · 各自的设置:", "", *(f"- {name}: {of['set_up']}" for name, of in figures.items())]
    return _HEAD + "\n".join(lines) + "\n" + wanted(figures, skipped)


def table_of(figures: Mapping[str, Mapping[str, Any]], skipped: Mapping[str, str]) -> list[str]:
    """Write a table with a row a contestant: medians, and in brackets the range over the rounds. A skipped one shows its reason."""
    heads = (
        "",
        "applications a round · 每轮件数",
        "a second · 每秒件数",
        "the gateway's over it · 网关为其几倍",
        "CPU seconds a thousand · 每千件 CPU 秒",
        f"at {PER_SECOND:g} a second, ms: p50 / p95 / p99",
        "memory at most, MB · 内存峰值",
    )
    lines = [
        f"| {' | '.join(heads)} |",
        "|---" * len(heads) + "|",
    ]
    for name, of in figures.items():
        low, high = of["per_second_range"]
        least, most = of["ours_over_range"]
        lines.append(
            f"| {name} | {of['applications']} | {of['per_second']:.0f} ({low:.0f} to {high:.0f}) "
            f"| {of['ours_over']:.2f} ({least:.2f} to {most:.2f}) | {of['cpu_ms']:.2f} "
            f"| {of['unhurried_p50_ms']:.0f} / {of['unhurried_p95_ms']:.0f} / {of['unhurried_p99_ms']:.0f} | {of['peak_mb']:.0f} |"
        )
    return lines + [f"| {name} | skipped · 未测 | {why.replace('|', '/')} | | | | |" for name, why in skipped.items()]


def wanted(figures: Mapping[str, Mapping[str, Any]], skipped: Mapping[str, str]) -> str:
    """Write the aims, and whether this run reached them, each engine by the best of its set-ups."""
    peers = [of for name, of in figures.items() if name != US]
    aims = []
    for engine, times in WANTED.items():
        over = min((of["ours_over"] for of in peers if of["engine"] == engine), default=None)
        aims.append(
            Aim(
                what=f"throughput, of {engine}'s",
                wanted=f"{times:g} × or more",
                came=f"{over:.2f} ×" if over is not None else "not measured",
                reached=over >= times if over is not None else None,
                else_because="more CPU an application, on cores that load and departments share",
            )
        )
    least = min((of["cpu_ms"] for of in peers), default=None)
    share = figures[US]["cpu_ms"] / least if least else None
    aims.append(
        Aim(
            what="CPU seconds a thousand, of the best peer's" + (" (some were skipped)" if skipped else ""),
            wanted=f"under {WANTED_CPU:g}",
            came=f"{share:.2f}" if share is not None else "not measured",
            reached=share < WANTED_CPU if share is not None else None,
            else_because="filing over HTTP, five attempts and outcomes a case, audit and logs: the best peer keeps one row an application",
        )
    )
    return verdicts(aims)

"""The rest of the gateway's own section of docs/performance.md: SOAP departments, two nodes, a long backlog, and storage."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from bench.aims import Aim


def aims(recorded: Mapping[str, Any]) -> list[Aim]:
    """Give the aims of these measurements, as far as they were made."""
    return [
        aim
        for name, of in (("soap", _soap_aims), ("nodes", _node_aims), ("backlog", _backlog_aims), ("counted", _counted_aims))
        if name in recorded
        for aim in of(recorded[name])
    ]


def section(recorded: Mapping[str, Any]) -> str:
    """Write the tables behind the aims."""
    parts = []
    if "backlog" in recorded:
        parts.append(_backlog(recorded["backlog"]))
    if "counted" in recorded:
        parts.append(_counted(recorded["counted"]))
    return "\n".join(parts)


def _soap_aims(rounds: Sequence[Mapping[str, float]]) -> list[Aim]:
    """Give the aims over SOAP from rounds of the gateway, of its adapters called bare by plan, and of those on zeep alone."""
    found = []
    for how, least, name in (("zeep", 0.70, "with zeep alone"), ("adapters", 0.55, "as they are, by plan")):
        share = statistics.median(one["gateway"] / one[how] for one in rounds)
        found.append(
            Aim(
                what=f"3 REST and 2 SOAP departments, of the same adapters called bare {name}",
                wanted=f"{least:.2f} or more",
                came=f"{share:.2f}",
                reached=share >= least,
                else_because="what is around a call costs more than the call, see above",
            )
        )
    return found


def _node_aims(rounds: Sequence[Mapping[str, float]]) -> list[Aim]:
    share = statistics.median(one["two"] / one["one"] for one in rounds)
    return [
        Aim(
            what="two nodes on PostgreSQL, of one's throughput, on both cores",
            wanted="1.00 or more",
            came=f"{share:.2f}",
            reached=share >= 1,
            else_because="load, departments and server have the same two cores",
        )
    ]


def _backlog_aims(backlogs: Sequence[Mapping[str, Any]]) -> list[Aim]:
    small, large = backlogs[0], backlogs[-1]
    size = f"{large['size']:,} deliveries waiting"
    page, slowest = max(large["pages_ms"].items(), key=lambda one: float(one[1]))
    cpu = f"a filing takes {small['filing_ms']:.1f} ms of CPU, on one core"
    found = [
        Aim(
            what="filing alone, a second",
            wanted="1,500 or more",
            came=f"{small['filed_per_second']:.0f}",
            reached=small["filed_per_second"] >= 1500,
            else_because=cpu,
        ),
        Aim(
            what="filing alone, p99",
            wanted="under 100 ms",
            came=f"{small['filing_p99_ms']:.0f} ms",
            reached=small["filing_p99_ms"] < 100,
            else_because=cpu,
        ),
        Aim(what=f"{size}: memory at most", wanted="300 MB or less", came=f"{large['peak_mb']:.0f} MB", reached=large["peak_mb"] <= 300),
        Aim(
            what=f"{size}: start to the first call",
            wanted="under 5 s",
            came=f"{large['first_send_seconds']:.1f} s",
            reached=large["first_send_seconds"] < 5,
        ),
        Aim(
            what=f"{size}: slowest list (*{page}*), p95",
            wanted="under 50 ms",
            came=f"{slowest:.0f} ms",
            reached=slowest < 50,
            else_because="each row is said why it stands where it stands",
        ),
    ]
    for what, key in (("a delivery claimed, called and recorded", "claim_ms"), ("an application filed", "filing_ms")):
        more = large[key] / small[key]
        found.append(
            Aim(
                what=f"{size}: CPU of {what}, of what it is at {small['size']:,}",
                wanted="1.3 or less",
                came=f"{more:.2f}",
                reached=more <= 1.3,
                else_because="a larger file's indexes have more and colder pages",
            )
        )
    return found


def _counted_aims(counted: Mapping[str, Any]) -> list[Aim]:
    rows = ", ".join(f"{rows:.0f} {name}" for name, rows in counted["rows"].items())
    came = f"{sum(counted['rows'].values()):.0f} ({rows}); {counted['kept_bytes'] / 1000:.1f} kB"
    return [Aim(what="rows and bytes an application of five deliveries", wanted="stated", came=came, reached=None)]


def _backlog(backlogs: Sequence[Mapping[str, Any]]) -> str:
    rows = (
        ("start to the first call, s · 启动到首次发送", "first_send_seconds", "{:.1f}"),
        ("CPU a delivery claimed, called, recorded, ms", "claim_ms", "{:.2f}"),
        ("CPU an application filed (its department paused), ms", "filing_ms", "{:.2f}"),
        ("filed a second · 每秒收件", "filed_per_second", "{:.0f}"),
        ("filing, p99 ms", "filing_p99_ms", "{:.0f}"),
        ("memory at most, MB · 内存峰值", "peak_mb", "{:.0f}"),
    )
    lines = ["", "### A backlog · 积压", "", "One department, one delivery an application, all due at the start; 32 filed at a time.", ""]
    lines.append("| deliveries waiting | " + " | ".join(f"{one['size']:,}" for one in backlogs) + " |")
    lines.append("|---" * (len(backlogs) + 1) + "|")
    lines += [f"| {name} | " + " | ".join(form.format(one[key]) for one in backlogs) + " |" for name, key, form in rows]
    counts = " | ".join(f"{one['departments_ms']:.0f}" for one in backlogs)
    lines.append(f"| the departments with their counts, p95 ms | {counts} |")
    for page in backlogs[0]["pages_ms"]:
        cells = " | ".join(f"{one['pages_ms'][page]:.0f}" for one in backlogs)
        lines.append(f"| list of 100, p95 ms: {page} | {cells} |")
    return "\n".join(lines) + "\n"


def _counted(counted: Mapping[str, Any]) -> str:
    rows = (
        ("commits, one after the other · 提交", counted["commits_alone"], "{:.1f}"),
        ("statements, one after the other · 语句", counted["statements_alone"], "{:.1f}"),
        ("statements, 40 side by side", counted["statements_together"], "{:.1f}"),
        ("bytes written to the log, one after the other · 写入", counted["written_bytes"], "{:,.0f}"),
        ("bytes kept · 留存", counted["kept_bytes"], "{:,.0f}"),
        ("tasks a delivery under way · 任务", counted["tasks_a_delivery"], "{:.1f}"),
        ("objects a delivery under way · 对象", counted["objects_a_delivery"], "{:.0f}"),
    )
    lines = ["", "### Counted, an application of five deliveries · 每件计数", ""]
    lines += ["On SQLite; `make test` fails when one of these doubles.", ""]
    lines += ["| | |", "|---|---|", *(f"| {name} | {form.format(value)} |" for name, value, form in rows)]
    lines += [f"| rows in `{name}` | {value:.0f} |" for name, value in counted["rows"].items()]
    lines += ["", "Nothing is removed yet when it has grown old (retention): every row and byte stays."]
    return "\n".join(lines) + "\n"

"""The writer of docs/reliability.md from the figures of one run: the trials, the machine and the results."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.figures import Figure
from tests.postgres import NEWEST

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"

_HEAD = """\
# Reliability · 可靠性

<!-- Made by `make faults` (tests/faults): change nothing here by hand. -->

**这一页说什么。** 网关在各种故障下(进程被杀、应答丢失、磁盘出错或写满、时钟跳变、回调乱序与伪造、部门挂起、节点死亡或暂停、
数据库主备切换)是否丢件、重办或卡住。
表中每一行都由 `make faults` 实测写入;每项都有一个“对照”:故意弄坏的情形必须被查出,查不出的检查不算检查。
“丢失、重复、错误”应全部为 0。

Every application received ends, and no department does a thing twice because of us, whatever dies on the way. This page is what one
run of `make faults` came to. After each trial four sets are reconciled: receipts given to callers, applications and deliveries in the
journal, effects in the departments' own ledgers, and audit entries. **A control** is a run that is broken on purpose and must be found
out: a check that cannot fail is no check. No failure in N trials bounds the rate below 3/N at 95 %.

The gateway that is killed is started again from a process that has loaded its code, so that it dies as often as can be. What is
killed is a process, not the machine: what it had written to the system is there afterwards, which is why departments that ignore keys
and an older journal put back are the controls, and why syncs are made to fail separately.

On PostgreSQL three nodes share one journal, and callers go from one that runs to the next, as behind a load balancer. Nodes are killed
one, two or all at a time, and paused two at a time; a primary is killed with all of its processes, and its synchronous standby promoted.

"""


def write_page(figures: Sequence[Figure], *, minutes: float, seconds: float, page: Path = PAGE) -> None:
    """Write the page."""
    page.write_text(_HEAD + machine(minutes, seconds) + "\n" + table(figures) + notes(figures), encoding="utf-8")


def machine(minutes: float, seconds: float) -> str:
    """Describe the time and the machine of the run."""
    system = f"{os.cpu_count()} CPUs, {platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()}"
    when = f"{datetime.now(UTC):%Y-%m-%d}"
    stores = f"SQLite {sqlite3.sqlite_version}, PostgreSQL {NEWEST}"
    return f"{when} · {system}, {stores} · `make faults BUDGET={minutes:g}`, {seconds / 60:.1f} minutes\n"


def table(figures: Sequence[Figure]) -> str:
    """Write the table, a row a figure."""
    lines = [
        "| | what · 内容 | store · 存储 | trials · 次数 | lost · 丢失 | doubled · 重复 | stuck or wrong · 错误 | control · 对照 | s |",
        "|---|---|---|---:|---:|---:|---:|---|---:|",
    ]
    for one in sorted(figures, key=lambda figure: (figure.row.rjust(4), figure.store)):
        control = "—" if one.bare else one.control or "**did not fail · 未失败**"
        counts = f"{one.trials:,} | {one.lost} | {one.doubled} | {one.wrong}"
        lines.append(f"| {one.row} | {one.en} · {one.zh} | {one.store} | {counts} | {control} | {one.seconds:.0f} |")
    return "\n".join(lines) + "\n"


def notes(figures: Sequence[Figure]) -> str:
    """Write the other counts, and every error."""
    lines = ["", "## More about each · 说明", ""]
    lines += [f"- {one.row} {one.en} ({one.store}): {'; '.join(one.notes)}." for one in figures if one.notes]
    wrong = [one for one in figures if one.what_is_wrong]
    if wrong:
        lines += ["", "## What was not right · 未达到的", ""]
        lines += [f"- {one.row} {one.en} ({one.store}): {what}" for one in wrong for what in one.what_is_wrong[:5]]
    return "\n".join(lines) + "\n"

"""``make profile``: the milliseconds of an application by place, from py-spy's samples and the CPU time of each thread.

If py-spy cannot tell that a thread waits (in a sandbox that hides the kernel's states), waits for the disk count as committing.
"""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from bench.contest import APPLICATIONS, CONTESTANT, departments, line, load, start
from bench.processes import thread_seconds

#: Places, as function and file, within the main thread and the journal's. A stack belongs to the first of them that is in it.
_PLACES = (
    ("deciding: what a batch of changes makes of its cases", "Transactions._decide (gateway/journal/writer/transactions.py)"),
    ("writing: rows and the audit's chain into the database", "write (gateway/journal/writer/batch.py)"),
    ("committing: begin, fsync, the connection", "Transactions.commit (gateway/journal/writer/transactions.py)"),
    ("calling: aiohttp's client", "HttpWire.send (gateway/sdk/http/wire.py)"),
    ("calling: the adapter around it", "contained (gateway/departments/containment.py)"),
    ("delivering: what is around a call", "Dispatcher._called (gateway/dispatch/dispatcher.py)"),
    ("concluding: the journal is told, the log line", "Dispatcher._conclude (gateway/dispatch/dispatcher.py)"),
    ("filing: read, checked, handed to the journal", "Intake.file (gateway/cases/intake.py)"),
    ("answering: the interface and aiohttp's server", "RequestHandler._handle_request (aiohttp/web_protocol.py)"),
)
_ELSE = "the event loop, and what nothing above holds"
#: Places where a thread waits, since py-spy cannot always tell.
_WAITS = frozenset({"Condition.wait (threading.py)", "_worker (concurrent/futures/thread.py)", "Sink._run (gateway/telemetry/logs.py)"})
_PER_SECOND = 200


def main() -> None:
    """Load one gateway on SQLite beside a sampler, then print a table and the functions that use the most."""
    with departments({1}) as stubs, tempfile.TemporaryDirectory() as folder:
        process = start("bench.node", str(Path(folder) / "var"), str(stubs), "", "0", cores=CONTESTANT)
        place = json.loads(line(process))
        samples = Path(folder) / "samples"
        py_spy = Path(sys.executable).with_name("py-spy")
        sampler = subprocess.Popen(
            [py_spy, "record", "-t", "-r", str(_PER_SECOND), "-f", "raw", "-d", "3600", "-o", samples, "-p", str(process.pid)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        used: list[Mapping[str, float]] = []

        def note() -> float:
            used.append(thread_seconds(process.pid))
            return 0.0

        asyncio.run(load(place["port"], place["key"], note))
        sampler.send_signal(signal.SIGINT)  # tells it to write
        sampler.wait()
        process.communicate("\n")
        threads = {name: 1000 * (used[1][name] - used[0].get(name, 0.0)) / APPLICATIONS for name in used[1]}
        print("\n".join(table(samples.read_text(encoding="utf-8").splitlines(), threads)))


def table(stacks: Iterable[str], threads: Mapping[str, float]) -> list[str]:
    """Write lines of milliseconds an application. ``stacks`` are py-spy's output, ``threads`` the CPU time of each thread by its id."""
    where: dict[str, Counter[str]] = {}
    itself: dict[str, Counter[str]] = {}
    for one in stacks:
        stack, _, count = one.rpartition(" ")
        thread, *frames = (frame.rpartition(":")[0] + ")" if ":" in frame else frame for frame in stack.split(";"))
        if not frames or frames[-1] in _WAITS:
            continue
        own = thread.removeprefix("thread (").partition(")")[0]
        whole = set(frames)
        where.setdefault(own, Counter())[next((name for name, at in _PLACES if at in whole), _ELSE)] += int(count)
        itself.setdefault(own, Counter())[frames[-1]] += int(count)
    spent: defaultdict[str, float] = defaultdict(float)
    functions: defaultdict[str, float] = defaultdict(float)
    for own, milliseconds in threads.items():
        for counted, into in ((where, spent), (itself, functions)):
            share = counted.get(own, Counter({_ELSE: 1}))
            for name, samples in share.items():
                into[name] += milliseconds * samples / share.total()
    lines = [f"{sum(threads.values()):6.2f} ms of CPU an application, all threads", ""]
    lines += [f"{milliseconds:6.2f}  {name}" for name, milliseconds in _most(spent)]
    lines += ["", "by function, itself:"]
    return lines + [f"{milliseconds:6.3f}  {name}" for name, milliseconds in _most(functions)[:25]]


def _most(spent: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(spent.items(), key=lambda one: -one[1])


if __name__ == "__main__":
    main()

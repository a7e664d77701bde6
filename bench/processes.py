"""CPU seconds and memory of a contestant's processes, from /proc (Linux)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

_HELD = ("VmHWM", "RssShmem", "RssFile")
_TICK = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """Give a process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _fields(int(entry.name))) is not None:
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found.extend(children.get(one, ()))
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """Sum the CPU time used so far by these processes and their ended children."""
    ticks = 0
    for pid in pids:
        fields = _fields(pid)
        if fields is not None:
            ticks += sum(int(number) for number in fields[11:15])
    return ticks / _TICK


def thread_seconds(pid: int) -> dict[str, float]:
    """Give the CPU time used so far by each thread of a process, by its id."""
    used = {}
    for thread in Path(f"/proc/{pid}/task").iterdir():
        fields = thread.joinpath("stat").read_text().rpartition(")")[2].split()
        used[thread.name] = sum(int(number) for number in fields[11:13]) / _TICK
    return used


def peak_bytes(pid: int) -> int:
    """Give the most memory that a process has held (VmHWM)."""
    return _status_bytes(pid, "VmHWM")


def held_bytes(pid: int) -> int:
    """Give the memory that a process holds now (VmRSS)."""
    return _status_bytes(pid, "VmRSS")


def peak_bytes_together(pids: Iterable[int]) -> int:
    """Sum the most memory that each of these has held. Shared parts (a database's buffers, mapped files) count once."""
    own, shared, mapped = 0, 0, 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except OSError:
            continue  # it has ended meanwhile
        held = {name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines) if name in _HELD}
        own += held.get("VmHWM", 0) - held.get("RssShmem", 0) - held.get("RssFile", 0)
        shared = max(shared, held.get("RssShmem", 0))
        mapped = max(mapped, held.get("RssFile", 0))
    return 1024 * (own + shared + mapped)


def _status_bytes(pid: int, wanted: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{wanted}:"):
            return int(line.split()[1]) * 1024
    return 0


def _fields(pid: int) -> list[str] | None:
    """Give the fields after the name in /proc/<pid>/stat (state, parent, …), or None if the process has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None

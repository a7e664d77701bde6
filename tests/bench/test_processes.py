"""What processes have used is read from the system."""

from __future__ import annotations

import os
import subprocess
import sys

from bench.processes import cpu_seconds, family, held_bytes, peak_bytes, peak_bytes_together

_WORK = "import sys, time\nwhile time.process_time() < 0.2: pass\nprint('done', flush=True)\nsys.stdin.read()"


def test_a_process_and_its_children_are_found_and_their_work_is_counted() -> None:
    own = cpu_seconds([os.getpid()])
    with subprocess.Popen([sys.executable, "-c", _WORK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in family(os.getpid())
        assert 0.15 <= cpu_seconds([child.pid]) < 5
        assert 1e6 < peak_bytes(child.pid) < 1e9
        child.communicate("")
    assert child.pid not in family(os.getpid())
    assert cpu_seconds([child.pid]) == 0
    assert cpu_seconds([os.getpid()]) >= own + 0.15, "what its children have used stays with it"


def test_memory_is_summed_and_what_has_ended_counts_nothing() -> None:
    own = peak_bytes_together([os.getpid()])
    assert 0 < own <= peak_bytes(os.getpid())
    assert 0 < held_bytes(os.getpid()) <= peak_bytes(os.getpid())
    assert peak_bytes_together([os.getpid(), os.getpid(), 2**22 + 1]) > own

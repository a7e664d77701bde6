"""A gateway that dies at one moment of signing the audit, and several that sign into one folder at once."""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from gateway.assembly.app import install, running
from gateway.installation.secrets import Secrets
from gateway.installation.settings import Settings, load_settings
from gateway.journal.audit import head_lines, heads
from gateway.journal.store.database import open_reader
from gateway.journal.verification.findings import VerifyReport
from gateway.journal.verification.verify import verify

_PR_SET_PDEATHSIG = 1
_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(["tests.faults.interrupted", "gateway.cli.running.serve"])

#: Moments of death, by the part of a head's line that is then written: nothing, a part, or all of it but not synced.
MOMENTS = {"before": 0.0, "torn": 0.5, "unsynced": 1.0}


def start(given: Mapping[str, Any], writes: int, *, dies: str | None = None, nth: int = 1) -> BaseProcess:
    """Start a gateway that makes so many keys, a commit each, and ends, or is killed at its ``nth`` line at that moment."""
    process = _forking.Process(target=_run, args=(dict(given), writes, dies, nth), daemon=True)
    process.start()
    return process


def _run(given: dict[str, Any], writes: int, dies: str | None, nth: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    for name in [name for name in os.environ if name.startswith(("GATEWAY_", "PG"))]:
        del os.environ[name]
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    if dies is not None:
        heads._append = _deadly(MOMENTS[dies], nth)  # type: ignore[assignment]  # the same function, that dies
    asyncio.run(_write(load_settings(**given), writes, forever=dies is not None))


async def _write(settings: Settings, writes: int, *, forever: bool) -> None:
    async with running(install(settings), dispatch=False, serve=False) as gateway:
        while writes > 0 or forever:
            await gateway.parts.keys.create("auditor", "x", actor="local")
            writes -= 1


def _deadly(part: float, nth: int) -> Callable[[Path, bytes], None]:
    """Append as usual but die at the nth line, so that the commits before it have no line."""
    append, left = heads._append, nth

    def dying(path: Path, content: bytes) -> None:
        nonlocal left
        left -= 1
        if left > 0:
            append(path, content)
            return
        with path.open("a+b") as file:
            file.truncate(head_lines.ending(file)[1])  # an earlier torn line goes first, as usual
            file.write(content[: int(len(content) * part)])
        os.kill(os.getpid(), signal.SIGKILL)

    return dying


def verified(settings: Settings) -> VerifyReport:
    """Give the findings of ``gateway audit verify``."""
    secrets = Secrets(settings.secrets_folder)
    reader = open_reader(settings.database_url)
    try:
        return verify(reader, settings.heads_file, secrets.first_key(), secrets.hmac_key(), signed=True)
    finally:
        reader.dispose()

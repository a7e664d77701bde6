"""The demo's stage: a gateway and its five sandboxes in processes and a folder of their own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gateway.cli.running import texts
from gateway.cli.running.starter import starter_folder
from gateway.cli.terminal.exits import Exit, Failed

#: Seconds that starting and stopping may take.
_START, _STOP = 60.0, 20.0
#: Ports after the first that the sandboxes need.
_PORTS = 10
#: The first port to try, below those that systems hand out themselves.
_LOWEST = 20_000


@dataclass(frozen=True, slots=True)
class PrintedSignIn:
    """A person's way in, for local use: also the code of the moment where ``has_code``."""

    login: str
    password: str
    has_code: bool


@dataclass(slots=True, kw_only=True)
class RunningGateway:
    """The addresses of the gateway and the sandboxes, the keys, and the environment for a process of the same installation."""

    folder: Path
    environment: dict[str, str]
    address: str = ""
    keys: dict[str, str] = field(default_factory=dict)  # by role
    sign_ins: dict[str, PrintedSignIn] = field(default_factory=dict)  # by role
    sandboxes: dict[str, str] = field(default_factory=dict)  # addresses by department

    def hear(self, line: str) -> bool:
        """Take one line of what `serve --sandbox` prints. True once the last has come."""
        word, _, rest = line.partition(" ")
        if word == "gateway":
            self.address = rest
        elif word == "sandbox":
            name, _, self.sandboxes[name] = rest.partition(" ")
        elif rest.startswith("key "):
            self.keys[word] = rest.removeprefix("key ")
        elif rest.startswith("sign-in "):
            _, login, password, *more = rest.split()
            self.sign_ins[word] = PrintedSignIn(login, password, has_code=bool(more))
        return line.startswith("auditor key ")


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[RunningGateway]:
    """Start `gateway serve --sandbox` on free ports with its data in ``folder``, and end both processes with the block.

    Their output goes to ``gateway.log`` and ``gateway.err`` in ``folder``. Raises Failed when they do not start.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    environment |= {
        "GATEWAY_CONFIG": str(starter_folder()),
        "GATEWAY_DATA": str(folder / "data"),
        "GATEWAY_PORT": "0",
        "GATEWAY_SANDBOX_PORT": str(_free_ports()),
        "GATEWAY_LOG_FORMAT": "json",
    }
    stage = RunningGateway(folder=folder, environment=environment)
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "gateway.cli", "serve", "--sandbox", "--with-parent")
    with (folder / "gateway.err").open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=errors, env=environment, start_new_session=True
        )
    ready = asyncio.Event()
    reading = asyncio.create_task(_read(process, stage, ready))
    try:
        await _until_ready(reading, ready, folder)
        yield stage
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), _STOP)
        except TimeoutError:
            process.kill()
            await process.wait()
        await reading


async def _read(process: asyncio.subprocess.Process, stage: RunningGateway, ready: asyncio.Event) -> None:
    """Hear and keep every line until the process has ended."""
    if process.stdout is None:
        raise RuntimeError("the gateway's pipe was asked for")
    with (stage.folder / "gateway.log").open("wb") as kept:
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:  # a line longer than the reader's limit is a log line, none of ours
                continue
            if not line:
                return
            kept.write(line)
            if stage.hear(line.decode("utf-8", "replace").rstrip()):
                ready.set()


async def _until_ready(reading: asyncio.Task[None], ready: asyncio.Event, folder: Path) -> None:
    waiting = asyncio.create_task(ready.wait())
    done, _ = await asyncio.wait({waiting, reading}, timeout=_START, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if waiting not in done:
        said = (folder / "gateway.err").read_text(errors="replace").strip() or "…"
        raise Failed(Exit.UNREACHABLE, texts.not_started(said))


def _free_ports() -> int:
    """Find a port with enough free ones after it: at random, so that two searches at once find different ones."""
    for _ in range(200):
        base = _LOWEST + secrets.randbelow(1000) * _PORTS
        if all(_free(port) for port in range(base, base + _PORTS)):
            return base
    raise Failed(Exit.UNREACHABLE, texts.NO_PORTS)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the sandboxes bind
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

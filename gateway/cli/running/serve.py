"""``gateway serve``: the gateway, with the sandboxes beside it in a process of their own where they are wanted."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from typing import Annotated

import structlog
import typer

from gateway.assembly.app import Gateway, install, running
from gateway.assembly.process import run, settled
from gateway.assembly.reload import Reload
from gateway.cli.running import local_access, texts
from gateway.cli.running.lifetime import PATIENCE, WithParent, cannot_listen, stop_asked
from gateway.cli.terminal.exits import Exit, Failed
from gateway.installation.secrets import Secrets
from gateway.installation.settings import Settings, load_settings
from gateway.journal.store.unavailable import JournalBroken
from gateway.model.errors import GatewayError
from gateway.model.os_user import own_actor
from gateway.telemetry.logs import configure_logs

log = structlog.get_logger()

_ROLES = ("front-end", "operator", "auditor")


def serve(
    *,
    sandbox: Annotated[bool, typer.Option("--sandbox", help=texts.WITH_SANDBOX_HELP)] = False,
    with_parent: WithParent = False,
) -> None:
    """Run the gateway until SIGTERM or SIGINT, and print where everything is."""
    run(_serve(sandbox=sandbox, with_parent=with_parent))


async def _serve(*, sandbox: bool, with_parent: bool) -> None:
    stop = stop_asked(with_parent=with_parent)
    settings = load_settings()
    sink = configure_logs(settings.log_format, settings.log_level)
    try:
        async with AsyncExitStack() as stack:
            try:
                installation = install(settings)
                if sandbox:
                    await stack.enter_async_context(_sandbox_process())
                gateway = await stack.enter_async_context(running(installation, training=sandbox))
            except OSError as error:
                raise cannot_listen(error) from error
            stack.enter_context(_reload_asked(gateway.reload, stop))
            settled()
            broken = _end_when_broken(gateway, stop)
            sink.tell(gateway.parts.metrics.log_lines_dropped.inc)
            _say_where(settings, gateway)
            if sandbox:
                await _say_sign_ins(settings, gateway)
                for role, key in (await _local_keys(settings, gateway)).items():
                    typer.echo(f"{role} key {key}")
            await stop.wait()
        if broken:
            raise Failed(Exit.UNREACHABLE, texts.journal_broken(broken[0]))
    finally:
        sink.close()


def _end_when_broken(gateway: Gateway, stop: asyncio.Event) -> list[JournalBroken]:
    """End the process when it may not write any more. The list then holds the reason."""
    broken: list[JournalBroken] = []

    def end(why: JournalBroken) -> None:
        log.error("journal_broken", error=str(why))
        broken.append(why)
        stop.set()

    gateway.journal.when_broken(end)
    return broken


@asynccontextmanager
async def _sandbox_process() -> AsyncIterator[None]:
    """Run the sandboxes in a process of their own, which ends with this one, however this one ends.

    It has a session of its own: an interrupt at the terminal stops the gateway first, then the departments it talks to.
    """
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "gateway.cli", "sandbox", "--with-parent")
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, start_new_session=True)
    try:
        if process.stdout is None or process.stdin is None:
            raise RuntimeError("the sandboxes' pipes were asked for")
        while (said := await process.stdout.readline()) != b"sandboxes ready\n":
            if not said:
                raise Failed(Exit.UNREACHABLE, texts.SANDBOXES_NOT_STARTED)
            typer.echo(said.decode().rstrip())
        yield
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            process.kill()
            await process.wait()


@contextmanager
def _reload_asked(reload: Reload, stop: asyncio.Event) -> Iterator[None]:
    """Reload the configuration at SIGHUP, but stop when the signal comes from the closing of our terminal."""
    loop, begun, terminal = asyncio.get_running_loop(), set[asyncio.Task[None]](), os.isatty(0)

    async def again() -> None:
        with suppress(GatewayError):  # the problems stand in the log
            await reload.reload(actor="signal:SIGHUP")

    def heard() -> None:
        if terminal and not os.isatty(0):
            stop.set()
            return
        task = loop.create_task(again(), name="reload")
        begun.add(task)
        task.add_done_callback(begun.discard)

    loop.add_signal_handler(signal.SIGHUP, heard)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)


def _say_where(settings: Settings, gateway: Gateway) -> None:
    address = f"http://{settings.host}:{gateway.port}"
    typer.echo(f"gateway {address}")
    typer.echo(f"pages {address}/")
    typer.echo(f"documents {address}/docs")
    typer.echo(f"socket {settings.socket.absolute()}")
    typer.echo(f"configuration {settings.config.absolute()}")
    typer.echo(f"data {settings.data.absolute()}")
    typer.echo(f"secrets {settings.secrets_folder.absolute()}")
    typer.echo(f"signed heads {settings.heads_file.absolute()}")


async def _say_sign_ins(settings: Settings, gateway: Gateway) -> None:
    typer.echo(f"sign-in http://{settings.host}:{gateway.port}/sign-in")
    for one in await local_access.sign_ins(settings, gateway):
        typer.echo(
            f"{one.role} sign-in {one.login} {one.password}" + (f" and the code of: gateway user code {one.login}" if one.has_code else "")
        )


async def _local_keys(settings: Settings, gateway: Gateway) -> Mapping[str, str]:
    """Give keys for local use by role: the same each time, kept in the secrets folder (0600), new ones where the journal knows none."""
    file = Secrets(settings.secrets_folder).local_keys()
    kept = local_access.kept(file)
    keys: dict[str, str] = {}
    for role in _ROLES:
        known = await gateway.parts.keys.authenticate(str(kept.get(role, "")))
        if known is None or known.role != role:
            _, keys[role] = await gateway.parts.keys.create(role, f"local {role}", actor=own_actor())
        else:
            keys[role] = kept[role]
    if keys != kept:
        local_access.keep(file, keys)
    return keys

"""The open adapters: each opened once, and closed once, when no call uses it any more."""

from __future__ import annotations

import asyncio

import structlog

from gateway.departments.containment import GRACE
from gateway.departments.limits import Permits
from gateway.sdk.department import Department

log = structlog.get_logger()


class Adapters:
    """Opens and closes adapters, and lets no failure of one reach the others."""

    def __init__(self) -> None:
        self._open: dict[Department, str] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    async def open(self, name: str, department: Department) -> None:
        """Open one. Raises what the adapter raises (any exception, or SystemExit)."""
        await department.open()
        self._open[department] = name

    def is_open(self, department: Department | None) -> bool:
        """Tell whether an adapter is open and stays so."""
        return department in self._open

    async def close(self, department: Department) -> None:
        """Close one now, if it is open."""
        name = self._open.pop(department, None)
        if name is not None:
            await self._close(name, department)

    def retire(self, department: Department, permits: Permits) -> None:
        """Begin no more calls with this one, and close it once those under way have ended, by their deadline at the latest."""
        name = self._open.pop(department, None)
        if name is not None:
            task = asyncio.create_task(self._leave(name, department, permits), name=f"retire {name}")
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def _leave(self, name: str, department: Department, permits: Permits) -> None:
        loop, idle = asyncio.get_running_loop(), asyncio.Event()

        def heard() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(idle.set)

        permits.when_idle(name, heard)
        try:
            # The one in its place may be too busy for an idle moment, but after this time its own calls have ended or been given up.
            async with asyncio.timeout(department.connection.deadline + 2 * GRACE):
                await idle.wait()
        except TimeoutError:
            pass
        finally:
            await self._close(name, department)

    async def _close(self, name: str, department: Department) -> None:
        try:
            await department.close()
        except (Exception, SystemExit) as error:  # noqa: BLE001  # somebody's adapter: its failure keeps no other open
            log.error("adapter_failed", department=name, operation="close", error=type(error).__name__)  # noqa: TRY400  # its text may be personal

    async def close_all(self) -> None:
        """Close every one, at the end."""
        for task in list(self._leaving):
            task.cancel()
        await asyncio.gather(*self._leaving, return_exceptions=True)
        for department in reversed(list(self._open)):
            await self.close(department)

"""Who waits for a commit: watchers of one application, woken after the commit that touched it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager


class Changed:
    """Tells of commits that touched one application; arms itself again after each."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def tell(self) -> None:
        """A commit touched it."""
        self._event.set()

    async def wait(self, seconds: float, /) -> bool:
        """True as soon as one was committed since the last call; false when ``seconds`` have passed."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True


class Commits:
    """The journal's commits, as far as somebody in this process watches them."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[Changed]] = {}

    @asynccontextmanager
    async def watching(self, application_id: str, /) -> AsyncIterator[Changed]:
        """Watch one application for as long as the context lasts."""
        changed = Changed()
        self._watchers.setdefault(application_id, set()).add(changed)
        try:
            yield changed
        finally:
            watchers = self._watchers[application_id]
            watchers.discard(changed)
            if not watchers:
                del self._watchers[application_id]

    def tell(self, application_ids: Iterable[str]) -> None:
        """Wake the watchers of these applications; on the event loop."""
        if self._watchers:
            for application_id in application_ids:
                for changed in self._watchers.get(application_id, ()):
                    changed.tell()

"""Watchers of one application, or of all, woken after the commit that touched it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager

from gateway.journal.store.views import CaseView
from gateway.model.application import halted
from gateway.model.case import Case

#: In place of an application's id: any of them.
ANY = ""


class Changed:
    """A signal of commits that touched one application. It arms itself again after each."""

    def __init__(self, *, halt: bool) -> None:
        self.halt = halt
        self._event = asyncio.Event()

    def tell(self) -> None:
        """Say that a commit touched it."""
        self._event.set()

    async def wait(self, seconds: float, /) -> bool:
        """Wait for a commit since the last call. Gives False when ``seconds`` have passed without one."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True


class Commits:
    """The journal's commits, as far as somebody in this process watches them."""

    def __init__(self, latest: Callable[[str], CaseView | None] = lambda _: None) -> None:
        self._watchers: dict[str, set[Changed]] = {}
        self._latest = latest

    def latest(self, application_id: str, /) -> CaseView | None:
        """Give the case as last committed, when that is at hand without a read."""
        return self._latest(application_id)

    @asynccontextmanager
    async def watching(self, application_id: str, /, *, halt: bool = False) -> AsyncIterator[Changed]:
        """Watch one application for as long as the context lasts. With ``halt`` only commits count that end it or leave it to a person."""
        changed = Changed(halt=halt)
        self._watchers.setdefault(application_id, set()).add(changed)
        try:
            yield changed
        finally:
            watchers = self._watchers[application_id]
            watchers.discard(changed)
            if not watchers:
                del self._watchers[application_id]

    def tell(self, cases: Mapping[str, Case]) -> None:
        """Wake the watchers of these cases (by id, as committed). It is called on the event loop."""
        if cases and self._watchers:
            self.touched(())
            for application_id, case in cases.items():
                for changed in self._watchers.get(application_id, ()):
                    if not changed.halt or halted(case.application.state, case.deliveries.values()):
                        changed.tell()

    def touched(self, cases: Iterable[str] | None) -> None:
        """Wake the watchers of cases that another node has changed (None: it is not known which). They look for themselves."""
        for application_id in list(self._watchers) if cases is None else (*cases, ANY):
            for changed in self._watchers.get(application_id, ()):
                changed.tell()

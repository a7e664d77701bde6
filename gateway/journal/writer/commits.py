"""Cases as they were committed: those that this writer remembers, and the watchers of one application, woken after what touched it.

A case that was changed a short while ago need not be read again. Where other nodes write as well (PostgreSQL) it is forgotten when one of
them says that it has changed it. What is decided on a remembered case is held against its version in the database all the same
(:func:`gateway.journal.writer.batch.load`).
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from gateway.journal.payload import OUTCOME
from gateway.journal.store.views import CaseView
from gateway.journal.writer.draft import Draft
from gateway.model.application import halted
from gateway.model.case import Case
from gateway.model.outcome_codec import said_in


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
        if self._watchers:
            for application_id, case in cases.items():
                for changed in self._watchers.get(application_id, ()):
                    if not changed.halt or halted(case.application.state, case.deliveries.values()):
                        changed.tell()

    def touched(self, cases: Iterable[str] | None) -> None:
        """Wake the watchers of cases that another node has changed (None: it is not known which). They look for themselves."""
        for application_id in list(self._watchers) if cases is None else cases:
            for changed in self._watchers.get(application_id, ()):
                changed.tell()


@dataclass(slots=True)
class _Recent:
    case: Case
    outcomes: dict[tuple[str, int], bytes] | None = field(default_factory=dict)  # by step and round; None: not known from the start


class Recent:
    """The last ``most`` cases. The journal's thread writes them after each commit, any thread drops and reads them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._cases: OrderedDict[str, _Recent] = OrderedDict()
        self._lock = threading.Lock()
        self._overtaken: set[str] = set()  # dropped since the last commit was kept
        self._all_overtaken = False

    def known(self, application_ids: Iterable[str]) -> dict[str, Case]:
        """Give those of the cases that are remembered."""
        found = {case_id: self._cases.get(case_id) for case_id in application_ids}
        return {case_id: recent.case for case_id, recent in found.items() if recent is not None}

    def forget(self) -> None:
        """Forget everything: a commit's end is unknown, or nobody knows what others have changed."""
        with self._lock:
            self._cases.clear()
            self._all_overtaken = True

    def drop(self, application_ids: Iterable[str]) -> None:
        """Drop cases that another writer has changed, maybe after a commit that is about to be kept."""
        with self._lock:
            for case_id in application_ids:
                self._cases.pop(case_id, None)
                self._overtaken.add(case_id)
            if len(self._overtaken) > self._most:  # a node that commits nothing hears of ever more
                self._overtaken.clear()
                self._all_overtaken = True

    def view(self, application_id: str) -> CaseView | None:
        """Give the case with its outcomes, when all of it is remembered."""
        recent = self._cases.get(application_id)
        if recent is None or recent.outcomes is None:
            return None
        case, outcomes = recent.case, recent.outcomes.copy()
        said = {step: said_in(blob) for step, d in case.deliveries.items() if (blob := outcomes.get((step, d.round))) is not None}
        return CaseView(application=case.application, deliveries=case.deliveries, outcomes=said)

    def keep(self, drafts: Sequence[Draft]) -> None:
        """Remember what a commit made of its cases."""
        with self._lock:
            for case_id, version in drafts[0].loaded.read.items() if drafts else ():
                if (recent := self._cases.get(case_id)) is not None and recent.case.application.version != version:
                    del self._cases[case_id]  # another writer has changed it meanwhile: what it wrote is not all known
            for draft in () if self._all_overtaken else drafts:
                for case_id, case in draft.cases.items():
                    if case_id not in self._overtaken:
                        self._keep(draft, case_id, case)
            while len(self._cases) > self._most:
                self._cases.popitem(last=False)
            self._overtaken.clear()
            self._all_overtaken = False

    def _keep(self, draft: Draft, case_id: str, case: Case) -> None:
        recent = self._cases.get(case_id)
        if recent is None:
            recent = self._cases[case_id] = _Recent(case, {} if case_id in draft.new else None)
        self._cases.move_to_end(case_id)
        if recent.outcomes is not None:
            written = draft.payloads.get(case_id, {})
            said = {(part.removeprefix(OUTCOME), no): blob for (part, no), blob in written.items() if part.startswith(OUTCOME)}
            for part, no in draft.erased.get(case_id, ()):
                recent.outcomes.pop((part.removeprefix(OUTCOME), no), None)
            recent.outcomes.update(said)
        recent.case = case  # after its outcomes, since views are taken meanwhile

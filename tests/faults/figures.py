"""The figures of a trial: the number of tries, the lost, doubled and wrong ones, and the failure of its control."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.checker import Report
from tests.faults.installation import Installation
from tests.faults.nodes import Nodes, on_a_pair, one_node


@dataclass(frozen=True, slots=True)
class Store:
    """A store to try, with the way to make an installation on it from a folder and settings."""

    name: str
    install: Callable[..., Installation]


SQLITE = Store("SQLite", Installation)
POSTGRES = Store("PostgreSQL, 3 nodes", Nodes)
ONE_NODE = Store("PostgreSQL", one_node)
PAIR = Store("PostgreSQL pair, 3 nodes", on_a_pair)
#: The store of figures that do not depend on it.
STORES = (SQLITE,)


@dataclass(slots=True, kw_only=True)
class Amount:
    """The amount to try: so many, but no longer than ``seconds`` after the first, and at least one."""

    most: int
    seconds: float = float("inf")
    _began: float | None = field(default=None, init=False)

    def left(self, done: int) -> bool:
        """Tell whether there is still one to try."""
        if self._began is None:
            self._began = time.monotonic()
        return done < self.most and (done == 0 or time.monotonic() - self._began < self.seconds)


@dataclass(slots=True, kw_only=True)
class Figure:
    """A row of the table. ``control`` tells how the control failed, or is None if it has not failed or was not tried."""

    row: str
    zh: str
    en: str
    store: str = SQLITE.name
    trials: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0  # stuck, or otherwise not as it must be
    control: str | None = None
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)
    what_is_wrong: list[str] = field(default_factory=list)
    bare: bool = False  # only measured, without anything that a control could detect

    def add(self, report: Report) -> None:
        """Count the checker's findings."""
        for kind, what in report.wrong:
            self.lost += kind == "lost"
            self.doubled += kind == "duplicated"
            self.wrong += kind == "unexpected"
            self.what_is_wrong.append(f"{kind}: {what}")

    def amiss(self, what: str) -> None:
        """Count another error."""
        self.wrong += 1
        self.what_is_wrong.append(what)

    @property
    def right(self) -> bool:
        """True if nothing is lost, doubled or wrong, and the control failed."""
        return self.clean and (self.bare or self.control is not None)

    @property
    def clean(self) -> bool:
        """True if nothing is lost, doubled or wrong."""
        return self.trials > 0 and not (self.lost or self.doubled or self.wrong)

    def __str__(self) -> str:
        """Give one line for people."""
        said = f"{self.row} {self.store}: {self.trials} trials, lost {self.lost}, doubled {self.doubled}, wrong {self.wrong}"
        control = "" if self.bare else f"; control: {self.control or 'did not fail'}"
        return f"{said}{control}; {self.seconds:.0f} s; {'; '.join(self.notes)}"


#: The measurement of one figure, in a folder of its own, on a store, of a certain amount.
Measure = Callable[[Path, Store, Amount], Figure]

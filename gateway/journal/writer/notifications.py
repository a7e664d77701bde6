"""Notifications by which nodes on one PostgreSQL wake each other (NOTIFY): what a commit made due, and which cases it touched.

A notification is a hint and nothing else: whoever misses one looks again a second later.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from sqlalchemy import Connection, Engine, text

from gateway.journal.writer.draft import Draft
from gateway.model.delivery import DeliveryState

log = structlog.get_logger()

CHANNEL = "gateway"

#: Cases named in one notification (PostgreSQL takes 8,000 bytes). Of more it says only that there are many.
_MOST_CASES = 150
#: Seconds between two looks for the listener's end, and before a broken connection is made anew.
_TICK = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The news of another node's commit: departments with something due, and the cases it touched (None: many)."""

    departments: Sequence[str]
    cases: Sequence[str] | None


def notify(connection: Connection, node: str, drafts: Iterable[Draft], now: int) -> None:
    """Tell the other nodes, when the transaction commits, what it made due and which cases it touched."""
    due: set[str] = set()
    cases: set[str] = set()
    for draft in drafts:
        cases.update(draft.cases)
        for case_id, case in draft.cases.items():
            for delivery in case.deliveries.values():
                changed = case_id in draft.new or delivery.id in draft.changed
                if changed and delivery.state is DeliveryState.READY and delivery.lease_owner is None and (delivery.due_at or now) <= now:
                    due.add(delivery.department)
    if not cases:
        return
    said = orjson.dumps({"node": node, "due": sorted(due), "cases": sorted(cases) if len(cases) <= _MOST_CASES else None})
    connection.execute(text("SELECT pg_notify(:channel, :said)"), {"channel": CHANNEL, "said": said.decode()})


class Notifications:
    """A listener on a connection of its own, in a thread on which ``tell`` is called."""

    def __init__(self, engine: Engine, node: str, tell: Callable[[Heard], None]) -> None:
        self._engine = engine
        self._node = node
        self._tell = tell
        self._deaf = False
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notifications", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """Listen no more."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._listen()
            except Exception as error:  # noqa: BLE001  # whatever broke the connection: it is made anew, and polling goes on beneath
                if not self._deaf:  # once for each outage
                    log.error("journal_failed", error=f"other nodes are not heard: {type(error).__name__}")  # noqa: TRY400  # its text may be personal
                self._deaf = True
                self._tell(Heard(departments=(), cases=None))  # what is said meanwhile is missed: nothing remembered is certain
                self._ending.wait(_TICK)

    def _listen(self) -> None:
        connection = self._engine.raw_connection()
        driver: Any = connection.driver_connection  # before it is detached: afterwards the pool's own knows nothing of it
        connection.detach()
        try:
            driver.rollback()
            driver.autocommit = True
            driver.execute(f"LISTEN {CHANNEL}")
            self._deaf = False
            self._tell(Heard(departments=(), cases=None))  # what was said while nobody listened is not known
            while not self._ending.is_set():
                for notification in driver.notifies(timeout=_TICK):
                    said = orjson.loads(notification.payload)
                    if said["node"] != self._node:
                        self._tell(Heard(departments=said["due"], cases=said["cases"]))
                    if self._ending.is_set():
                        return
        finally:
            driver.close()

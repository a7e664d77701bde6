"""The presence of this node among the others: it reports itself alive or leaving, and lists all nodes, living and dead."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

import structlog

from gateway.departments.retries import SECOND
from gateway.journal.read.insights import Insights
from gateway.journal.read.nodes import About, NodeRow, Say, look
from gateway.journal.writer.journal import Journal
from gateway.model.errors import JournalUnavailable
from gateway.operations.jobs.jobs import now

log = structlog.get_logger()

#: Signs of life sent in the time of a lease, and the number of missing ones (half a lease) after which a node counts as dead.
_SIGNS, _MISSED = 6, 3
#: Seconds between two signs if there can be no other node. The lock proves a node alive, so the signs only tell when the last one died.
_ALONE = 60.0
#: Microseconds that a node of an earlier version may be silent: it writes its chain once a minute.
_OLD_SILENT = 150 * SECOND


class NodeState(StrEnum):
    """How a node is."""  # the sentence stands in the OpenAPI document

    ALIVE = "alive"
    DEAD = "dead"  # silent, without having said that it leaves
    LEFT = "left"  # ended in order


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node with its state. ``own`` marks the node that answers."""

    row: NodeRow
    state: NodeState
    own: bool
    age: int  # microseconds since its last sign of life

    @property
    def dispatches(self) -> bool:
        """Tell whether the node takes over the work that others leave."""
        return self.state is NodeState.ALIVE and (self.row.about is None or "dispatch" in self.row.about.roles.split(","))


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes:
    """All nodes, the living first, then the most recently seen. ``alone`` means that this journal can have only one node."""

    items: tuple[Node, ...]
    alone: bool


class Presence:
    """The presence of one process. A command's process reports nothing of itself but can list the nodes."""

    def __init__(self, journal: Journal, insights: Insights, *, roles: str, version: str, lease_seconds: float) -> None:
        self._journal = journal
        self._insights = insights
        self._about = About(
            id=journal.node, host=socket.gethostname()[:255], process=os.getpid(), address=None, roles=roles, version=version[:50]
        )
        self._every = _ALONE if journal.alone else lease_seconds / _SIGNS
        self._serves = False
        self._task: asyncio.Task[None] | None = None

    def serves(self, address: str | None) -> None:
        """Declare this process a node that answers at ``address`` (None: only on its unix socket)."""
        self._about = replace(self._about, address=address)
        self._serves = True

    async def start(self) -> None:
        """Report this node alive, now and regularly, if the process is one."""
        if not self._serves:
            return
        await self._say()
        self._task = asyncio.create_task(self._say_forever(), name="presence")

    async def stop(self) -> None:
        """Report that this node leaves."""
        if self._task is None:
            return
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self._say(leaves=True)

    async def _say_forever(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await self._say()
            except Exception as error:  # it tries again: one failure must not make a living node look dead for good
                log.exception("presence_failed", error=type(error).__name__)

    async def _say(self, *, leaves: bool = False) -> None:
        with contextlib.suppress(JournalUnavailable):  # another write reports the failure, and meanwhile the node rightly looks dead
            await self._journal.write(Say(about=self._about, leaves=leaves))

    async def look(self) -> Nodes:
        """List all nodes as they are now."""
        rows, moment = await self._insights.read(partial(look, now=now()))
        if self._serves and all(row.id != self._about.id for row in rows):  # it may be unable to write: a broken audit, a lost database
            rows.append(NodeRow(id=self._about.id, about=self._about, started_at=moment, seen_at=moment))
        nodes = [
            Node(row=row, state=self._state(row, moment), own=row.id == self._about.id, age=max(0, moment - row.seen_at)) for row in rows
        ]
        nodes.sort(key=lambda node: (node.state is not NodeState.ALIVE, -node.row.seen_at))
        return Nodes(items=tuple(nodes), alone=self._journal.alone)

    def _state(self, row: NodeRow, moment: int) -> NodeState:
        if row.left_at is not None:
            return NodeState.LEFT
        if row.id == self._about.id:
            return NodeState.ALIVE
        silent = _OLD_SILENT if row.about is None else _MISSED * self._every * SECOND
        return NodeState.DEAD if self._journal.alone or moment - row.seen_at > silent else NodeState.ALIVE

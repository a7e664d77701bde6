"""The lock of a journal in a file. One process has it, others wait for it a moment and are told whose it is.

The lock file names the process and its role. A command has the lock until it ends and a stopping gateway until its calls have ended, so
both are waited for. A gateway that serves is not.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from gateway.journal.store.refused import DatabaseRefused, not_writable

#: Seconds that are always waited: a process that took the lock just now has not named itself yet, and one that gave up waiting may have
#: it for an instant.
_MOMENT = 0.2


class Role(StrEnum):
    """The purpose for which a process has a journal."""

    SERVE = "serve"
    STOPPING = "stopping"
    COMMAND = "command"
    UNKNOWN = "unknown"  # of an older version, or it has not said


class Holder(NamedTuple):
    """The process that has the lock."""

    process: str
    role: Role


class FileLock:
    """A lock on ``<file>.lock`` that holds a database for one process, let go when the process ends, however it ends.

    ``patience`` is the seconds for which others are waited for. ``tell`` hears once for whom.
    """

    def __init__(self, database: Path, role: Role, patience: float, tell: Callable[[Holder], None]) -> None:
        self.path = database.with_name(database.name + ".lock")
        self._database = database
        self._role = role
        self._patience = patience
        self._tell = tell
        self._handle: int | None = None

    def take(self) -> None:
        """Take the lock. Raises DatabaseRefused (``locked``) when a gateway that serves has it, or another process for too long."""
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise not_writable(self.path, error) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._wait(handle)
        self._handle = handle
        self.say(self._role)

    def say(self, role: Role) -> None:
        """Tell others the role that this process has by now."""
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, f"{os.getpid()} {role}\n".encode(), 0)

    def let_go(self) -> None:
        """Let go of it, when it is held."""
        if self._handle is not None:
            # The file stays: removing it would let two processes lock two files of one name.
            os.close(self._handle)
            self._handle = None

    def _wait(self, handle: int) -> None:
        turn = _Turn(handle)
        if turn.comes(_MOMENT):
            return
        holder = _holder(self.path)
        if holder.role is not Role.SERVE and self._patience > _MOMENT:
            self._tell(holder)
            if turn.comes(self._patience - _MOMENT):
                return
        if turn.give_up():
            raise self._refused(_holder(self.path))

    def _refused(self, holder: Holder) -> DatabaseRefused:
        if holder.role is Role.COMMAND:
            waited = f"process {holder.process}, a command, has this journal, and {self._patience:g} s were waited for it"
            detail = f"{waited}: try again when it has ended, or end it"
        else:
            detail = (
                f"process {holder.process} owns this journal. Commands speak to it while it runs; to start another gateway on the same "
                "data, stop that one first (SIGTERM), or set GATEWAY_DATA to another folder"
            )
        return DatabaseRefused("locked", str(self._database), detail)


class _Turn:
    """A wait for a lock that can be given up. The kernel's has no time limit, so a thread waits, which ends with the process."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._come = threading.Event()
        self._given_up = False
        self._deciding = threading.Lock()
        threading.Thread(target=self._wait, name="journal-lock", daemon=True).start()

    def comes(self, seconds: float) -> bool:
        """Wait for the turn, and tell whether it came."""
        return self._come.wait(seconds)

    def give_up(self) -> bool:
        """Wait no more. Gives False when the turn has come after all. The handle is closed once the kernel lets it be."""
        with self._deciding:
            self._given_up = not self._come.is_set()
            return self._given_up

    def _wait(self) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        with self._deciding:
            if self._given_up:
                os.close(self._handle)
            else:
                self._come.set()


def _holder(path: Path) -> Holder:
    process, _, role = path.read_text("ascii", "replace").strip().partition(" ")
    return Holder(process or "unknown", Role(role) if role in set(Role) else Role.UNKNOWN)

"""The lock of a journal in a file: a command and a gateway that stops are waited for, one that serves is not."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.journal.store.file_lock import FileLock, Holder, Role
from gateway.journal.store.refused import DatabaseRefused
from tests.patience import PATIENCE, stretched, until

#: Seconds that no test waits through: who waits for it to pass hangs.
FOR_EVER = 3600.0


class Told:
    """A listener that keeps whom somebody waits for, and says that it does."""

    def __init__(self) -> None:
        self.holders: list[Holder] = []
        self.waits = threading.Event()

    def __call__(self, holder: Holder) -> None:
        self.holders.append(holder)
        self.waits.set()


def lock(folder: Path, role: Role = Role.COMMAND, patience: float = 0, told: Told | None = None) -> FileLock:
    return FileLock(folder / "journal.db", role, patience, told or Told())


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


@pytest.mark.parametrize("role", [Role.COMMAND, Role.STOPPING])
def test_a_command_and_a_gateway_that_stops_are_waited_for(tmp_path: Path, threads: ThreadPoolExecutor, role: Role) -> None:
    holder, told = lock(tmp_path), Told()
    holder.take()
    holder.say(role)
    waiter = lock(tmp_path, Role.SERVE, FOR_EVER, told)
    taking = threads.submit(waiter.take)
    assert told.waits.wait(stretched(PATIENCE))
    assert told.holders == [Holder(str(os.getpid()), role)]
    assert not taking.done()
    holder.let_go()
    taking.result(stretched(PATIENCE))
    assert waiter.path.read_text() == f"{os.getpid()} serve\n"
    waiter.let_go()


def test_a_gateway_that_serves_is_not_waited_for(tmp_path: Path, threads: ThreadPoolExecutor) -> None:
    holder, told = lock(tmp_path, Role.SERVE), Told()
    holder.take()
    with pytest.raises(DatabaseRefused, match=f"process {os.getpid()} owns this journal") as refused:
        threads.submit(lock(tmp_path, Role.SERVE, FOR_EVER, told).take).result(stretched(PATIENCE))
    assert refused.value.code == "locked"
    assert told.holders == []
    holder.let_go()


def test_who_gives_up_names_the_command_and_takes_nothing_later(tmp_path: Path) -> None:
    holder, told = lock(tmp_path), Told()
    holder.take()
    with pytest.raises(DatabaseRefused, match=rf"process {os.getpid()}, a command, has this journal, and 0\.3 s were waited"):
        lock(tmp_path, Role.SERVE, 0.3, told).take()
    assert len(told.holders) == 1
    holder.let_go()
    until(lambda: _free(tmp_path), why="what was given up was taken, and not let go of")


def test_what_a_killed_gateway_left_in_the_file_is_not_taken_for_the_holder(tmp_path: Path) -> None:
    first = lock(tmp_path, Role.SERVE)
    first.take()
    first.let_go()
    assert first.path.read_text() == f"{os.getpid()} serve\n"
    second = lock(tmp_path)
    second.take()
    assert second.path.read_text() == f"{os.getpid()} command\n"
    second.let_go()


def test_a_lock_of_a_version_before_says_the_process_alone(tmp_path: Path) -> None:
    holder, told = lock(tmp_path), Told()
    holder.take()
    holder.path.write_text("4711\n")
    with pytest.raises(DatabaseRefused, match="process 4711 owns this journal"):
        lock(tmp_path, Role.SERVE, 0.3, told).take()
    assert told.holders == [Holder("4711", Role.UNKNOWN)]
    holder.let_go()


def _free(folder: Path) -> bool:
    tried = lock(folder)
    try:
        tried.take()
    except DatabaseRefused:
        return False
    tried.let_go()
    return True

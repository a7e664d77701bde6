"""Nodes wake each other with what is due and which cases, never themselves, and a listener outlives its connection."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from gateway.journal.store.database import migrate, open_reader, open_writer
from gateway.journal.writer import notifications
from gateway.journal.writer.draft import Draft, Loaded
from gateway.journal.writer.notifications import Heard, Notifications, notify
from gateway.model.delivery import DeliveryState
from tests.gateway.journal.small import application, delivery
from tests.patience import PATIENCE, stretched
from tests.postgres import Server

NOW = 1_800_000_000_000_000


class Ears:
    """A node that listens. :meth:`next` gives what it hears next."""

    def __init__(self, engine: Engine) -> None:
        self._heard: queue.Queue[Heard] = queue.Queue()
        self._listening = Notifications(engine, "n-2", self._heard.put)
        self._listening.start()
        assert self.next() == Heard(departments=(), cases=None)  # it listens: what was before is not known

    def next(self) -> Heard:
        return self._heard.get(timeout=stretched(PATIENCE))

    def close(self) -> None:
        self._listening.close()
        assert self._heard.empty()


@pytest.fixture
def writer(postgres_url: str) -> Iterator[Engine]:
    migrate(postgres_url)
    made = open_writer(postgres_url)
    yield made
    made.dispose()


@pytest.fixture
def ears(postgres_url: str, writer: Engine) -> Iterator[Ears]:
    engine = open_reader(postgres_url)
    made = Ears(engine)
    yield made
    made.close()
    engine.dispose()


def commit(writer: Engine, cases: int = 1, node: str = "n-1", **more: Any) -> list[str]:
    """Tell of a commit of so many new cases, and give their ids."""
    with writer.begin() as connection:
        draft = Draft(loaded=Loaded(), connection=connection, now=NOW, node=node, lease_microseconds=1)
        made = [application(str(number)) for number in range(cases)]
        for one in made:
            draft.add_case(one, [delivery(one, **more)])
        notify(connection, node, [draft], NOW)
    return sorted(one.id for one in made)


def test_what_another_has_made_due_is_heard_with_its_cases(writer: Engine, ears: Ears) -> None:
    cases = commit(writer, 2, state=DeliveryState.READY, due_at=NOW)
    assert ears.next() == Heard(departments=["office"], cases=cases)


@pytest.mark.parametrize(
    "more",
    [
        {"state": DeliveryState.READY, "due_at": NOW + 1},
        {"state": DeliveryState.READY, "lease_owner": "n-1"},
        {"state": DeliveryState.WAITING},
    ],
)
def test_what_nobody_has_to_claim_now_wakes_only_who_watches_the_case(writer: Engine, ears: Ears, more: dict[str, Any]) -> None:
    cases = commit(writer, **more)
    assert ears.next() == Heard(departments=[], cases=cases)


def test_its_own_are_not_heard_and_of_very_many_only_that_they_are(writer: Engine, ears: Ears) -> None:
    commit(writer, node="n-2")
    commit(writer, 500)
    assert ears.next() == Heard(departments=[], cases=None)


def test_nothing_is_said_of_a_commit_that_touches_no_case(writer: Engine, ears: Ears) -> None:
    commit(writer, 0)
    cases = commit(writer)
    assert ears.next().cases == cases


def test_what_was_said_while_its_connection_was_lost_is_made_up_for(
    writer: Engine, ears: Ears, postgres: Server, postgres_url: str
) -> None:
    postgres.cut(postgres_url.rpartition("/")[2])
    assert ears.next() == Heard(departments=(), cases=None), "it is deaf"
    assert ears.next() == Heard(departments=(), cases=None), "it listens again"
    writer.dispose()
    cases = commit(writer)
    assert ears.next().cases == cases


def test_one_that_cannot_listen_says_so_once_and_takes_nothing_for_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        tries = 0
        twice = threading.Event()

        def raw_connection(self) -> None:
            self.tries += 1
            if self.tries == 2:
                self.twice.set()
            raise RuntimeError("away")

    monkeypatch.setattr(notifications, "_TICK", 0.01)
    away: Any = Away()
    told: list[Heard] = []
    with capture_logs() as logs:
        listening = Notifications(away, "n-2", told.append)
        listening.start()
        assert away.twice.wait(stretched(PATIENCE))
        listening.close()
    assert [line["error"] for line in logs] == ["other nodes are not heard: RuntimeError"]
    assert told == [Heard(departments=(), cases=None)] * away.tries

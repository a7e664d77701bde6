"""Breakers are kept one version after the other, whichever node writes them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine

from gateway.journal.queues.breakers import breakers, keep
from gateway.model.department import BreakerRow

FIRST = BreakerRow(name="tax", breaker="open", failures=5, problem="connect", since=1, probe_at=2, version=1)


def test_of_two_that_write_the_same_version_one_does(writer: Engine) -> None:
    second = replace(FIRST, breaker="half_open", version=2)
    with writer.begin() as connection:
        assert [keep(connection, row) for row in (FIRST, second, replace(second, problem="busy"))] == [True, True, False]
        assert breakers(connection) == {"tax": second}

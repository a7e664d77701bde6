"""Cases say why they ended once no older node may write, and a change that fails takes back what it learnt."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine, insert

from gateway.journal.store import schema
from gateway.journal.writer.ends import SINCE, Ends, since


def test_a_writer_learns_it_from_the_journal_and_asks_no_more(writer: Engine) -> None:
    ends, undo = Ends(), list[Callable[[], None]]()
    with writer.connect() as connection:
        alone = connection.dialect.name == "sqlite"
        assert ends.begun(connection, undo) is alone
        assert not since(connection)
        connection.execute(insert(schema.meta), {"key": SINCE, "value": "1"})
        assert since(connection)
        assert ends.begun(connection, undo)
        assert len(undo) == 1, "only the change that learnt it takes it back"
        connection.rollback()
        assert ends.begun(connection, undo), "it asks no more"
        undo[0]()
        assert ends.begun(connection, undo) is alone

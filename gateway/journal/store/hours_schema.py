"""Tables of counts by the hour, which :mod:`gateway.journal.store.schema` has beside its own. Nothing in them is personal."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, PrimaryKeyConstraint, Table

from gateway.journal.store.text_columns import LongText, String


def case_hour_table(metadata: MetaData) -> Table:
    """Make the table of cases by the hour. A row is there for every hour that was counted, in which nothing happened too."""
    return Table(
        "case_hour",
        metadata,
        Column("hour", BigInteger, primary_key=True, autoincrement=False),  # its begin
        Column("received", Integer, nullable=False),
        Column("approved", Integer, nullable=False),
        Column("rejected", Integer, nullable=False),
        Column("withdrawn", Integer, nullable=False),
        Column("promised", Integer, nullable=False),  # those of the three that had a date by which to end
        Column("on_time", Integer, nullable=False),  # and those of them that ended by it
        Column("counted_at", BigInteger, nullable=False),
        Column("settled", Boolean, nullable=False),  # nothing more comes of it: it is not counted again
    )


def department_hour_table(metadata: MetaData) -> Table:
    """Make the table of calls and answers by hour and department. A department with which nothing happened in an hour has no row."""
    return Table(
        "department_hour",
        metadata,
        Column("hour", BigInteger, nullable=False),
        Column("department", String(50), nullable=False),
        Column("sent", Integer, nullable=False),  # calls that handed a delivery over
        Column("sent_again", Integer, nullable=False),  # those of them that were not the first of their round
        Column("asked", Integer, nullable=False),  # all other calls
        Column("failed", Integer, nullable=False),  # calls of both kinds that no answer ended
        Column("approved", Integer, nullable=False),  # answers, by reply and by callback
        Column("rejected", Integer, nullable=False),
        Column("returned", Integer, nullable=False),
        Column("latencies", LongText, nullable=False),  # JSON: calls by their time, see gateway.journal.hours.latencies
        Column("longest", BigInteger, nullable=False),  # of those calls, in microseconds
        PrimaryKeyConstraint("hour", "department"),
        sqlite_with_rowid=False,
    )

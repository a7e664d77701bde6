"""The table of services' suspensions, which :mod:`gateway.journal.store.schema` has beside its own."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table

from gateway.journal.store.text_columns import LongText, String


def service_control_table(metadata: MetaData) -> Table:
    """Make the table: one row a suspension, in force, planned or over. The reason is personal and stands in the payload."""
    return Table(
        "service_control",
        metadata,
        Column("id", String(36), primary_key=True),  # uuid7, as text
        Column("service", String(50), nullable=False),  # which need not be in the catalogue any more
        Column("since", BigInteger, nullable=False),
        Column("until", BigInteger),  # none: until somebody says so
        Column("notice_zh", LongText, nullable=False),
        Column("notice_en", LongText),  # none: the Chinese one is shown
        Column("version", Integer, nullable=False),
    )

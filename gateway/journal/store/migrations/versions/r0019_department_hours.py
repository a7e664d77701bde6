"""Counts of cases and departments by the hour, and an index of when cases ended, along which they are counted.

Only new tables and an index: a node of the revision before goes on beside it, and its work is counted from its rows like any other's.

Revision ID: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.journal.store.text_columns import LongText, String

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ENDED = sa.text("ended_at IS NOT NULL")


def upgrade() -> None:
    """Make the tables and the index."""
    op.create_table(
        "case_hour",
        sa.Column("hour", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Integer(), nullable=False),
        sa.Column("promised", sa.Integer(), nullable=False),
        sa.Column("on_time", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("hour", name=op.f("pk_case_hour")),
    )
    op.create_table(
        "department_hour",
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("department", String(length=50), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("sent_again", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("latencies", LongText(), nullable=False),
        sa.Column("longest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "department", name=op.f("pk_department_hour")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_application_ended", "application", ["ended_at"], sqlite_where=_ENDED, postgresql_where=_ENDED)

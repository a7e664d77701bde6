"""Marks of deliveries that were refused for their data, and of those whose department was told otherwise than the application says now.

A node of the revision before goes on beside it, and marks neither.

Revision ID: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.journal.store.text_columns import LongText

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TOLD = sa.text("told_otherwise IS NOT NULL")


def upgrade() -> None:
    """Add the columns, each last and empty, and the index of the one that is listed by."""
    op.add_column("delivery", sa.Column("data_refused", sa.Boolean(), nullable=True))
    op.add_column("delivery", sa.Column("told_otherwise", LongText(), nullable=True))
    op.create_index("ix_delivery_told_otherwise", "delivery", ["id", "application_id"], sqlite_where=_TOLD, postgresql_where=_TOLD)

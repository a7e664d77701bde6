"""Quotas counted by day, and calls to a department and its callbacks found by day.

A node of the revision before goes on beside it, and counts nothing: a quota holds once every node is of this revision.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.journal.store.text_columns import String

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the indexes."""
    op.create_table(
        "quota_use",
        sa.Column("department", String(length=50), nullable=False),
        sa.Column("day", String(length=8), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("department", "day", name=op.f("pk_quota_use")),
    )
    op.create_index("ix_attempt_started_at", "attempt", ["started_at"])
    op.create_index("ix_inbox_department_received_at", "inbox", ["department", "received_at"])

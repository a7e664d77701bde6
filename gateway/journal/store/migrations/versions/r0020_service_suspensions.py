"""Suspensions of services. Only a new table: a node of the revision before goes on beside it, and nothing is suspended until it has ended.

Revision ID: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.journal.store.text_columns import LongText, String

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "service_control",
        sa.Column("id", String(length=36), nullable=False),
        sa.Column("service", String(length=50), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("notice_zh", LongText(), nullable=False),
        sa.Column("notice_en", LongText(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_control")),
    )

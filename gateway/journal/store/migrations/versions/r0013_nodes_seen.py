"""Nodes and when each was last heard of, and an index of what was promised by when.

Only a new table and an index: a node of the revision before goes on beside it, and is known by its audit chain alone.

Revision ID: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.journal.store.text_columns import String

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_PROMISED = sa.text("ended_at IS NULL AND due_at IS NOT NULL")


def upgrade() -> None:
    """Make the table and the index."""
    op.create_table(
        "node",
        sa.Column("id", String(36), nullable=False),
        sa.Column("host", String(255), nullable=False),
        sa.Column("process", sa.Integer(), nullable=False),
        sa.Column("address", String(300), nullable=True),
        sa.Column("roles", String(20), nullable=False),
        sa.Column("version", String(50), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node")),
    )
    op.create_index("ix_application_promised", "application", ["due_at"], sqlite_where=_PROMISED, postgresql_where=_PROMISED)

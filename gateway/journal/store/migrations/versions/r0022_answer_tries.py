"""Wrong tries of parties who answer a returned case on their phones, so that they are bounded over nodes and restarts.

Only a new table: a node of the revision before goes on beside it.

Revision ID: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.journal.store.text_columns import String

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "answer_try",
        sa.Column("party", String(length=36), nullable=False),
        sa.Column("receipt_at", sa.BigInteger(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("party", name=op.f("pk_answer_try")),
    )

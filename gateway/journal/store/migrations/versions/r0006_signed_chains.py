"""Chains whose rows are signed in every commit, and closed when their writer is gone.

A node of the revision before goes on beside it without signing, until ``gateway audit upgrade``.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.journal.store.text_columns import String

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("chain", sa.Column("signature", String(length=88), nullable=True))
    op.add_column("chain", sa.Column("closed_at", sa.BigInteger(), nullable=True))

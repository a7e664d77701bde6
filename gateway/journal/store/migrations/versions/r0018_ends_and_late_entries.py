"""The time at which a case was handed in that was entered late, and the reason for which a case ended.

A node of a revision before goes on beside it: no case gets either until it has ended, since its images of cases would leave them out.

Revision ID: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.journal.store.text_columns import String

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, each last and empty."""
    op.add_column("application", sa.Column("handed_in_at", sa.BigInteger(), nullable=True))
    op.add_column("application", sa.Column("end_reason", String(length=20), nullable=True))

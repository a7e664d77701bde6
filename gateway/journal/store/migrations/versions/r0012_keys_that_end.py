"""The end of an API key, the caller of one that succeeds another, and the last use of each.

A node of the revision before goes on beside it: it does not recognise a key that has one of the first two, since its proof says more than
that node reads, and it keeps no last use.

Revision ID: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.journal.store.text_columns import String

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, each last and empty."""
    op.add_column("api_key", sa.Column("expires_at", sa.BigInteger(), nullable=True))
    op.add_column("api_key", sa.Column("caller", String(length=36), nullable=True))
    op.add_column("api_key", sa.Column("last_used_at", sa.BigInteger(), nullable=True))

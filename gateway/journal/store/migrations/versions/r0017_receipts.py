"""Receipts: what finds a party by its query code, and the time of which code and link are made.

Two empty columns at the end, so that every row keeps its digest. A node of the revision before goes on beside it and leaves them empty. No
row has a code until it has ended.

Revision ID: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_CODED = sa.text("code_mac IS NOT NULL")


def upgrade() -> None:
    """Add the columns, and the index over the rows that have a code."""
    op.add_column("party", sa.Column("code_mac", sa.BigInteger(), nullable=True))
    op.add_column("party", sa.Column("receipt_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_party_code", "party", ["code_mac"], unique=True, sqlite_where=_CODED, postgresql_where=_CODED)

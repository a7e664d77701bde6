"""Salts of payloads, keys' own proof that the gateway made them, and an index of the entries that vouch for what was there.

A node of the revision before goes on beside it: what it writes has neither, which :mod:`gateway.journal.verification.replay` allows for
until everything is vouched for.

Revision ID: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.journal.store.text_columns import String

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_VOUCHES = "event = 'audit_baseline' OR event = 'rows_vouched' OR event = 'cases_vouched'"


def upgrade() -> None:
    """Add the columns, each last and empty, and the index."""
    op.add_column("payload", sa.Column("salt", sa.LargeBinary(), nullable=True))
    op.add_column("api_key", sa.Column("mac", String(length=64), nullable=True))
    op.create_index("ix_audit_vouched", "audit", ["chain", "seq"], sqlite_where=sa.text(_VOUCHES), postgresql_where=sa.text(_VOUCHES))

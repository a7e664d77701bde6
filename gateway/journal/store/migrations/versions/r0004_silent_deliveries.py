"""An index of deliveries that nothing will happen to: none when all is well. A node of the revision before goes on beside it.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SILENT = "lease_owner IS NULL AND (state = 'sending' OR due_at IS NULL AND (state = 'ready' OR state = 'deciding'))"


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_delivery_silent", "delivery", ["id"], sqlite_where=sa.text(_SILENT), postgresql_where=sa.text(_SILENT))

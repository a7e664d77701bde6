"""Drafts, applications that are not filed yet.

Only a new table: a node of the revision before goes on beside it, and nothing is drafted until it has ended, since it would take the
entries of drafts, and what is typed, for things that nobody wrote.

Revision ID: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.journal.store.text_columns import String

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_OF_SOMEBODY = sa.text("person_index IS NOT NULL")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "draft",
        sa.Column("id", String(length=36), nullable=False),
        sa.Column("owner_group", String(length=50), nullable=False),
        sa.Column("clerk", String(length=36), nullable=False),
        sa.Column("service", String(length=50), nullable=False),
        sa.Column("code_mac", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("application_id", String(length=36), nullable=True),
        sa.Column("digest", String(length=64), nullable=False),
        sa.Column("person_index", String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("code_mac", name=op.f("uq_draft_code_mac")),
    )
    op.create_index(op.f("ix_draft_clerk_id"), "draft", ["clerk", "id"])
    op.create_index(op.f("ix_draft_owner_group_id"), "draft", ["owner_group", "id"])
    op.create_index("ix_draft_person", "draft", ["person_index"], sqlite_where=_OF_SOMEBODY, postgresql_where=_OF_SOMEBODY)
    op.create_index(op.f("ix_draft_expires_at"), "draft", ["expires_at"])

"""Parties of a case: whoever has a role in it, found by who they are.

Only a new table: a node of the revision before goes on beside it, and its cases have the applicant alone, as those from before.

Revision ID: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.journal.store.text_columns import LongText, String

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "party",
        sa.Column("id", String(36), nullable=False),
        sa.Column("application_id", String(36), nullable=False),
        sa.Column("roles", LongText(), nullable=False),
        sa.Column("kind", String(20), nullable=False),
        sa.Column("acts_for", String(36), nullable=True),
        sa.Column("person_index", String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_party_application_id")),
        sa.PrimaryKeyConstraint("application_id", "id", name=op.f("pk_party")),
        sa.UniqueConstraint("person_index", "application_id", name=op.f("uq_party_person_index_application_id")),
        sqlite_with_rowid=False,
    )

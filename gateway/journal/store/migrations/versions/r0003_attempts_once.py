"""An attempt is written once, when it has ended, by its delivery and the lease's epoch. Stop every node of the revision before first.

Older attempts are numbered below zero, in their order. One that was under way stands in its delivery.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.journal.store.text_columns import String

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table anew and take over what it held."""
    op.execute("CREATE TABLE attempt_before AS SELECT * FROM attempt")
    op.drop_table("attempt")  # not renamed: PostgreSQL would keep its constraints under their names
    op.create_table(
        "attempt",
        sa.Column("delivery_id", String(length=36), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", String(length=10), nullable=False),
        sa.Column("node", String(length=36), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("result", String(length=100), nullable=False),
        sa.Column("detail", String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_attempt_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", "epoch", name=op.f("pk_attempt")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO attempt (epoch, delivery_id, round, number, action, node, started_at, ended_at, result, detail) "
        "SELECT row_number() OVER (PARTITION BY delivery_id ORDER BY id) - 1 - count(*) OVER (PARTITION BY delivery_id), "
        "delivery_id, round, number, action, node, started_at, ended_at, result, detail "
        "FROM attempt_before WHERE ended_at IS NOT NULL AND result IS NOT NULL"
    )
    op.drop_table("attempt_before")

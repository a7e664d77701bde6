"""Chains with their heads, departments' controls, jobs. Only new tables: a node of the revision before goes on beside it.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.journal.store.text_columns import LongText, String

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables that are new."""
    _department_control()
    _chain()
    _job()
    _job_delivery()


def _department_control() -> None:
    op.create_table(
        "department_control",
        sa.Column("name", String(length=50), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("concurrency", sa.Integer(), nullable=True),
        sa.Column("rate_per_second", sa.Float(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_department_control")),
    )


def _chain() -> None:
    op.create_table(
        "chain",
        sa.Column("id", String(length=36), nullable=False),
        sa.Column("node", String(length=36), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", String(length=64), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain")),
    )


def _job() -> None:
    op.create_table(
        "job",
        sa.Column("id", String(length=36), nullable=False),
        sa.Column("caller", String(length=36), nullable=False),
        sa.Column("key", String(length=255), nullable=False),
        sa.Column("body_hmac", String(length=64), nullable=False),
        sa.Column("filter", LongText(), nullable=False),
        sa.Column("state", String(length=20), nullable=False),
        sa.Column("selected", sa.BigInteger(), nullable=False),
        sa.Column("cursor", String(length=36), nullable=True),
        sa.Column("last", String(length=36), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("lease_owner", String(length=36), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("caller", "key", name=op.f("uq_job_caller_key")),
    )
    op.create_index(
        "ix_job_running",
        "job",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )


def _job_delivery() -> None:
    op.create_table(
        "job_delivery",
        sa.Column("job_id", String(length=36), nullable=False),
        sa.Column("delivery_id", String(length=36), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("result", String(length=50), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_delivery_job_id")),
        sa.PrimaryKeyConstraint("job_id", "delivery_id", name=op.f("pk_job_delivery")),
    )

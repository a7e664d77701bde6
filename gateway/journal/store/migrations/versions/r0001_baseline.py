"""The first release's tables.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.journal.store.text_columns import LongText, String

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table of an empty database."""
    _meta()
    _service_definition()
    _application()
    _delivery()
    _attempt()
    _payload()
    _idempotency()
    _inbox()
    _department()
    _audit()
    _number_block()
    _api_key()


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("key", String(50), nullable=False),
        sa.Column("value", LongText(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )


def _service_definition() -> None:
    op.create_table(
        "service_definition",
        sa.Column("digest", String(64), nullable=False),
        sa.Column("code", String(50), nullable=False),
        sa.Column("definition", LongText(), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_service_definition")),
    )


def _application() -> None:
    op.create_table(
        "application",
        sa.Column("id", String(36), nullable=False),
        sa.Column("number", String(50), nullable=False),
        sa.Column("caller", String(36), nullable=False),
        sa.Column("service", String(50), nullable=False),
        sa.Column("service_digest", String(64), nullable=False),
        sa.Column("channel", String(20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", String(20), nullable=False),
        sa.Column("needs_attention", sa.Boolean(), nullable=False),
        sa.Column("trace_id", String(32), nullable=False),
        sa.Column("applicant_index", String(64), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("withdrawal_asked", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_digest"], ["service_definition.digest"], name=op.f("fk_application_service_digest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("number", name=op.f("uq_application_number")),
    )
    op.create_index(op.f("ix_application_applicant_index_id"), "application", ["applicant_index", "id"], unique=False)
    op.create_index(
        "ix_application_attention",
        "application",
        ["id"],
        unique=False,
        sqlite_where=sa.text("needs_attention"),
        postgresql_where=sa.text("needs_attention"),
    )
    op.create_index(op.f("ix_application_caller_id"), "application", ["caller", "id"], unique=False)
    op.create_index(op.f("ix_application_service_id"), "application", ["service", "id"], unique=False)
    op.create_index(op.f("ix_application_state_id"), "application", ["state", "id"], unique=False)


def _delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", String(36), nullable=False),
        sa.Column("application_id", String(36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", String(50), nullable=False),
        sa.Column("department", String(50), nullable=False),
        sa.Column("operation", String(50), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("after", String(500), nullable=False),
        sa.Column("state", String(20), nullable=False),
        sa.Column("action", String(10), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("sent_revision", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("doubt_since", sa.BigInteger(), nullable=True),
        sa.Column("first_sent_at", sa.BigInteger(), nullable=True),
        sa.Column("last_sent_at", sa.BigInteger(), nullable=True),
        sa.Column("reference", String(200), nullable=True),
        sa.Column("skip_reason", String(20), nullable=True),
        sa.Column("problem", String(100), nullable=True),
        sa.Column("outcome_code", String(50), nullable=True),
        sa.Column("withdrawing", sa.Boolean(), nullable=False),
        sa.Column("lease_owner", String(36), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_delivery_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("application_id", "step", name=op.f("uq_delivery_application_id_step")),
    )
    op.create_index(op.f("ix_delivery_department_state_id"), "delivery", ["department", "state", "id"], unique=False)
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["department", "action", "due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_delivery_lease",
        "delivery",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("lease_owner IS NOT NULL"),
        postgresql_where=sa.text("lease_owner IS NOT NULL"),
    )
    op.create_index(
        "ix_delivery_reference",
        "delivery",
        ["department", "reference"],
        unique=False,
        sqlite_where=sa.text("reference IS NOT NULL"),
        postgresql_where=sa.text("reference IS NOT NULL"),
    )
    op.create_index(op.f("ix_delivery_state_id"), "delivery", ["state", "id"], unique=False)


def _attempt() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", String(36), nullable=False),
        sa.Column("delivery_id", String(36), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", String(10), nullable=False),
        sa.Column("node", String(36), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("result", String(100), nullable=True),
        sa.Column("detail", String(500), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_attempt_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_delivery_id"), "attempt", ["delivery_id"], unique=False)


def _payload() -> None:
    op.create_table(
        "payload",
        sa.Column("application_id", String(36), nullable=False),
        sa.Column("part", String(300), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("application_id", "part", "revision", name=op.f("pk_payload")),
    )


def _idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("caller", String(36), nullable=False),
        sa.Column("key", String(255), nullable=False),
        sa.Column("body_hmac", String(64), nullable=False),
        sa.Column("application_id", String(36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency")),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("department", String(50), nullable=False),
        sa.Column("message_id", String(200), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("key", String(100), nullable=True),
        sa.Column("reference", String(200), nullable=True),
        sa.Column("outcome", String(20), nullable=False),
        sa.Column("delivery_id", String(36), nullable=True),
        sa.Column("standing", String(20), nullable=False),
        sa.PrimaryKeyConstraint("department", "message_id", name=op.f("pk_inbox")),
    )
    op.create_index(
        "ix_inbox_key",
        "inbox",
        ["department", "key"],
        unique=False,
        sqlite_where=sa.text("standing = 'waiting'"),
        postgresql_where=sa.text("standing = 'waiting'"),
    )
    op.create_index(
        "ix_inbox_reference",
        "inbox",
        ["department", "reference"],
        unique=False,
        sqlite_where=sa.text("standing = 'waiting'"),
        postgresql_where=sa.text("standing = 'waiting'"),
    )


def _department() -> None:
    op.create_table(
        "department",
        sa.Column("name", String(50), nullable=False),
        sa.Column("breaker", String(20), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", String(100), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("probe_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_department")),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("chain", String(36), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", String(50), nullable=False),
        sa.Column("actor", String(100), nullable=False),
        sa.Column("application_id", String(36), nullable=True),
        sa.Column("event_no", sa.Integer(), nullable=True),
        sa.Column("delivery_id", String(36), nullable=True),
        sa.Column("details", LongText(), nullable=False),
        sa.Column("hash", String(64), nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_application_id_event_no"), "audit", ["application_id", "event_no"], unique=False)


def _number_block() -> None:
    op.create_table(
        "number_block",
        sa.Column("implementation", String(31), nullable=False),
        sa.Column("day", String(8), nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("implementation", "day", name=op.f("pk_number_block")),
    )


def _api_key() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", String(36), nullable=False),
        sa.Column("name", String(100), nullable=False),
        sa.Column("role", String(100), nullable=False),
        sa.Column("hash", String(64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_key_hash")),
    )

"""Idempotency-Keys are kept as digests from here on: no column changes, what is in them does (:mod:`gateway.journal.keys.filing_keys`).

The revision keeps a node of the version before from starting. One that runs already goes on beside until the keys are digests, and can file
nothing after. The digests themselves need the installation's key, which is no business of a migration.

Revision ID: 0008
"""

from __future__ import annotations

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing."""

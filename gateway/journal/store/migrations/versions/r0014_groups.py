"""The group of an API key and of the cases that it files, and the indexes by which a group's cases are listed.

The index of a caller's cases keeps those without a group alone, which are all of them until there are groups. A node of the revision before
goes on beside it and lists a front end's cases along their ids. No group can be used until it has ended.

Revision ID: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from gateway.journal.store.text_columns import String

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NONE, _SOME = sa.text("owner_group IS NULL"), sa.text("owner_group IS NOT NULL")


def upgrade() -> None:
    """Add the columns, each last and empty, and put the indexes in the place of the one."""
    op.add_column("api_key", sa.Column("owner_group", String(length=50), nullable=True))
    op.add_column("application", sa.Column("owner_group", String(length=50), nullable=True))
    op.create_index("ix_application_own", "application", ["caller", "id"], sqlite_where=_NONE, postgresql_where=_NONE)
    op.create_index("ix_application_group", "application", ["owner_group", "id"], sqlite_where=_SOME, postgresql_where=_SOME)
    op.drop_index("ix_application_caller_id", "application")

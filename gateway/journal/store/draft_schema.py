"""The table of drafts, applications that are not filed yet, which :mod:`gateway.journal.store.schema` has beside its own."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, UniqueConstraint, text

from gateway.journal.store.text_columns import String

_ID = String(36)  # uuid7, as text
#: Drafts of somebody whose ID is typed by now.
OF_SOMEBODY = "person_index IS NOT NULL"


def draft_table(metadata: MetaData) -> Table:
    """Make the table. Nothing that was typed is in it: that lies in ``payload``, until the draft is filed, discarded or has expired."""
    return Table(
        "draft",
        metadata,
        Column("id", _ID, primary_key=True),
        Column("owner_group", String(50), nullable=False),  # whose it is
        Column("clerk", _ID, nullable=False),  # the account at whose counter it is
        Column("service", String(50), nullable=False),
        Column("code_mac", BigInteger, nullable=False),  # keyed digest of the code that brings it back, of 64 bits
        Column("began_at", BigInteger, nullable=False),
        Column("application_id", _ID),  # the case that it was filed as
        Column("digest", String(64), nullable=False),  # of the definition whose form was last seen
        Column("person_index", String(64)),  # HMAC of the applicant's ID type and number, as an application's applicant_index
        Column("version", Integer, nullable=False),  # counts saves
        Column("saved_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        UniqueConstraint("code_mac"),
        Index(None, "clerk", "id"),
        Index(None, "owner_group", "id"),
        Index("ix_draft_person", "person_index", sqlite_where=text(OF_SOMEBODY), postgresql_where=text(OF_SOMEBODY)),
        Index(None, "expires_at"),
    )

"""The tables of people who work at the centre, beside those of :mod:`gateway.journal.store.schema`: accounts, and where they are signed in."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, UniqueConstraint, text

from gateway.journal.store.schema import ID, metadata
from gateway.journal.store.text_columns import LongText, String

#: Accounts. One row opens nothing without its ``mac``, whoever wrote it into the database.
account = Table(
    "account",
    metadata,
    Column("id", ID, primary_key=True),
    Column("login", String(50), nullable=False),
    Column("name", String(100), nullable=False),  # as colleagues know them
    Column("role", String(100), nullable=False),  # clerk | officer:<department> | head:<department> | supervisor | operator | auditor | …
    Column("owner_group", String(50)),  # of whose cases a clerk's are
    Column("password", LongText, nullable=False),  # Argon2id with its parameters and salt (PHC string)
    Column("totp", LongText),  # the shared secret, encrypted; none: a password alone signs in
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),  # sessions from before a change of rights have ended
    Column("disabled_at", BigInteger),
    Column("mac", String(64), nullable=False),  # over all but the last two, under a key that is not in the database
    Column("totp_step", BigInteger),  # the last time step (RFC 6238) of which a code was taken, so that none is taken twice
    Column("version", Integer, nullable=False),
    UniqueConstraint("login"),
)

#: Sessions, by the digest of a token that the browser alone has.
session = Table(
    "session",
    metadata,
    Column("id", ID, primary_key=True),
    Column("account", ID, nullable=False),
    Column("token", String(64), nullable=False),  # SHA-256: the token has 256 bits of its own
    Column("began_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),  # however much it is used
    Column("ended_at", BigInteger),  # signed out, or ended by somebody
    Column("mac", String(64), nullable=False),  # over all before but ended_at
    Column("seen_at", BigInteger, nullable=False),  # to the minute: an idle one ends
    UniqueConstraint("token"),
    Index("ix_session_account", "account", sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
)

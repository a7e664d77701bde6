"""Tables of people who work here, their drafts, what they say of services, and tries of parties, beside those of the schema."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, UniqueConstraint, text

from gateway.journal.store.text_columns import LongText, String

_ID = String(36)  # uuid7, as text
#: Sessions that nobody has ended, as their index and every statement has it.
OPEN = "ended_at IS NULL"
#: Drafts of somebody whose ID is typed by now.
OF_SOMEBODY = "person_index IS NOT NULL"


def account_table(metadata: MetaData) -> Table:
    """Make the table of accounts. One row opens nothing without its ``mac``, whoever wrote it into the database."""
    return Table(
        "account",
        metadata,
        Column("id", _ID, primary_key=True),
        Column("login", String(50), nullable=False),
        Column("name", String(100), nullable=False),  # as colleagues know them
        Column("role", String(100), nullable=False),  # clerk | officer:<department> | head:<department> | supervisor | operator | …
        Column("owner_group", String(50)),  # whose cases a clerk's are
        Column("password", LongText, nullable=False),  # Argon2id with its parameters and salt (PHC string)
        Column("totp", LongText),  # the shared secret, encrypted; none: a password alone signs in
        Column("created_at", BigInteger, nullable=False),
        Column("changed_at", BigInteger, nullable=False),  # sessions from before it have ended
        Column("disabled_at", BigInteger),
        Column("mac", String(64), nullable=False),  # over all before, under a key that is not in the database
        Column("totp_step", BigInteger),  # the last time step (RFC 6238) of which a code was taken: none is taken twice
        UniqueConstraint("login"),
    )


def session_table(metadata: MetaData) -> Table:
    """Make the table of sessions, by the digest of a token that the browser alone has."""
    return Table(
        "session",
        metadata,
        Column("id", _ID, primary_key=True),
        Column("account", _ID, nullable=False),
        Column("token", String(64), nullable=False),  # SHA-256: the token has 256 bits of its own
        Column("began_at", BigInteger, nullable=False),
        Column("ends_at", BigInteger, nullable=False),  # however much it is used
        Column("ended_at", BigInteger),  # signed out, or ended by somebody
        Column("mac", String(64), nullable=False),  # over all before but ended_at
        Column("seen_at", BigInteger, nullable=False),  # to the minute: an idle one ends
        UniqueConstraint("token"),
        Index("ix_session_account", "account", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
    )


def answer_try_table(metadata: MetaData) -> Table:
    """Make the table of wrong tries at the last characters of a party's document, since its receipt was given. None: no row."""
    return Table(
        "answer_try",
        metadata,
        Column("party", _ID, primary_key=True),
        Column("receipt_at", BigInteger, nullable=False),  # of the receipt: another one begins from nothing
        Column("wrong", Integer, nullable=False),
        Column("last_at", BigInteger, nullable=False),
    )


def draft_table(metadata: MetaData) -> Table:
    """Make the table of drafts, applications that are not filed yet.

    Nothing that was typed is in it: that lies in ``payload``, until the draft is filed, discarded or has expired.
    """
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


def service_control_table(metadata: MetaData) -> Table:
    """Make the table of suspensions: one row a suspension, in force, planned or over. The reason is personal and stands in the payload."""
    return Table(
        "service_control",
        metadata,
        Column("id", _ID, primary_key=True),
        Column("service", String(50), nullable=False),  # which need not be in the catalogue any more
        Column("since", BigInteger, nullable=False),
        Column("until", BigInteger),  # none: until somebody says so
        Column("notice_zh", LongText, nullable=False),
        Column("notice_en", LongText),  # none: the Chinese one is shown
        Column("version", Integer, nullable=False),
    )

"""The tables, in types that SQLite and PostgreSQL share. Times are microseconds since the epoch (UTC).

Personal data stands in ``payload`` alone. ``audit`` entries hold names of fields, states and commitments, never values.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)

from gateway.journal.store.hours_schema import case_hour_table, department_hour_table
from gateway.journal.store.people_schema import account_table, answer_try_table, draft_table, service_control_table, session_table
from gateway.journal.store.text_columns import LongText, String

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(36)  # uuid7, as text


def _partial(name: str, *columns: str, where: str) -> Index:
    """Make an index over the rows alone that fit this condition, which a statement has to repeat to the letter."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


#: Facts about this journal: its id, which secrets it was made with.
#: Keys among them: the journal's own id, the time since which every chain has been signed, and the mark of a restore that has not come to
#: its end.
JOURNAL_ID, SIGNED_SINCE, UNFINISHED = "journal", "audit_signed", "restoring"
meta = Table("meta", metadata, Column("key", String(50), primary_key=True), Column("value", LongText, nullable=False))

#: Definitions of services by digest, to which cases under way are pinned.
service_definition = Table(
    "service_definition",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("code", String(50), nullable=False),
    Column("definition", LongText, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
)

#: The condition of an application that is still to end by the date that was promised.
PROMISED = "ended_at IS NULL AND due_at IS NOT NULL"
#: The condition of one that has ended.
ENDED = "ended_at IS NOT NULL"
#: The conditions of applications that are their caller's own, and of those that are a group's.
UNGROUPED, GROUPED = "owner_group IS NULL", "owner_group IS NOT NULL"

application = Table(
    "application",
    metadata,
    Column("id", ID, primary_key=True),
    Column("number", String(50), nullable=False),
    Column("caller", ID, nullable=False),
    Column("service", String(50), nullable=False),
    Column("service_digest", String(64), ForeignKey("service_definition.digest"), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("needs_attention", Boolean, nullable=False),
    Column("trace_id", String(32), nullable=False),
    Column("applicant_index", String(64), nullable=False),  # HMAC of ID type and number: whoever knows them finds it
    Column("received_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("withdrawal_asked", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("owner_group", String(50)),  # of the key that filed it; none: of a key that was a group of its own then
    Column("handed_in_at", BigInteger),
    Column("end_reason", String(20)),
    UniqueConstraint("number"),
    Index("ix_application_own", "caller", "id", sqlite_where=text(UNGROUPED), postgresql_where=text(UNGROUPED)),
    Index("ix_application_group", "owner_group", "id", sqlite_where=text(GROUPED), postgresql_where=text(GROUPED)),
    Index(None, "state", "id"),
    Index(None, "service", "id"),
    Index(None, "applicant_index", "id"),
    _partial("ix_application_attention", "id", where="needs_attention"),
    _partial("ix_application_promised", "due_at", where=PROMISED),
    _partial("ix_application_ended", "ended_at", where=ENDED),
)

#: The condition of a delivery to which nothing will ever happen: sent by nobody, or to be claimed at no time.
SILENT = "lease_owner IS NULL AND (state = 'sending' OR due_at IS NULL AND (state = 'ready' OR state = 'deciding'))"

delivery = Table(
    "delivery",
    metadata,
    Column("id", ID, primary_key=True),
    Column("application_id", ID, ForeignKey("application.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("step", String(50), nullable=False),
    Column("department", String(50), nullable=False),
    Column("operation", String(50), nullable=False),
    Column("required", Boolean, nullable=False),
    Column("after", String(500), nullable=False),  # names of steps, comma-separated
    Column("state", String(20), nullable=False),
    Column("action", String(10), nullable=False),
    Column("due_at", BigInteger),
    Column("round", Integer, nullable=False),
    Column("sent_revision", Integer),
    Column("attempts", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("checks", Integer, nullable=False),
    Column("doubt_since", BigInteger),
    Column("first_sent_at", BigInteger),
    Column("last_sent_at", BigInteger),
    Column("reference", String(200)),
    Column("skip_reason", String(20)),
    Column("problem", String(100)),
    Column("outcome_code", String(50)),
    Column("withdrawing", Boolean, nullable=False),
    Column("lease_owner", ID),
    Column("lease_until", BigInteger),
    Column("epoch", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("data_refused", Boolean),  # true where it is held because its data was refused
    Column("told_otherwise", LongText),  # names of fields, comma-separated: what the department was told and the application says otherwise
    UniqueConstraint("application_id", "step"),
    _partial("ix_delivery_due", "department", "action", "due_at", where="due_at IS NOT NULL"),
    _partial("ix_delivery_lease", "lease_until", where="lease_owner IS NOT NULL"),
    _partial("ix_delivery_told_otherwise", "id", "application_id", where="told_otherwise IS NOT NULL"),
    _partial("ix_delivery_silent", "id", where=SILENT),
    Index(None, "department", "state", "id"),
    Index(None, "state", "id"),
    _partial("ix_delivery_reference", "department", "reference", where="reference IS NOT NULL"),
)

#: The condition of a party that has a query code.
CODED = "code_mac IS NOT NULL"

#: Persons and organisations of a case, one row each however many roles they have in it. One who has left it has neither role nor index.
party = Table(
    "party",
    metadata,
    Column("id", ID, nullable=False),
    Column("application_id", ID, ForeignKey("application.id"), nullable=False),
    Column("roles", LongText, nullable=False),  # comma-separated, in order of their names
    Column("kind", String(20), nullable=False),  # person | organization
    Column("acts_for", ID),  # the party for whom the applicant acts
    Column("person_index", String(64)),  # HMAC of ID type and number, or of "uscc" and the code, as an application's applicant_index
    Column("version", Integer, nullable=False),
    Column("code_mac", BigInteger),  # keyed digest of the query code, of 64 bits; none: no receipt was given, or it is dead
    Column("receipt_at", BigInteger),  # of which a key outside the database makes the code and the link
    PrimaryKeyConstraint("application_id", "id"),  # a case's together, so that they are read and added along one index
    UniqueConstraint("person_index", "application_id"),  # by which a person's cases are found, newest last
    Index("ix_party_code", "code_mac", unique=True, sqlite_where=text(CODED), postgresql_where=text(CODED)),
    sqlite_with_rowid=False,
)

#: Calls that have ended, each by its delivery and the lease it had. One under way stands in its delivery alone.
attempt = Table(
    "attempt",
    metadata,
    Column("delivery_id", ID, ForeignKey("delivery.id"), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("action", String(10), nullable=False),
    Column("node", ID, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger, nullable=False),
    Column("result", String(100), nullable=False),
    Column("detail", String(500)),
    PrimaryKeyConstraint("delivery_id", "epoch"),
    Index(None, "started_at"),
    sqlite_with_rowid=False,
)

#: The only table with personal data: what was handed in (part ``form``), what departments answered (``outcome:<step>``),
#: free texts (``note:<id>``), callbacks nobody waits for yet (``inbox:<department>:<message>``, application ``-``), what is typed into
#: a draft, a row a field (``draft:<pointer>``, the draft in the place of the application).
payload = Table(
    "payload",
    metadata,
    Column("application_id", ID, nullable=False),
    Column("part", String(300), nullable=False),
    Column("revision", Integer, nullable=False),  # of the form, or the round of an outcome
    Column("blob", LargeBinary, nullable=False),
    Column("salt", LargeBinary),  # of the audit's commitment to it; none: written before there were any
    PrimaryKeyConstraint("application_id", "part", "revision"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("caller", ID, nullable=False),
    Column("key", String(255), nullable=False),
    Column("body_hmac", String(64), nullable=False),
    Column("application_id", ID, nullable=False),
    Column("revision", Integer, nullable=False),  # 1: it filed the application; later: it filed that revision
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("caller", "key"),
)

#: Callbacks as they came: one row a message, however often it is repeated.
inbox = Table(
    "inbox",
    metadata,
    Column("department", String(50), nullable=False),
    Column("message_id", String(200), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("key", String(100)),
    Column("reference", String(200)),
    Column("outcome", String(20), nullable=False),
    Column("delivery_id", ID),
    Column("standing", String(20), nullable=False),  # waiting | applied | kept (evidence that moved nothing)
    PrimaryKeyConstraint("department", "message_id"),
    _partial("ix_inbox_key", "department", "key", where="standing = 'waiting'"),
    _partial("ix_inbox_reference", "department", "reference", where="standing = 'waiting'"),
    Index(None, "department", "received_at"),
)

#: The standing of each department: the breaker, a stop for refused credentials. Seen by every reader, remembered over restarts.
department = Table(
    "department",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("breaker", String(20), nullable=False),  # closed | open | half_open | stopped
    Column("failures", Integer, nullable=False),  # in a row
    Column("problem", String(100)),
    Column("since", BigInteger, nullable=False),
    Column("probe_at", BigInteger),
    Column("version", Integer, nullable=False),
)

#: Operators' word on a department, which holds on every node, over the configuration. It is apart from the standing, which nodes write by
#: themselves.
department_control = Table(
    "department_control",
    metadata,
    Column("name", String(50), primary_key=True),
    Column("paused", Boolean, nullable=False),
    Column("concurrency", Integer),  # none: as configured
    Column("rate_per_second", Float),  # none: as configured
    Column("changed_at", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
)

#: Suspensions of services, which hold on every node.
service_control = service_control_table(metadata)

#: Deliveries that each department with a quota was handed for the first time, a row a day (Asia/Shanghai). They are counted in the
#: transaction that leases them, whichever node it is.
quota_use = Table(
    "quota_use",
    metadata,
    Column("department", String(50), nullable=False),
    Column("day", String(8), nullable=False),
    Column("used", Integer, nullable=False),
    PrimaryKeyConstraint("department", "day"),
)

#: The audit's chains, one a writer, each with its head. A row is written in every commit, so it says whether a commit whose end is unknown
#: has happened. A writer that finds another ``batch`` than its own has lost its chain.
chain = Table(
    "chain",
    metadata,
    Column("id", ID, primary_key=True),
    Column("node", ID, nullable=False),  # the process incarnation that writes it
    Column("batch", BigInteger, nullable=False),  # commits of this writer
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("seen_at", BigInteger, nullable=False),  # when its node last said that it lives
    Column("signature", String(88)),  # Ed25519 over all of this but node and seen_at; none: an older version wrote it
    Column("closed_at", BigInteger),  # by another writer, when this one was gone
)

#: Process incarnations that serve or dispatch, each as it says of itself. Commands are not among them.
node = Table(
    "node",
    metadata,
    Column("id", ID, primary_key=True),  # the owner of its leases
    Column("host", String(255), nullable=False),
    Column("process", Integer, nullable=False),
    Column("address", String(300)),  # where it answers; none: on its unix socket alone
    Column("roles", String(20), nullable=False),
    Column("version", String(50), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),  # when it last said that it lives
    Column("left_at", BigInteger),  # it ended in order
)

#: Repairs of many deliveries, worked through by whichever node holds the job's lease.
job = Table(
    "job",
    metadata,
    Column("id", ID, primary_key=True),
    Column("caller", ID, nullable=False),
    Column("key", String(255), nullable=False),  # Idempotency-Key: started twice it is one job
    Column("body_hmac", String(64), nullable=False),
    Column("filter", LongText, nullable=False),  # JSON: which deliveries, without personal data
    Column("state", String(20), nullable=False),  # running | stopped | ended
    Column("selected", BigInteger, nullable=False),  # how many fitted when it was started
    Column("cursor", ID),  # the last delivery looked at: in order of arrival
    Column("last", ID),  # the last one that fitted when it was started
    Column("created_at", BigInteger, nullable=False),  # what changed later is not this job's
    Column("ended_at", BigInteger),
    Column("lease_owner", ID),
    Column("lease_until", BigInteger),
    Column("version", Integer, nullable=False),
    UniqueConstraint("caller", "key"),
    _partial("ix_job_running", "id", where="state = 'running'"),
)

#: The result of a job for each delivery. How that one fared since, the delivery says.
job_delivery = Table(
    "job_delivery",
    metadata,
    Column("job_id", ID, ForeignKey("job.id"), nullable=False),
    Column("delivery_id", ID, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("result", String(50), nullable=False),  # released | why it was passed over
    PrimaryKeyConstraint("job_id", "delivery_id"),
)

#: The condition of entries that vouch for what was written before, as it stood (:mod:`gateway.journal.verification.baseline`).
VOUCHES = "event = 'audit_baseline' OR event = 'rows_vouched' OR event = 'cases_vouched'"

audit = Table(
    "audit",
    metadata,
    Column("chain", ID, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("event", String(50), nullable=False),
    Column("actor", String(100), nullable=False),
    Column("application_id", ID),
    Column("event_no", Integer),  # of this application's events, from 1: its version after the change
    Column("delivery_id", ID),
    Column("details", LongText, nullable=False),  # canonical JSON, without personal data
    Column("hash", String(64), nullable=False),  # SHA-256 over the one before and this entry
    PrimaryKeyConstraint("chain", "seq"),
    Index(None, "application_id", "event_no"),
    _partial("ix_audit_vouched", "chain", "seq", where=VOUCHES),
)

#: The next sequence of 办件编号, a row an implementation code and day. Sequences are reserved in blocks, so gaps are allowed.
number_block = Table(
    "number_block",
    metadata,
    Column("implementation", String(31), nullable=False),
    Column("day", String(8), nullable=False),
    Column("next", Integer, nullable=False),
    PrimaryKeyConstraint("implementation", "day"),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", String(100), nullable=False),
    Column("role", String(100), nullable=False),  # front-end | department:<name> | operator | auditor
    Column("hash", String(64), nullable=False),  # SHA-256: the key has 256 bits of its own, so a slow hash adds nothing
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("mac", String(64)),  # over the others, under a key that is not in the database; none once it is revoked
    Column("expires_at", BigInteger),  # none: it does not end by itself
    Column("caller", ID),  # the first key of those that succeeded one another, as which it calls; none: as itself
    Column("last_used_at", BigInteger),  # to the minute, and written some later
    Column("owner_group", String(50)),  # whose cases are its own; none: a group of its own
    UniqueConstraint("hash"),
)

#: People who work at the centre, and where they are signed in.
account, session = account_table(metadata), session_table(metadata)

#: Wrong tries of whoever has a receipt and says to be its party.
answer_try = answer_try_table(metadata)

#: Applications that are not filed yet.
draft = draft_table(metadata)

#: Counts by the hour, of cases and of what passed between us and each department.
case_hour, department_hour = case_hour_table(metadata), department_hour_table(metadata)

"""The statements of the lists: each goes along one index, newest first, from where the page before ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, and_, false, func, literal, or_, select, text, true, tuple_, union, union_all

from gateway.journal.store.schema import UNGROUPED, api_key, application, audit, delivery, party
from gateway.model.application import ApplicationState, EndReason
from gateway.model.delivery import DeliveryState
from gateway.model.service import APPLICANT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, CompoundSelect, Select
    from sqlalchemy.sql.base import ReadOnlyColumnCollection

    from gateway.journal.store.views import ApplicationFilter, AuditFilter, DeliveryFilter
    from gateway.model.application import Reach

#: Audit entries that one page looks through for an event, so that a rare one costs no more.
AUDIT_REACH = 10_000
#: Microseconds by which a range of ids is widened, since an id is made moments before its time of receipt is taken.
SLACK = 60_000_000


def id_time(uuid7: str) -> int:
    """Give the time when an id of ours was made, in microseconds (RFC 9562, UUIDv7: milliseconds in its first 48 bits)."""
    return int(uuid7[:8] + uuid7[9:13], 16) * 1000


def id_at(microseconds: int) -> str:
    """Give the start of every id made at that time, which sorts before all of them."""
    millis = f"{min(max(microseconds // 1000, 0), 2**48 - 1):012x}"
    return f"{millis[:8]}-{millis[8:]}"


def equal(*pairs: tuple[ColumnElement[str], str | None]) -> list[ColumnElement[bool]]:
    """Give the conditions that these columns have the values that are asked for. None asks for nothing."""
    return [column == str(value) for column, value in pairs if value is not None]


def within(reach: Reach | None) -> ColumnElement[bool]:
    """Give the condition on ``application`` that holds for the cases of the reach alone, for all where it is None.

    Several owners lead along no index: a statement that has no other gives each owner a part, as :func:`applications` does.
    """
    return true() if reach is None else or_(*_owners(reach))


def _owners(reach: Reach) -> list[ColumnElement[bool]]:
    """Give a condition for each owner of cases of a reach, each of which goes along an index, newest first."""
    table = application.c
    group = () if reach.group is None else (table.owner_group == reach.group,)
    # Written as the partial index has it, so that the index is used.
    alone = text(f"application.{UNGROUPED}")
    return [*group, *(and_(table.caller == caller, alone) for caller in sorted(reach.callers))] or [false()]


def fellows(group: str) -> Select[Any]:
    """Select the callers of a group that filed cases before they came into one."""
    caller = func.coalesce(api_key.c.caller, api_key.c.id)
    # With a limit of its own the look goes along the index for each key, whatever the store thinks of the number of cases.
    filed = select(application.c.id).where(application.c.caller == caller, text(f"application.{UNGROUPED}")).limit(1).scalar_subquery()
    return select(caller).where(api_key.c.owner_group == group, filed.is_not(None)).distinct()


def applications(wanted: ApplicationFilter, cursor: str | None, limit: int) -> Select[Any]:
    """Select applications that fit, newest first, one more than ``limit``.

    Each owner's cases, and those of each state, have a place of their own in an index, so those of several are merged from a page of each.
    """
    owners = [within(wanted.reach)] if wanted.reach is None or wanted.person_index is not None else _owners(wanted.reach)
    parts = [(replace(wanted, state=state), owner) for state in wanted.states or (wanted.state,) for owner in owners]
    if len(parts) == 1:
        return _some_applications(*parts[0], cursor, limit)
    pages = [_some_applications(*part, cursor, limit).with_only_columns(application.c.id).subquery() for part in parts]
    merged = union_all(*map(select, pages)).subquery()
    last = select(merged.c.id).order_by(merged.c.id.desc()).limit(limit + 1)
    return select(application).where(application.c.id.in_(last)).order_by(application.c.id.desc())


def _some_applications(wanted: ApplicationFilter, owner: ColumnElement[bool], cursor: str | None, limit: int) -> Select[Any]:
    table = application.c
    columns = ((table.state, wanted.state), (table.service, wanted.service), (table.caller, wanted.filer))
    statement = select(application).where(*equal(*columns), owner)
    if wanted.person_index is not None:
        found = _of_person(wanted, wanted.person_index, cursor, limit).subquery()
        statement = statement.where(table.id.in_(select(found.c.id)))
    if wanted.department is not None:
        part = select(delivery.c.id).where(delivery.c.application_id == table.id, delivery.c.department == wanted.department)
        statement = statement.where(part.exists())
    statement = _for_the_book(wanted, statement)
    if wanted.voided is not None and wanted.state is ApplicationState.WITHDRAWN:
        voided = table.end_reason.is_not_distinct_from(EndReason.VOIDED.value)
        statement = statement.where(voided if wanted.voided else ~voided)
    if wanted.needs_attention is not None:
        # Written as the partial index has it, so that the index is used.
        statement = statement.where(text("application.needs_attention" if wanted.needs_attention else "NOT application.needs_attention"))
    if wanted.told_otherwise is not None:
        told = select(delivery.c.application_id).where(delivery.c.told_otherwise.is_not(None))
        statement = statement.where(table.id.in_(told) if wanted.told_otherwise else table.id.not_in(told))
    if wanted.received_after is not None:
        statement = statement.where(table.id >= id_at(wanted.received_after - SLACK), table.received_at >= wanted.received_after)
    if wanted.received_before is not None:
        statement = statement.where(table.id < id_at(wanted.received_before + SLACK), table.received_at <= wanted.received_before)
    if cursor is not None:
        statement = statement.where(table.id < cursor)
    return statement.order_by(table.id.desc()).limit(limit + 1)


def _for_the_book(wanted: ApplicationFilter, statement: Select[Any]) -> Select[Any]:
    table = application.c
    if wanted.handed_to is not None:
        states = [delivery.c.state.in_([state.value for state in wanted.handed_states])] if wanted.handed_states else []
        part = select(delivery.c.id).where(delivery.c.application_id == table.id, *handed(wanted.handed_to), *states)
        statement = statement.where(part.exists())
    if wanted.late_at is not None:
        statement = statement.where(text("application.ended_at IS NULL"), table.due_at < wanted.late_at)
    return statement


def handed(department: str) -> list[ColumnElement[bool]]:
    """Give the conditions on ``delivery`` that a department was handed it, in this round or in one before."""
    return [delivery.c.department == department, or_(delivery.c.first_sent_at.is_not(None), delivery.c.round > 1)]


def _of_person(wanted: ApplicationFilter, indexes: tuple[str, ...], cursor: str | None, limit: int) -> CompoundSelect[Any]:
    """Select ids of the cases in which somebody has a role: a page along each index, which together hold the newest.

    The applicant is found by the application itself, as in cases that have no rows of parties, and others by theirs. Of the other filters
    only the reach goes with this one, since a page of either must hold what fits.
    """
    a, p = application.c, party.c
    theirs = [within(wanted.reach)]
    older = [] if cursor is None else [a.id < cursor]
    handed_in = select(a.id).where(a.applicant_index.in_(indexes), *theirs, *older)
    named = select(p.application_id.label("id")).where(p.person_index.in_(indexes), p.roles != APPLICANT)
    if wanted.reach is not None:
        named = named.where(select(a.id).where(a.id == p.application_id, *theirs).exists())
    if cursor is not None:
        named = named.where(p.application_id < cursor)
    if wanted.role is not None:
        named = named.where(literal(",").concat(p.roles).concat(",").contains(f",{wanted.role},", autoescape=True))
    pages = (handed_in.order_by(a.id.desc()).limit(limit + 1), named.order_by(p.application_id.desc()).limit(limit + 1))
    wanted_pages = pages if wanted.role is None else pages[:1] if wanted.role == APPLICANT else pages[1:]
    return union(*(select(one.subquery()) for one in wanted_pages))


def roles(indexes: Sequence[str], application_ids: Sequence[str]) -> Select[Any]:
    """Select the rows of somebody in these applications."""
    return select(party.c.application_id, party.c.roles).where(
        party.c.application_id.in_(application_ids), party.c.person_index.in_(indexes)
    )


def marked(application_ids: Sequence[str]) -> Select[Any]:
    """Select the deliveries of these applications that lists tell of."""
    table = delivery.c
    rejected = table.state == DeliveryState.REJECTED.value
    statement = select(delivery).where(table.application_id.in_(application_ids), or_(rejected, table.told_otherwise.is_not(None)))
    return statement.order_by(table.application_id, table.position)


def deliveries(wanted: DeliveryFilter, cursor: str | None, limit: int) -> Select[Any]:
    """Select deliveries that fit, newest first, one more than ``limit``.

    The index of a department's deliveries is by state first, so all of its states are merged from a page of each. What was told otherwise
    has an index of its own.
    """
    if wanted.department is None or wanted.state is not None or wanted.application_id is not None or wanted.told_otherwise:
        return _some_deliveries(wanted, wanted.state, cursor, limit)
    pages = [select(_some_deliveries(wanted, state, cursor, limit).subquery()) for state in DeliveryState]
    merged = union_all(*pages).subquery()
    return select(merged).order_by(merged.c.id.desc()).limit(limit + 1)


def _some_deliveries(wanted: DeliveryFilter, state: DeliveryState | None, cursor: str | None, limit: int) -> Select[Any]:
    table = delivery.c
    columns: list[ColumnElement[str]] = [table.department, table.state, table.application_id, table.operation, table.problem]
    if wanted.told_otherwise and wanted.application_id is None:
        # Few were told otherwise, and an index has them. As expressions the other columns lead to no index with far more rows.
        columns = [column.concat("") for column in columns]
    values = (wanted.department, state, wanted.application_id, wanted.operation, wanted.problem)
    statement = select(delivery).where(*equal(*zip(columns, values, strict=True)))
    if wanted.told_otherwise is not None:
        statement = statement.where(table.told_otherwise.is_not(None) if wanted.told_otherwise else table.told_otherwise.is_(None))
    if wanted.service is not None:
        filed = select(application.c.id).where(application.c.id == table.application_id, application.c.service == wanted.service)
        statement = statement.where(filed.exists())
    if cursor is not None:
        statement = statement.where(table.id < cursor)
    return statement.order_by(table.id.desc()).limit(limit + 1)


def audit_entries(wanted: AuditFilter, cursor: str | None, limit: int) -> Select[Any]:
    """Select audit entries that fit, newest first, one more than ``limit``. Few are looked for among ``AUDIT_REACH`` entries."""
    order = (audit.c.chain.desc(), audit.c.seq.desc())
    if not wanted.is_looked_for:
        case = equal((audit.c.application_id, wanted.application_id))
        return select(audit).where(*case, *_fitting(wanted, audit.c), *_before(cursor)).order_by(*order).limit(limit + 1)
    reach = select(audit).where(*_before(cursor)).order_by(*order).limit(AUDIT_REACH).subquery()
    found = select(reach).where(*_fitting(wanted, reach.c))
    return found.order_by(reach.c.chain.desc(), reach.c.seq.desc()).limit(limit + 1)


def _fitting(wanted: AuditFilter, entry: ReadOnlyColumnCollection[str, Any]) -> list[ColumnElement[bool]]:
    """Give the conditions on an entry beside its case. A department is that of the delivery, or named in the details, or the actor."""
    found = equal((entry.event, wanted.event), (entry.actor, wanted.actor))
    if wanted.since is not None:
        found.append(entry.at >= wanted.since)
    if wanted.before is not None:
        found.append(entry.at < wanted.before)
    if wanted.department is not None:
        its = select(delivery.c.department).where(delivery.c.id == entry.delivery_id).scalar_subquery() == wanted.department
        said = entry.details.contains(f'"department":"{wanted.department}"', autoescape=True)
        found.append(or_(its, said, entry.actor == f"department:{wanted.department}"))
    return found


def audit_reach(cursor: str | None) -> Select[Any]:
    """Select the last entry that a page looked through, when there may be more behind it."""
    statement = select(audit.c.chain, audit.c.seq).where(*_before(cursor))
    return statement.order_by(audit.c.chain.desc(), audit.c.seq.desc()).offset(AUDIT_REACH - 1).limit(1)


def _before(cursor: str | None) -> list[ColumnElement[bool]]:
    if cursor is None:
        return []
    chain, _, seq = cursor.rpartition(":")
    return [tuple_(audit.c.chain, audit.c.seq) < tuple_(literal(chain), literal(int(seq), BigInteger))]

"""Acts of operators on a case or a department: who did what, when, and why in their own words, read back for other operators.

The audit says who, what and when. The words lie in the payload and are gone once that is erased.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, select

from gateway.journal.payload import kept
from gateway.journal.read import reasons
from gateway.journal.store.schema import api_key, audit
from gateway.model import JsonView
from gateway.model.case import NOBODY

#: Acts of an operator on a case, by the audit's event.
OF_A_CASE: Mapping[str, str] = {
    "delivery_resolved": "resolved",
    "resolution_taken_back": "taken_back",
    "delivery_retried": "retried",
    "definition_moved": "moved",
}
#: Acts on one case that are shown at most, the last ones.
_MOST = 50
_CALLER = "caller:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActDone:
    """One act. ``actor`` is as in the audit, ``name`` the key's or the user's own. ``at`` is None where an older release kept no time.

    ``delivery_id`` is None for an act on a whole case or a department. ``job_id`` names the job that acted for its operator.
    """

    act: str
    at: int | None
    actor: str | None
    name: str | None = None
    reason: str | None = None
    delivery_id: str | None = None
    job_id: str | None = None


def of_case(connection: Connection, application_id: str) -> list[ActDone]:
    """Give what operators did with a case and its deliveries, the oldest first. Of very many only the last are given."""
    a = audit.c
    entries = select(a.at, a.event, a.actor, a.delivery_id, a.details).where(a.application_id == application_id, a.event.in_(OF_A_CASE))
    rows = connection.execute(entries.order_by(a.event_no.desc()).limit(_MOST)).all()[::-1]
    details: list[JsonView] = [orjson.loads(row.details) for row in rows]
    words = reasons.by_name(connection, application_id) if rows else {}
    jobs = _of_jobs(connection, {said["job"] for said in details if "job" in said})
    names = _names(connection, {row.actor for row in rows})
    return [
        ActDone(
            act=OF_A_CASE[row.event],
            at=row.at,
            actor=row.actor,
            name=names[row.actor],
            reason=jobs.get(said.get("job", "")) or next((words[part] for part in said.get("commitments", ()) if part in words), None),
            delivery_id=row.delivery_id,
            job_id=said.get("job"),
        )
        for row, said in zip(rows, details, strict=True)
    ]


def of_departments(connection: Connection, departments: Collection[str]) -> dict[str, list[ActDone]]:
    """Give what operators last said of each department, the newest first."""
    found = reasons.of_departments(connection, departments)
    names = _names(connection, {reason.actor for said in found.values() for reason in said if reason.actor is not None})
    return {
        department: [ActDone(act=one.act, at=one.at, actor=one.actor, name=names.get(one.actor or ""), reason=one.text) for one in said]
        for department, said in found.items()
    }


def name_of(connection: Connection, actor: str) -> str | None:
    """Give the name behind an actor of the audit: the key's own, or the user's."""
    return _names(connection, {actor})[actor]


def _of_jobs(connection: Connection, jobs: Collection[str]) -> dict[str, str]:
    if not jobs:
        return {}
    by_part = {reasons.job_reason(job): job for job in jobs}
    return {by_part[one.part]: one.blob.decode(errors="replace") for one in kept(connection, NOBODY, by_part)}


def _names(connection: Connection, actors: Iterable[str]) -> dict[str, str | None]:
    ids = {actor.removeprefix(_CALLER) for actor in actors if actor.startswith(_CALLER)}
    rows = connection.execute(select(api_key.c.id, api_key.c.name).where(api_key.c.id.in_(ids))) if ids else ()
    keys: dict[str, str] = {row.id: row.name for row in rows}
    return {actor: keys.get(actor.removeprefix(_CALLER)) if actor.startswith(_CALLER) else actor.partition(":")[2] for actor in actors}

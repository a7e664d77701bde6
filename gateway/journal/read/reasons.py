"""Acts of operators on a case or a department, and the reasons they gave: who did what, when, and why in their own words.

The audit says who, what and when. It commits to the words and holds none: they are kept in the payload, and read through here alone. A
case's reasons are erased with it. Those of a department belong to no case: they lie with what is nobody's until they are erased there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import orjson
from sqlalchemy import Connection, select

from gateway.journal.payload import NOTE, kept, note_part
from gateway.journal.store.schema import api_key, audit
from gateway.journal.writer.draft import Draft
from gateway.model import JsonView
from gateway.model.application import Application
from gateway.model.case import NOBODY
from gateway.model.delivery import Delivery

_FILED = "application_accepted"
#: Acts of people here on a case, by the audit's event.
OF_A_CASE: Mapping[str, str] = {
    "delivery_resolved": "resolved",
    "resolution_taken_back": "taken_back",
    "delivery_retried": "retried",
    "definition_moved": "moved",
    "application_voided": "voided",
    _FILED: "entered_late",  # on a clerk's word: any other is no act of a person here
}
#: Acts on one case that are shown at most, the last ones.
_MOST = 50
_CALLER = "caller:"
_LATE = note_part("late_entry")
#: The applicant's reason, not an operator's.
WITHDRAWAL = note_part("withdrawal")


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


def keep_reason(draft: Draft, text: str, *, act: str, actor: str, delivery: Delivery) -> None:
    """Keep the reason for an act on a delivery, unless it is empty. A version of a delivery has one reason."""
    _keep(draft, (delivery.application_id, note_part(delivery.id), delivery.version), text, act, actor)


def keep_case_reason(draft: Draft, text: str, *, act: str, actor: str, application: Application, about: str = "definition") -> None:
    """Keep the reason for an act on a whole case."""
    _keep(draft, (application.id, note_part(about), application.version + 1), text, act, actor)


def keep_late_entry(draft: Draft, text: str, *, clerk: str, application_id: str) -> None:
    """Keep why an application is filed only now, as the clerk of that login says."""
    _keep(draft, (application_id, _LATE, 1), text, OF_A_CASE[_FILED], _person(clerk))


def _person(login: str) -> str:
    return f"user:{login}"


def job_reason(job_id: str) -> str:
    """Name the part of the reason for a job, which is nobody's and in its words alone."""
    return note_part(f"job:{job_id}")


def keep_department_reason(draft: Draft, text: str, *, act: str, actor: str, department: str, version: int) -> None:
    """Keep the reason for an act on a department. ``version`` is its row's: of two nodes that act at once one is refused."""
    _keep(draft, (NOBODY, note_part(f"department:{department}"), version), text, act, actor)


def keep_suspension_reason(draft: Draft, text: str, *, act: str, actor: str, suspension: str, version: int) -> None:
    """Keep the reason for an act on a service's suspension. ``version`` is its row's."""
    _keep(draft, (NOBODY, note_part(f"service:{suspension}"), version), text, act, actor)


def _keep(draft: Draft, place: tuple[str, str, int], text: str, act: str, actor: str) -> None:
    if text.strip():
        draft.put_payload(*place, orjson.dumps({"act": act, "actor": actor, "at": draft.now, "reason": text}))


def of_case(connection: Connection, application_id: str) -> list[ActDone]:
    """Give what operators did with a case and its deliveries, the oldest first. Of very many only the last are given."""
    a = audit.c
    entries = select(a.at, a.event, a.actor, a.delivery_id, a.details).where(a.application_id == application_id, a.event.in_(OF_A_CASE))
    found = connection.execute(entries.order_by(a.event_no.desc()).limit(_MOST)).all()[::-1]
    details: list[JsonView] = [orjson.loads(row.details) for row in found]
    told = [(row, said) for row, said in zip(found, details, strict=True) if row.event != _FILED or "clerk" in said]
    words = by_name(connection, application_id) if told else {}
    jobs = _of_jobs(connection, {said["job"] for _, said in told if "job" in said})
    actors = [_person(said["clerk"]) if "clerk" in said else row.actor for row, said in told]
    names = _names(connection, set(actors))
    return [
        ActDone(
            act=OF_A_CASE[row.event],
            at=row.at,
            actor=actor,
            name=names[actor],
            reason=jobs.get(said.get("job", "")) or next((words[part] for part in said.get("commitments", ()) if part in words), None),
            delivery_id=row.delivery_id,
            job_id=said.get("job"),
        )
        for (row, said), actor in zip(told, actors, strict=True)
    ]


def of_departments(connection: Connection, departments: Collection[str], most: int = 10) -> dict[str, list[ActDone]]:
    """Give what operators last said of each department, the newest first."""
    return _of_nobodys(connection, {name: f"department:{name}" for name in departments}, most)


def of_suspensions(connection: Connection, suspensions: Collection[str], most: int = 10) -> dict[str, list[ActDone]]:
    """Give what people did with each suspension, the newest first."""
    return _of_nobodys(connection, {one: f"service:{one}" for one in suspensions}, most)


def _of_nobodys(connection: Connection, notes: Mapping[str, str], most: int) -> dict[str, list[ActDone]]:
    said = {}
    for name, note in notes.items():
        last = kept(connection, NOBODY, [note_part(note)], most=most)
        said[name] = [_read(one.blob, "controlled") for one in last]
    names = _names(connection, {act.actor for acts in said.values() for act in acts if act.actor is not None})
    return {name: [replace(act, name=names.get(act.actor or "")) for act in acts] for name, acts in said.items()}


def by_name(connection: Connection, application_id: str) -> dict[str, str]:
    """Give the words of every reason about a case, by the name under which the audit's entries commit to them."""
    notes = (one for one in kept(connection, application_id, kind=NOTE) if one.part != WITHDRAWAL)
    return {one.name: _read(one.blob, "").reason or "" for one in notes}


def _read(blob: bytes, act: str) -> ActDone:
    """Read a reason as it is kept. An older release kept the words alone, so that ``act`` is all that is known."""
    try:
        said = orjson.loads(blob)
        return ActDone(act=said["act"], at=said["at"], actor=said["actor"], reason=said["reason"])
    except (orjson.JSONDecodeError, KeyError, TypeError, IndexError):
        return ActDone(act=act, at=None, actor=None, reason=blob.decode(errors="replace"))


def name_of(connection: Connection, actor: str) -> str | None:
    """Give the name behind an actor of the audit: the key's own, or the user's."""
    return _names(connection, {actor})[actor]


def _of_jobs(connection: Connection, jobs: Collection[str]) -> dict[str, str]:
    if not jobs:
        return {}
    by_part = {job_reason(job): job for job in jobs}
    return {by_part[one.part]: one.blob.decode(errors="replace") for one in kept(connection, NOBODY, by_part)}


def _names(connection: Connection, actors: Iterable[str]) -> dict[str, str | None]:
    ids = {actor.removeprefix(_CALLER) for actor in actors if actor.startswith(_CALLER)}
    rows = connection.execute(select(api_key.c.id, api_key.c.name).where(api_key.c.id.in_(ids))) if ids else ()
    keys: dict[str, str] = {row.id: row.name for row in rows}
    return {actor: keys.get(actor.removeprefix(_CALLER)) if actor.startswith(_CALLER) else actor.partition(":")[2] for actor in actors}

"""Operators' reasons, in their own words: kept in the payload with who gave each, when and for what, and read through here alone.

A case's reasons are erased with it. Those of a department belong to no case: they lie with what is nobody's until they are erased there.
The audit commits to all of them and holds none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection

from gateway.journal.payload import NOTE, kept, note_part
from gateway.journal.writer.draft import Draft
from gateway.model.application import Application
from gateway.model.case import NOBODY
from gateway.model.delivery import Delivery

_CASE = note_part("definition")
#: The applicant's reason, not an operator's.
WITHDRAWAL = note_part("withdrawal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """An operator's reason for an act. ``actor`` is as in the audit, ``at`` is microseconds. An older release kept neither.

    ``act`` is one word: resolved, moved, paused …
    """

    text: str
    act: str
    actor: str | None = None
    at: int | None = None


def keep_reason(draft: Draft, text: str, *, act: str, actor: str, delivery: Delivery) -> None:
    """Keep the reason for an act on a delivery, unless it is empty. A version of a delivery has one reason."""
    _keep(draft, (delivery.application_id, note_part(delivery.id), delivery.version), text, act, actor)


def keep_case_reason(draft: Draft, text: str, *, act: str, actor: str, application: Application) -> None:
    """Keep the reason for an act on a whole case."""
    _keep(draft, (application.id, _CASE, application.version + 1), text, act, actor)


def job_reason(job_id: str) -> str:
    """Name the part of the reason for a job, which is nobody's and in its words alone."""
    return note_part(f"job:{job_id}")


def keep_department_reason(draft: Draft, text: str, *, act: str, actor: str, department: str, version: int) -> None:
    """Keep the reason for an act on a department. ``version`` is its row's: of two nodes that act at once one is refused."""
    _keep(draft, (NOBODY, note_part(f"department:{department}"), version), text, act, actor)


def _keep(draft: Draft, place: tuple[str, str, int], text: str, act: str, actor: str) -> None:
    if text.strip():
        draft.put_payload(*place, orjson.dumps({"act": act, "actor": actor, "at": draft.now, "reason": text}))


def of_departments(connection: Connection, names: Collection[str], most: int = 10) -> dict[str, list[Reason]]:
    """Give the last reasons that were given about each department, the newest first."""
    found = {}
    for name in names:
        last = kept(connection, NOBODY, [note_part(f"department:{name}")], most=most)
        found[name] = [_read(one.blob, "controlled") for one in last]
    return found


def by_name(connection: Connection, application_id: str) -> dict[str, str]:
    """Give the words of every reason about a case, by the name under which the audit's entries commit to them."""
    notes = (one for one in kept(connection, application_id, kind=NOTE) if one.part != WITHDRAWAL)
    return {one.name: _read(one.blob, "").text for one in notes}


def _read(blob: bytes, act: str) -> Reason:
    """Read a reason as it is kept. An older release kept the words alone, so that ``act`` is all that is known."""
    try:
        kept = orjson.loads(blob)
        return Reason(text=kept["reason"], act=kept["act"], actor=kept["actor"], at=kept["at"])
    except (orjson.JSONDecodeError, KeyError, TypeError, IndexError):
        return Reason(text=blob.decode(errors="replace"), act=act)

"""Images in the entries of a change: they say how it leaves what it changed, so that the tables can be held against them.

It is done here once the change has decided, and not by each change, so that none can forget it.
"""

from __future__ import annotations

from gateway.journal.audit.hash_chain import Entry
from gateway.journal.audit.row_digests import image_of, same_standing
from gateway.journal.writer.draft import Draft
from gateway.model import Details
from gateway.model.case import NOBODY, Case

#: The entry of a row that was written with nothing worth telling of its case (a question that failed), or for no case.
KEPT = "record_kept"
#: The entry of a case that was changed without a word.
_CHANGED = "case_changed"


def complete_entries(draft: Draft) -> None:
    """Complete a change's entries: images of its cases, digests of its rows, commitments to its payloads."""
    for case_id in [*draft.cases]:
        _complete_case(draft, case_id)
    for owner in dict.fromkeys([*draft.rows, *draft.rows_found, *draft.commitments, *draft.erased]):
        details = _details(draft, owner)
        if erased := draft.erased.get(owner):
            details["erased"] = sorted(f"{part}@{revision}" for part, revision in erased)
        if rows := draft.rows.get(owner):
            details["rows"] = rows
        if found := draft.rows_found.get(owner):
            details["rows_found"] = found
        if commitments := draft.commitments.get(owner):
            details["commitments"] = {**details.get("commitments", {}), **commitments}


def _complete_case(draft: Draft, case_id: str) -> None:
    loaded = draft.loaded
    if case_id not in draft.said:
        if not _told(draft, case_id, loaded.cases.get(case_id)):
            return
        draft.settle(case_id, _CHANGED, "gateway", {}, before=loaded.cases.get(case_id))
    details = draft.said[case_id]
    if (found := loaded.found.pop(case_id, None)) is not None:
        details["found"] = image_of(found.application, found.deliveries)
    case = draft.cases[case_id]
    details["image"] = image_of(case.application, case.deliveries)


def _told(draft: Draft, case_id: str, before: Case | None) -> bool:
    """Tell whether a change that settled nothing has changed what the case's image tells."""
    case = draft.cases[case_id]
    if before is None or case.application != before.application:
        return True
    return not all(same_standing(before.deliveries[d.step], d) for d in case.deliveries.values() if d.id in draft.changed)


def _details(draft: Draft, owner: str) -> Details:
    """Give the details of the entry that tells of the owner's rows. An entry is made where there is none."""
    if owner in draft.said:
        return draft.said[owner]
    application_id = None if owner == NOBODY else owner
    for entry in reversed(draft.entries):
        if entry.application_id == application_id and isinstance(entry.details, dict):
            return entry.details
    details: Details = {}
    draft.entries.append(Entry(event=KEPT, actor="gateway", application_id=application_id, details=details))
    return details

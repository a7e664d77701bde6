"""The receipts of a draft that is filed, one for each party, to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gateway.api.http.problems import not_found
from gateway.cases.rights import Act, may
from gateway.journal.queues.parties import of_case
from gateway.model.service import APPLICANT
from gateway.texts.refusals import Refused
from gateway.web.citizen.progress import followed_by
from gateway.web.console.words import number_groups
from gateway.web.counter.filling.papers import KEPT, SEEN, titles
from gateway.web.counter.receipts import texts
from gateway.web.counter.receipts.paper import Brought, paper
from gateway.web.counter.site import site_of
from gateway.web.counter.steps import StepSheet, page
from gateway.web.times import clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.api.http.route import Asked
    from gateway.cases.drafts.view import DraftView
    from gateway.cases.receipts.receipt import Receipt
    from gateway.journal.store.views import CaseView, Event
    from gateway.model.service import Service
    from gateway.web.counter.receipts.paper import Paper


async def show(asked: Asked, draft: DraftView) -> StepSheet | str:
    """The receipts of the case that the draft became. One that is not filed has none yet: it goes on where it is checked."""
    if draft.application_id is None:
        return f"/counter/{draft.id}/check"
    view = await asked.parts.insights.application(draft.application_id)
    if view is None or may(asked.caller, Act.READ, view.application) is None:
        raise not_found()
    events, _ = await asked.parts.insights.events(view.application.id, 0, 1)
    clerk, said = await _clerk(asked, view), events[0].details if events else {}
    values = {
        "case": view.application,
        "groups": number_groups(view.application.number),
        "papers": await papers(asked, view, events),
        "clerk": clerk,
        "at_window": said.get("window"),
        "other": texts.filed_already_by(clerk or "-", clock(view.application.received_at)) if "again" in asked.request.query else None,
        "site": f"{site_of(asked)}/t",
    }
    return StepSheet(draft=draft, template="receipt.html", values=values)


async def papers(asked: Asked, view: CaseView, events: list[Event]) -> list[Paper]:
    """Make the receipts of a case, the applicant's first."""
    rows = await asked.parts.insights.read(lambda connection: of_case(connection, view.application.id))
    given = [receipt for row in rows if row.roles and (receipt := asked.parts.receipts.of(row)) is not None]
    return [await _paper(asked, receipt, events) for receipt in sorted(given, key=lambda receipt: APPLICANT not in receipt.party.roles)]


async def _paper(asked: Asked, receipt: Receipt, events: list[Event]) -> Paper:
    followed = await followed_by(asked, receipt.party)
    return paper(
        followed,
        receipt,
        link=f"{site_of(asked)}{receipt.link}",
        service=asked.parts.catalogue.by_digest(followed.view.application.service_digest),
        brought=_brought(followed.definition, events),
    )


def _brought(definition: Service, events: list[Event]) -> Brought:
    """Read from the entry of the filing which papers were looked at, and which were kept."""
    said: Mapping[str, str] = (events[0].details if events else {}).get("papers") or {}
    known = titles(definition)
    found = [(known[key], state) for key, state in said.items() if key in known]
    return Brought(returned=[title for title, state in found if state == SEEN], kept=[title for title, state in found if state == KEPT])


async def _clerk(asked: Asked, view: CaseView) -> str | None:
    try:
        return (await asked.parts.people.accounts.one(view.application.caller)).name
    except Refused:
        return None  # a program filed it


PAGES: Final = (page("receipt", show, summary="The receipts of a draft that is filed"),)

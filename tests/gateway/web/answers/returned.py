"""Cases that a department has returned, in a whole gateway that hands nothing over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.journal.payload import outcome_part
from gateway.journal.queues.parties import of_case
from gateway.journal.store.views import CaseView
from gateway.journal.writer.draft import Change, Draft, Needs
from gateway.model.case import Party
from gateway.model.delivery import Delivery, DeliveryState
from gateway.model.moves import decided, ready
from gateway.model.outcome import FieldProblem, Returned, said_blob
from tests.gateway.web.conftest import Browser, Hall
from tests.gateway.web.console.filed import file, seen

#: The end of each person's number in the samples.
SELLER, BUYER, APPLICANT = "010016", "310026", "010018"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Return(Change[None]):
    delivery: Delivery
    outcome: Returned
    places: Mapping[str, str]

    @property
    def needs(self) -> Needs:
        return Needs(delivery=self.delivery.id, payload=True)

    def decide(self, draft: Draft) -> None:
        case = draft.case(self.delivery.application_id)
        delivery = case.by_id(self.delivery.id)
        if delivery.state is DeliveryState.WAITING:
            delivery = draft.put(delivery, ready(draft.now))
        draft.put(delivery, decided(DeliveryState.RETURNED), outcome_code=self.outcome.code, attempts=1)
        blob = said_blob(self.outcome, lambda at: self.places.get(at, ""))
        draft.put_payload(case.application.id, outcome_part(delivery.step), delivery.round, blob)
        draft.settle(case.application.id, "outcome_recorded", "gateway", {"result": "returned"}, delivery_id=self.delivery.id, before=case)


async def give_back(hall: Hall, view: CaseView, step: str, asked: Mapping[str, str], reason: str = "请核对后重新提交") -> CaseView:
    """Have a step's department return it, and ask for these places with these words."""
    fields = tuple(FieldProblem(at, words) for at, words in asked.items())
    outcome = Returned(code="51", reason=reason, fields=fields)
    change = _Return(delivery=view.deliveries[step], outcome=outcome, places={at: at for at in asked})
    await hall.gateway.parts.repairs.journal.write(change)
    return await seen(hall, view.application.id)


async def returned(hall: Hall, service: str = "house-transfer", **asked: str) -> CaseView:
    """File a case whose last step asks for these fields of the form."""
    view = await file(hall, service)
    return await give_back(hall, view, list(view.deliveries)[-1], {f"/data/{name}": words for name, words in asked.items()})


async def party(hall: Hall, view: CaseView, role: str) -> Party:
    rows = await hall.gateway.parts.insights.read(lambda c: of_case(c, view.application.id))
    return next(row for row in rows if role in row.roles)


async def follow(hall: Hall, browser: Browser, view: CaseView, role: str) -> str:
    """Open the link of a party, and give its secret."""
    receipt = hall.gateway.parts.receipts.of(await party(hall, view, role))
    assert receipt is not None
    await browser.get(receipt.link)
    return receipt.secret


def mark(browser: Browser) -> dict[str, str]:
    """Give what a form carries beside the fields."""
    return {"mark": browser.page.partition('name="mark" value="')[2].partition('"')[0], **browser.proof()}


async def data_of(hall: Hall, view: CaseView) -> Any:
    """Give what the case says now."""
    form = await hall.gateway.parts.insights.form(view.application.id)
    assert form is not None
    return json.loads(json.dumps(form["data"]))

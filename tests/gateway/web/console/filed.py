"""Cases in a whole gateway that hands nothing over: filed as a window files them, then put where a test wants them by a change."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from gateway.cases.caller import Caller
from gateway.journal.store.views import CaseView
from gateway.journal.writer.draft import Change, Draft, Needs
from gateway.model.delivery import Delivery, Facts
from gateway.model.identifiers import new_id
from gateway.model.moves import Move, held, in_doubt
from gateway.people.one_time_codes import code_at, step_at
from tests.faults.installation import sample
from tests.gateway.web.conftest import WORD, Browser, Hall

#: A window whose cases are its group's.
WINDOW = Caller(id=new_id(), name="window", role="clerk", group="hall")
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def file(hall: Hall, service: str, change: Callable[[dict[str, Any]], None] = lambda _: None, caller: Caller = WINDOW) -> CaseView:
    """File a service's sample, changed, and give the case."""
    body = sample(service)
    change(body)
    filed = await hall.gateway.parts.intake.file(
        json.dumps(body).encode(), caller=caller, idempotency_key=new_id(), language="en", traceparent=TRACE
    )
    return await seen(hall, filed.application_id)


async def seen(hall: Hall, application_id: str) -> CaseView:
    """Give the case as it is."""
    view = await hall.gateway.parts.insights.application(application_id)
    assert view is not None
    return view


@dataclass(frozen=True, slots=True, kw_only=True)
class _Put(Change[None]):
    delivery: Delivery
    move: Move
    facts: Facts

    @property
    def needs(self) -> Needs:
        return Needs(delivery=self.delivery.id, payload=True)

    def decide(self, draft: Draft) -> None:
        before = draft.case(self.delivery.application_id)
        draft.put(before.by_id(self.delivery.id), self.move, self.facts)
        details = {"result": self.facts.get("problem") or "timeout"}
        draft.settle(self.delivery.application_id, "attempt_failed", "gateway", details, delivery_id=self.delivery.id, before=before)


async def put(hall: Hall, delivery: Delivery, move: Move, **facts: Any) -> None:
    """Put a delivery somewhere, as a result would."""
    await hall.gateway.parts.repairs.journal.write(_Put(delivery=delivery, move=move, facts=cast("Facts", facts)))


async def doubted(hall: Hall, service: str = "passport", **more: Any) -> Delivery:
    """File a case whose first delivery is in doubt, and give that."""
    case = await file(hall, service, **more)
    first = next(iter(case.deliveries.values()))
    now = case.application.received_at
    sent = {"attempts": 1, "doubt_since": now, "first_sent_at": now, "last_sent_at": now, "sent_revision": 1}
    await put(hall, first, in_doubt(), problem="connection_lost", **sent)
    return next(iter((await seen(hall, case.application.id)).deliveries.values()))


async def kept(hall: Hall, service: str = "retirement", problem: str = "soap_fault", **more: Any) -> Delivery:
    """File a case whose first delivery is held without a doubt, and give that."""
    case = await file(hall, service, **more)
    await put(hall, next(iter(case.deliveries.values())), held(), problem=problem, attempts=1)
    return next(iter((await seen(hall, case.application.id)).deliveries.values()))


async def signed_in(hall: Hall, role: str, login: str | None = None, group: str | None = None) -> Browser:
    """Give the browser of somebody with that role, who has just signed in."""
    name = login or role.partition(":")[0]
    told = await hall.gateway.parts.people.accounts.create(name, name.title(), role, group=group, password=WORD, actor="test")
    code = "" if told.secret is None else code_at(told.secret, step_at(hall.gateway.parts.repairs.journal.now()))
    browser = Browser(hall)
    answer = await browser.sign_in(name, code=code)
    assert answer.status == 303, browser.text
    return browser

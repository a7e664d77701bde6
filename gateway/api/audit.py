"""The audit: its entries, and the signed head that proves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from gateway.api import models
from gateway.api.answers import json_answer, rfc3339
from gateway.api.paging import ID, PAGING_OF_CHAIN, WORD, Query, page
from gateway.api.route import AUDITORS, Answer, Asked, Parameter, Route
from gateway.journal.views import AuditEntry, AuditFilter

if TYPE_CHECKING:
    from aiohttp import web


async def several(asked: Asked) -> web.Response:
    """A page of entries."""
    query = Query(asked.request.query, asked.language)
    wanted = AuditFilter(application_id=query.id("application"), event=query.word("event"))
    limit, cursor = query.limit(), query.cursor(of_chain=True)
    query.done()
    found = await asked.parts.insights.audit(wanted, cursor, limit)
    return json_answer(page([_entry(entry) for entry in found.items], found.next))


def _entry(entry: AuditEntry) -> dict[str, Any]:
    return {
        "chain": entry.chain,
        "seq": entry.seq,
        "at": rfc3339(entry.at),
        "at_microseconds": entry.at,
        "event": entry.event,
        "actor": entry.actor,
        "application_id": entry.application_id,
        "event_no": entry.event_no,
        "delivery_id": entry.delivery_id,
        "details": orjson.loads(entry.details),
        "hash": entry.hash,
    }


async def checkpoint(asked: Asked) -> web.Response:
    """The signed head of the chain."""
    return json_answer(await asked.parts.checkpoint())


ROUTES = (
    Route(
        method="GET",
        path="/v1/audit",
        handler=several,
        id="listAudit",
        tag="audit",
        summary="Audit entries",
        description="Newest first. No personal data: names of fields, states, commitments. A page may be short and still have a `next`.",
        roles=AUDITORS,
        parameters=(
            Parameter(name="application", place="query", description="The application's id.", schema=ID),
            Parameter(name="event", place="query", description="What happened.", schema=WORD, example="outcome_recorded"),
            *PAGING_OF_CHAIN,
        ),
        answers=(Answer(status=200, description="A page of them.", model=models.AuditPage),),
        refusals=(400,),
    ),
    Route(
        method="GET",
        path="/v1/audit/checkpoint",
        handler=checkpoint,
        id="getCheckpoint",
        tag="audit",
        summary="The signed head of the chain",
        description="Keep it outside: a log that was cut, rolled back or rewritten no longer leads to it.",
        roles=AUDITORS,
        answers=(Answer(status=200, description="The head, signed (Ed25519).", model=models.Checkpoint),),
        refusals=(503,),
    ),
)

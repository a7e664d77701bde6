"""The audit: its entries, and the signed head that proves them."""

from __future__ import annotations

import orjson
from aiohttp import web

from gateway.api.http import requests
from gateway.api.http.bodies import read
from gateway.api.http.paging import ID, PAGING_OF_CHAIN, WORD, Query, page
from gateway.api.http.route import Answer, Asked, Parameter, Route
from gateway.api.operating import audit_models
from gateway.api.shapes.answers import json_answer, rfc3339
from gateway.cases.rights import Act
from gateway.journal.store.views import AuditEntry, AuditFilter


async def several(asked: Asked) -> web.Response:
    """A page of entries."""
    query = Query(asked.request.query, asked.language)
    wanted = AuditFilter(application_id=query.id("application"), event=query.word("event"))
    limit, cursor = query.limit(), query.cursor(of_chain=True)
    query.done()
    found = await asked.parts.insights.audit(wanted, cursor, limit)
    return json_answer(page([_entry(entry) for entry in found.items], found.next))


def _entry(entry: AuditEntry) -> audit_models.AuditEntryShape:
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


async def accept(asked: Asked) -> web.Response:
    """Take the audit as it was found."""
    body = await read(asked, requests.AuditAcceptance)
    found = await asked.parts.audit.accept(reason=body.reason, caller=asked.caller)
    problems = [{"kind": one.kind, "chain": one.chain, "seq": one.seq, "en": one.en, "zh": one.zh} for one in found]
    return json_answer({"problems": problems})


async def upgrade(asked: Asked) -> web.Response:
    """Have every chain signed."""
    return json_answer({"chains": await asked.parts.audit.upgrade(caller=asked.caller)})


async def hand_over(asked: Asked) -> web.Response:
    """Let another key sign."""
    return json_answer(dict(await asked.parts.audit.hand_over(caller=asked.caller)))


ROUTES = (
    Route(
        method="GET",
        path="/v1/audit",
        handler=several,
        id="listAudit",
        tag="audit",
        summary="Audit entries",
        description="Newest first. No personal data: names of fields, states, commitments. A page may be short and still have a `next`.",
        act=Act.READ_AUDIT,
        parameters=(
            Parameter(name="application", place="query", description="The application's id.", schema=ID),
            Parameter(name="event", place="query", description="What happened.", schema=WORD, example="outcome_recorded"),
            *PAGING_OF_CHAIN,
        ),
        answers=(Answer(status=200, description="A page of them.", model=audit_models.AuditPage),),
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
        act=Act.VERIFY,
        answers=(Answer(status=200, description="The head, signed (Ed25519).", model=audit_models.Checkpoint),),
        refusals=(503,),
    ),
    Route(
        method="POST",
        path="/v1/audit/acceptance",
        handler=accept,
        id="acceptAudit",
        tag="audit",
        summary="Take the audit as it was found",
        description="Over the unix socket alone. Ends what forbids to write; what was found is an entry, and shown by every later proof.",
        act=Act.MEND_AUDIT,
        body=requests.AuditAcceptance,
        body_examples={"After an inquiry": {"reason": "Disk image restored by the data centre; see report 12."}},
        answers=(Answer(status=200, description="What was wrong with it.", model=audit_models.AcceptedAudit),),
        refusals=(400, 422, 503),
    ),
    Route(
        method="POST",
        path="/v1/audit/upgrade",
        handler=upgrade,
        id="upgradeAudit",
        tag="audit",
        summary="Have every chain of the audit signed",
        description="Over the unix socket alone, once no node of a version before runs: one that does cannot write any more.",
        act=Act.MEND_AUDIT,
        answers=(Answer(status=200, description="How many were not.", model=audit_models.UpgradedAudit),),
        refusals=(503,),
    ),
    Route(
        method="POST",
        path="/v1/audit/key",
        handler=hand_over,
        id="handOverAuditKey",
        tag="audit",
        summary="Let a new key sign the audit",
        description="Over the unix socket alone. The old key signs the new one; other nodes are given the new file and started anew.",
        act=Act.MEND_AUDIT,
        answers=(Answer(status=200, description="The old key's word.", model=audit_models.KeyHandover),),
        refusals=(503,),
    ),
)

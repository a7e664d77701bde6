"""Receipts of what was handed in (收件凭证): shown to who files, and issued again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.api.http import requests
from gateway.api.http.bodies import read
from gateway.api.http.route import Answer, Asked, Route, path_id
from gateway.api.shapes import party_models
from gateway.api.shapes.answers import json_answer, rfc3339
from gateway.cases.rights import Act, Sight, may
from gateway.journal.queues.parties import of_case
from gateway.model.service import APPLICANT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import web

    from gateway.cases.receipts.receipt import Receipt
    from gateway.model.application import Application
    from gateway.model.case import Party


EXAMPLE: party_models.ReceiptShape = {
    "number": "11500152000000019R3500152000001202611230001",
    "received_at": "2026-11-23T09:30:00.123+08:00",
    "roles": ["applicant"],
    "query_code": "K7M29QXW43",
    "link": "/t/AZqwxHoxfFKaDl1_ixwuPzAxMjM0NTY3ODlhYmNkZWY",
}


async def receipts_of(asked: Asked, application: Application, parties: Sequence[Party] = ()) -> list[party_models.ReceiptShape]:
    """Give the receipts of a case to whose own it is, the applicant's first. ``parties`` are its rows where they are at hand."""
    if may(asked.caller, Act.FILE, application) is not Sight.WHOLE:
        return []
    rows = parties or await asked.parts.insights.read(lambda connection: of_case(connection, application.id))
    made = [receipt for row in rows if row.roles and (receipt := asked.parts.receipts.of(row)) is not None]
    return [_receipt(application, one) for one in sorted(made, key=lambda one: APPLICANT not in one.party.roles)]


def _receipt(application: Application, receipt: Receipt) -> party_models.ReceiptShape:
    return {
        "number": application.number,
        "received_at": rfc3339(application.received_at),
        "roles": list(receipt.party.roles),
        "query_code": receipt.query_code,
        "link": receipt.link,
    }


async def issue(asked: Asked) -> web.Response:
    """Issue a party's receipt again."""
    wanted = await read(asked, requests.WantedReceipt, optional=True)
    issued = await asked.parts.issuing.issue(asked.path["id"], role=wanted.role, caller=asked.caller, language=asked.language)
    return json_answer(_receipt(issued.application, issued.receipt))


ROUTES = (
    Route(
        method="POST",
        path="/v1/applications/{id}/receipt",
        handler=issue,
        id="issueReceipt",
        tag="applications",
        summary="Issue a receipt again (补发收件凭证)",
        description=(
            "When somebody has lost it, or a stranger may have seen it: the code and the link before are dead at once, on every node. "
            "Without a body it is the applicant's. A case from before there were receipts is given its first. After a lost answer ask "
            "again: the last one issued holds. The audit keeps who issued it, never the code."
        ),
        act=Act.ISSUE_RECEIPT,
        parameters=(path_id("id", "application"),),
        body=requests.WantedReceipt,
        body_optional=True,
        answers=(Answer(status=200, description="The receipt.", model=party_models.ReceiptShape, example=EXAMPLE),),
        refusals=(404, 409, 422, 503),
    ),
)

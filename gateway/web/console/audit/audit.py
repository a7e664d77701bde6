"""The audit's entries in words, its signed head, and its verification as far as a running gateway can do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import orjson
from aiohttp import web

from gateway.api.http.route import CSV
from gateway.api.shapes.answers import json_answer, rfc3339
from gateway.cases.rights import Act
from gateway.journal.store.refused import DatabaseRefused
from gateway.model.code_names import EVENTS
from gateway.model.service import Text
from gateway.texts.csv_lines import MARK, lines
from gateway.texts.refusals import in_language
from gateway.texts.yaml_lines import ConfigError
from gateway.web.console.audit.looked import entries, looked_for
from gateway.web.console.screens import View, action, file, screen
from gateway.web.console.words import department_title, word
from gateway.web.times import stamp

if TYPE_CHECKING:
    from gateway.api.http.route import Asked
    from gateway.journal.store.views import AuditEntry, Subjects
    from gateway.web.staff.forms import Fields

PATH: Final = "/console/audit"
_PAGE: Final = 50
#: Entries of one download, and looks of ten thousand entries each for a page and for a download.
_DOWNLOADED: Final = 10_000
_LOOKS: Final = 10
_DOWNLOAD_LOOKS: Final = 100
#: Entries that are verified from the page: from there on the command takes processes of its own.
VERIFIED: Final = 100_000
_MISMATCHES: Final = 20


async def show(asked: Asked) -> View:
    """The entries that fit, what is said of the whole, and the forms to look and to verify."""
    looked = await looked_for(asked)
    found, following = ([], None) if looked.wrong else await entries(asked, looked, _PAGE, looks=_LOOKS)
    subjects = await asked.parts.insights.subjects(found)
    head = await asked.parts.checkpoint()
    values = {
        "entries": [_line(asked, entry, subjects) for entry in found],
        "typed": looked.typed,
        "wrong": looked.wrong,
        "meant": [(number, looked.of_case(number)) for number in looked.meant],
        "query": looked.address(),
        "older": None if following is None else looked.address(following),
        "begun": looked.cursor is not None,
        "events": sorted(((code, Text(zh=zh, en=en)) for code, (zh, en) in EVENTS.items()), key=lambda one: one[1].en),
        "departments": [(name, hosted.config.title) for name, hosted in asked.parts.departments.items()],
        "problem": asked.parts.readiness().get("audit"),
        "head": {"at": stamp(head["at"]), "chains": len(head["heads"])} if head else None,
        "downloaded": _DOWNLOADED,
        "verified": VERIFIED,
    }
    return View(template="audit/audit.html", values=values, status=422 if looked.wrong else 200)


def _line(asked: Asked, entry: AuditEntry, subjects: Subjects) -> Mapping[str, object]:
    department = subjects.departments.get(entry.delivery_id or "")
    return {
        "at": rfc3339(entry.at),
        "time": stamp(entry.at),
        "event": word(EVENTS, entry.event),
        "code": entry.event,
        "actor": entry.actor,
        "name": subjects.actors.get(entry.actor),
        "case": entry.application_id,
        "number": subjects.numbers.get(entry.application_id or ""),
        "department": None if department is None else department_title(asked, department),
        "place": f"{entry.chain}:{entry.seq}",
        "hash": entry.hash,
        "details": orjson.dumps(orjson.loads(entry.details), option=orjson.OPT_INDENT_2).decode(),
    }


async def download(asked: Asked) -> web.Response:
    """Give the entries that fit as a file, in UTF-8 with its mark, without which Excel misreads Chinese."""
    looked = await looked_for(asked)
    found, _ = ([], None) if looked.wrong else await entries(asked, looked, _DOWNLOADED, looks=_DOWNLOAD_LOOKS)
    subjects = await asked.parts.insights.subjects(found)
    rows: list[list[object]] = [["at", "event", "event_name", "actor", "name", "case", "delivery", "details", "chain", "seq", "hash"]]
    for entry in found:
        words = in_language(word(EVENTS, entry.event), asked.language)
        name, case = subjects.actors.get(entry.actor), subjects.numbers.get(entry.application_id or "", entry.application_id)
        known = [rfc3339(entry.at), entry.event, words, entry.actor, name, case]
        rows.append([*known, entry.delivery_id, entry.details, entry.chain, entry.seq, entry.hash])
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return web.Response(body=MARK + lines(rows), content_type=CSV, charset="utf-8", headers=headers)


async def head(asked: Asked) -> web.Response:
    """Give the signed head as a file."""
    return json_answer(await asked.parts.checkpoint(), headers={"Content-Disposition": 'attachment; filename="audit-head.json"'})


async def verify(asked: Asked, _fields: Fields) -> View:
    """Verify all of it, and show what was found. It changes nothing, so that to send the form again does no harm."""
    values: dict[str, object] = {"report": None, "unreadable": None, "verified": VERIFIED}
    try:
        report = await asked.parts.audit.verify(most=VERIFIED)
    except (DatabaseRefused, ConfigError) as error:
        values["unreadable"] = str(error)
    else:
        if report is not None:
            values["report"] = report
            values["mismatches"] = report.mismatches[:_MISMATCHES]
            values["more"] = report.mismatch_count - min(report.mismatch_count, _MISMATCHES)
            values["notes"] = [one.said for one in (*report.restored, *report.accepted)]
    return View(template="audit/verification.html", values=values)


PAGES: Final = (
    screen(PATH, show, act=Act.READ_AUDIT, named="auditPage", summary="The audit's entries"),
    file(f"{PATH}/entries.csv", download, act=Act.READ_AUDIT, named="auditFile", summary="Entries as a file"),
    file(f"{PATH}/head.json", head, act=Act.VERIFY, named="headFile", summary="The signed head as a file"),
    action(f"{PATH}/verification", verify, act=Act.VERIFY, named="verifyForm", summary="Verify all of it"),
)
